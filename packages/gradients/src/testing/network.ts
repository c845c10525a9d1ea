import * as tf from '@tensorflow/tfjs-core';
import { customCases } from './custom-cases.js';
import type { Problem } from './finite-differences.js';
import { kernelCases } from './kernel-cases.js';
import { type Input, type OpCase, rangeOf } from './op-case.js';
import { createRandom } from './random.js';

/** The ops of a network drawn from the tables, in order, and the seed that draws its numbers. */
export interface Network {
  readonly names: readonly string[];
  readonly problem: (seed: number) => Problem;
}

interface Named {
  readonly name: string;
  readonly op: OpCase;
}

const cases: readonly Named[] = Object.entries({ ...kernelCases, ...customCases }).flatMap(
  ([name, given]: [string, readonly OpCase[]]) =>
    given.map((op, i) => ({ name: `${name}[${i}]`, op })),
);

const width = 6;

/** Bring any tensor to the shape and into the range of an input, with a matrix that is learned. */
function adapt(x: tf.Tensor, matrix: tf.Tensor, input: Input): tf.Tensor {
  const { shape, from, to } = rangeOf(input);
  const mixed = tf.div(tf.matMul(tf.reshape(x, [1, -1]), matrix), Math.sqrt(x.size));
  const normal = tf.mul(mixed, tf.rsqrt(tf.add(tf.mean(tf.square(mixed)), 1)));
  const bounded = tf.add(tf.mul(tf.tanh(tf.mul(normal, 0.7)), (to - from) / 2), (from + to) / 2);
  return tf.reshape(bounded, [...shape]);
}

/** The problem of a chain of ops: each takes what the one before gives, and variables of its own. */
function toProblem(chain: readonly Named[], seed: number): Problem {
  const random = createRandom(seed);
  const draw = (input: Input): tf.Variable => {
    const { shape, from, to } = rangeOf(input);
    const size = tf.util.sizeFromShape([...shape]);
    const values = Float32Array.from({ length: size }, () => from + (to - from) * random());
    return tf.variable(tf.tensor(values, [...shape]));
  };
  const x = draw([width]);
  const variables: tf.Variable[] = [x];
  let sizeBefore = width;
  const steps = chain.map(({ op }) => {
    const [first, ...others] = op.inputs as [Input, ...Input[]];
    const matrix = draw([sizeBefore, tf.util.sizeFromShape([...rangeOf(first).shape])]);
    const own = others.map(draw);
    variables.push(matrix, ...own);
    const run = (h: tf.Tensor) => op.op(adapt(h, matrix, first), ...own);
    sizeBefore = tf.tidy(() => run(tf.ones([sizeBefore])).size);
    return run;
  });
  const forward = () => steps.reduce((h: tf.Tensor, run) => run(h), x);
  return { variables, penalized: [x], forward };
}

/** Draw a network of 2 to 5 ops from the tables. */
export function drawNetwork(seed: number): Network {
  const random = createRandom(seed);
  const count = 2 + Math.floor(4 * random());
  const chain = Array.from(
    { length: count },
    () => cases[Math.floor(cases.length * random())] as Named,
  );
  return {
    names: chain.map(({ name }) => name),
    problem: (numbersSeed) => toProblem(chain, numbersSeed),
  };
}
