import * as tf from '@tensorflow/tfjs-core';

/** Why a draw cannot be traced, and what to do instead. */
export const drawReason =
  "it draws at random, and the same numbers would come at every run: draw them outside and pass them as an input, give it a seed other than 0 if they shall be the same, or, if they are a model's first weights: build it before";

/** The op of tfjs that is being run; its scope is named after it. */
const currentOp = (): string =>
  /^(.+)__op$/.exec(tf.engine().state.activeScope?.name ?? '')?.[1] ?? 'Math.random';

/** Ops that draw in a kernel, which is refused by itself. */
const drawingKernels = new Set(['multinomial']);

/**
 * Run `body`, and tell of every number that it draws by Math.random. tfjs seeds its generators with it
 * where no seed is given.
 *
 * @param note is called with the name of the op that draws
 */
export function notingDraws<T>(note: (op: string) => void, body: () => T): T {
  const { random } = Math;
  Math.random = () => {
    const op = currentOp();
    if (!drawingKernels.has(op)) note(op);
    return random();
  };
  try {
    return body();
  } finally {
    Math.random = random;
  }
}
