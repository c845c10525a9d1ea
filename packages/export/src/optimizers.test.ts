import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import * as ort from 'onnxruntime-node';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Compiled, compile } from './compile.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const optimizers: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  'momentum (Nesterov)': () => tf.train.momentum(0.1, 0.9, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
  'rmsprop (centered)': () => tf.train.rmsprop(0.01, 0.9, 0.5, undefined, true),
  adam: () => tf.train.adam(0.01, 0.8, 0.99),
  adamax: () => tf.train.adamax(0.01, 0.8, 0.99),
};

const points = (step: number): Float32Array =>
  Float32Array.from({ length: 8 }, (_, i) => Math.sin(step * 3.1 + i * 1.7) + 1.5);

/** A small network and the step that trains it. */
function build(make: () => tf.Optimizer) {
  const w = tf.variable(tf.tensor2d([0.5, -0.3, 0.8, 0.2], [2, 2]));
  const b = tf.variable(tf.tensor1d([0.1, -0.2]));
  const optimizer = make();
  const step = ({ x }: Readonly<Record<string, tf.Tensor>>) => {
    const loss = () =>
      tf.mean(
        tf.square(tf.add(tf.matMul(tf.tanh(x as tf.Tensor2D), w as tf.Tensor2D), b)),
      ) as tf.Scalar;
    return { loss: optimizer.minimize(loss, true, [w, b]) as tf.Scalar };
  };
  const dispose = () => {
    tf.dispose([w, b]);
    optimizer.dispose();
  };
  return { w, b, optimizer, step, dispose };
}

type Numbers = Record<string, number[]>;

/** Steps in eager tfjs: the losses, and the weights at the end. */
function runEager({ w, b, step }: ReturnType<typeof build>, from: number, to: number): Numbers {
  const losses: number[] = [];
  for (let i = from; i < to; i++) {
    const x = tf.tensor2d(points(i), [4, 2]);
    const { loss } = step({ x });
    losses.push(loss.dataSync()[0] as number);
    tf.dispose([x, loss]);
  }
  return { losses, w: [...w.dataSync()], b: [...b.dataSync()] };
}

/** The same by onnxruntime, beginning with the numbers of the compiled state. */
async function runTraced(
  { model, state, next }: Compiled,
  from: number,
  to: number,
): Promise<Numbers> {
  const session = await ort.InferenceSession.create(model.bytes);
  const values = Object.fromEntries(
    Object.entries(state).map(([name, variable]) => [
      name,
      new ort.Tensor('float32', Float32Array.from(variable.dataSync()), variable.shape),
    ]),
  );
  const losses: number[] = [];
  for (let i = from; i < to; i++) {
    const feeds = { ...values, x: new ort.Tensor('float32', points(i), [4, 2]) };
    const used = session.inputNames.map(
      (name) => [name, feeds[name as keyof typeof feeds]] as const,
    );
    const results = await session.run(Object.fromEntries(used));
    for (const [name, output] of Object.entries(next)) {
      values[name] = results[output] as ort.TypedTensor<'float32'>;
    }
    losses.push(results['loss']?.data[0] as number);
  }
  await session.release();
  const numbersOf = (name: string) => Array.from((values[name] as ort.TypedTensor<'float32'>).data);
  return { losses, w: numbersOf('w'), b: numbersOf('b') };
}

const inputs = { x: { shape: [4, 2], dtype: 'float32' } } as const;
const compiled = ({ w, b, step }: ReturnType<typeof build>) =>
  compile(step, { name: 'train', form: 'gather', inputs, state: { w, b } });

/** The largest difference of any number, relative to it. */
const farthest = (actual: Numbers, expected: Numbers): number =>
  Math.max(
    ...Object.entries(expected).flatMap(([name, numbers]) =>
      numbers.map((x, i) => Math.abs((actual[name]?.[i] ?? Number.NaN) - x) / Math.abs(x)),
    ),
  );

describe.each(Object.entries(optimizers))('compile of a step of %s', (_, make) => {
  it('gives the losses and weights of eager tfjs over 5 steps', async () => {
    const [eager, traced] = [build(make), build(make)];
    const result = compiled(traced);
    const expected = runEager(eager, 0, 5);
    expect(expected['losses']?.every(Number.isFinite)).toBe(true);
    expect(farthest(await runTraced(result, 0, 5), expected)).toBeLessThan(1e-5);
    eager.dispose();
    traced.dispose();
  });

  it('goes on from the numbers of an optimizer that was used before', async () => {
    const [eager, traced] = [build(make), build(make)];
    runEager(traced, 0, 3);
    const result = compiled(traced);
    runEager(eager, 0, 3);
    const expected = runEager(eager, 3, 5);
    expect(farthest(await runTraced(result, 3, 5), expected)).toBeLessThan(1e-5);
    eager.dispose();
    traced.dispose();
  });
});

describe('compile of a step of adam', () => {
  it('finds its slots, makes each once, and leaves them and the weights with their first numbers', () => {
    const network = build(optimizers['adam'] as () => tf.Optimizer);
    const before = tf.memory().numTensors;
    const { state, next } = compiled(network);
    const made = tf.memory().numTensors;
    // A mean and a mean square for each of two weights; both powers of beta were there before.
    expect(made - before).toBe(4);
    expect(Object.keys(state)).toEqual([
      'w',
      'b',
      ...[0, 1, 2, 3, 4, 5].map((i) => `train/variable ${i}`),
    ]);
    expect(Object.keys(next).sort()).toEqual(Object.keys(state).sort());
    const numbers = Object.values(state).map((variable) => [...variable.dataSync()]);
    const [w, b, ...slots] = numbers;
    expect(w?.[0]).toBe(0.5);
    expect(b?.[1]).toBeCloseTo(-0.2, 7);
    expect(
      slots
        .slice(0, 4)
        .flat()
        .every((x) => x === 0),
    ).toBe(true);
    expect(slots.slice(4).flat()).toEqual([expect.closeTo(0.8, 6), expect.closeTo(0.99, 6)]);
    compiled(network);
    expect(tf.memory().numTensors).toBe(made);
    network.dispose();
  });
});
