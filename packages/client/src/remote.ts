import { parseFacts, taskOf } from './model.js';
import { fetchModels, serverUrl } from './model-urls.js';
import type { ModelFacts } from './sampler.js';
import type { TranslatorFacts } from './translator.js';

export type { Decode, Rgba } from './decode.js';
export { HttpError } from './http.js';
export { createRemoteSampler, type RemoteOptions } from './remote-sampler.js';
export {
  createRemoteTranslator,
  type Encode,
  type RemoteTranslatorOptions,
} from './remote-translator.js';
export type * from './types.js';

export interface ListOptions {
  /** The server's base address. */
  readonly url: string | URL;
  readonly signal?: AbortSignal | undefined;
}

/** The models of a server of Ganvas. Those that translate have a `source`. */
export async function listModels({
  url,
  signal,
}: ListOptions): Promise<(ModelFacts | TranslatorFacts)[]> {
  const models = await fetchModels(url, signal);
  const where = `GET ${serverUrl(url, 'models')}`;
  return models.map((model) => parseFacts(model, { task: taskOf(model), where }));
}
