import { assertDecodes, type Decode } from './decode.js';
import { type Facts, parseFacts, type Task } from './model.js';
import { fetchModel, type ModelAddress } from './model-urls.js';

interface Asked extends ModelAddress {
  readonly decode?: Decode | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Ask a server for a model of a task. Throws an InputError where it is none, or its pictures cannot be read. */
export async function fetchFacts<T extends Task>(
  { decode, signal, ...address }: Asked,
  task: T,
): Promise<Facts[T]> {
  const { said, where } = await fetchModel(address, { task, signal });
  const facts = parseFacts(said, { task, where });
  assertDecodes(facts, decode);
  return facts;
}
