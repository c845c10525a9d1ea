import type { State } from './state.js';
import { endsOf } from './state.js';

/** A command line that fetches from the server what the page shows. */
interface CommandContext {
  /** The server's base address, with a slash at its end. */
  readonly base: string;
  readonly model: string;
}

/** A word that a shell takes as it is. */
const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** What a file is called: the model, the class and the seed, whatever the class is called. */
export const fileName = (parts: readonly (string | number | undefined)[]): string =>
  `${parts
    .filter((part) => part !== undefined)
    .join('-')
    .replaceAll(/[^\w.-]+/g, '_')}.png`;

function generate(
  { base, model }: CommandContext,
  fields: Record<string, string | number | undefined>,
) {
  const given = Object.entries({ model, ...fields }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
  const sheet = fields['grid'] === undefined ? undefined : 'sheet';
  const file = fileName([model, fields['label'], fields['seed'], sheet]);
  return `curl ${quote(`${base}generate?${query}`)} -o ${quote(file)}`;
}

/** The whole sheet as one picture. */
export function sheetCommand(context: CommandContext, state: State, count: number): string {
  const { label, seed } = state;
  return generate(context, { label, seed, count, grid: Math.sqrt(count) });
}

/** The picture at the walk's place: at an end a seed's own, between them one of the walk. */
export function frameCommand(
  context: CommandContext,
  state: State,
  classOf: (seed: number) => string | undefined,
): string {
  const { from, to } = endsOf(state);
  if (state.at === 0) return generate(context, { label: classOf(from), seed: from });
  if (state.at === 1) return generate(context, { label: classOf(to), seed: to });
  const body = JSON.stringify({
    model: context.model,
    from: { seed: from, label: classOf(from) },
    to: { seed: to, label: classOf(to) },
    at: [state.at],
    format: 'png',
  });
  const file = fileName([context.model, from, to, state.at]);
  return `curl ${quote(`${context.base}interpolate`)} --json ${quote(body)} -o ${quote(file)}`;
}

/** What the files of a sketch and of its picture are called. */
export const sketchFile = (model: string): string => fileName([model, 'sketch']);
export const pictureFile = (model: string): string => fileName([model, 'picture']);

/** The picture of the sketch, once that is saved. */
export function translateCommand({ base, model }: CommandContext): string {
  const url = `${base}translate?${new URLSearchParams({ model })}`;
  const body = `--data-binary ${quote(`@${sketchFile(model)}`)} -H 'Content-Type:image/png'`;
  return `curl ${quote(url)} ${body} -o ${quote(pictureFile(model))}`;
}
