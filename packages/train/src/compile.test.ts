import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { type EngineName, engineNames } from './engines/engine.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const inputs = { x: { shape: [2], dtype: 'float32' } } as const;

/** Half a squared distance to x, descended by a tenth: w moves a tenth of the way to x. */
function buildDescent() {
  const w = tf.variable(tf.tensor1d([1, -2]));
  const approach = ({ x }: { x?: tf.Tensor }) => {
    const distance = () => tf.div(tf.sum(tf.squaredDifference(w, x as tf.Tensor)), 2) as tf.Scalar;
    const { value, grads } = tf.variableGrads(distance, [w]);
    w.assign(tf.sub(w, tf.mul(grads[w.name] as tf.Tensor, 0.1)));
    return { loss: value };
  };
  return { w, approach };
}

describe.each(engineNames)('compile for %s', (engine) => {
  it('runs a function of the caller, keeps its state, and updates the variables when asked', async () => {
    const { w, approach } = buildDescent();
    const compiled = await compile(approach, { inputs, state: { w }, engine, device: 'cpu' });
    expect(compiled).toMatchObject({ engine, device: 'cpu' });
    const first = await compiled.run({ x: Float32Array.of(3, 2) });
    expect(first['loss']?.data[0]).toBeCloseTo(10, 5);
    // Each is nine tenths as far from x as before: 81 % of the loss.
    const second = await compiled.run({ x: Float32Array.of(3, 2) });
    expect(second['loss']?.data[0]).toBeCloseTo(8.1, 5);
    compiled.updateVariables();
    expect([...w.dataSync()]).toEqual([expect.closeTo(1.38, 6), expect.closeTo(-1.24, 6)]);
    await compiled.dispose();
  });

  it('names the function where an input does not fit', async () => {
    const { w, approach } = buildDescent();
    const compiled = await compile(approach, { inputs, state: { w }, engine, device: 'cpu' });
    await expect(compiled.run({ x: new Float32Array(3) })).rejects.toThrow(
      'approach: inputs that do not fit: x: expected float32 [2] as a Float32Array of 2, got a Float32Array of 3',
    );
    await compiled.dispose();
  });
});

/** Ten steps of tfjs's Adam; the numbers of the state at the end. */
async function learnWith(engine: EngineName): Promise<Record<string, number[]>> {
  const w = tf.variable(tf.tensor1d([1, -2]));
  const optimizer = tf.train.adam(0.1);
  const learn = ({ x }: { x?: tf.Tensor }) => {
    const distance = () => tf.sum(tf.squaredDifference(w, x as tf.Tensor)) as tf.Scalar;
    return { loss: optimizer.minimize(distance, true, [w]) as tf.Scalar };
  };
  const compiled = await compile(learn, { inputs, state: { w }, engine, device: 'cpu' });
  for (let i = 0; i < 10; i++) await compiled.run({ x: Float32Array.of(3, Math.sin(i)) });
  const state = Object.entries(compiled.readState());
  await compiled.dispose();
  optimizer.dispose();
  return Object.fromEntries(state.map(([name, { data }]) => [name, [...data]]));
}

describe('compile', () => {
  it("keeps an optimizer's own variables in the state, under the same names for both engines", async () => {
    const [native, eager] = [await learnWith('onnx'), await learnWith('tfjs')];
    // w, its two moments, and two powers of decay.
    expect(Object.keys(native)).toHaveLength(5);
    expect(Object.keys(native).sort()).toEqual(Object.keys(eager).sort());
    for (const [name, numbers] of Object.entries(eager)) {
      expect(native[name], name).toEqual(numbers.map((x) => expect.closeTo(x, 5)));
    }
    // Adam moves by about its rate a step, ten times.
    expect(eager['w']?.[0]).toBeGreaterThan(1.9);
  });

  it('refuses a function that cannot have the memory that it needs, before it is run', async () => {
    const size = 250_000;
    const square = ({ x }: { x?: tf.Tensor }) => {
      const column = x as tf.Tensor2D;
      return { sum: tf.sum(tf.exp(tf.matMul(column, column, false, true))) };
    };
    const wide = { x: { shape: [size, 1], dtype: 'float32' } } as const;
    // The product and its exponential: two matrices of 250,000 x 250,000 numbers of 4 bytes.
    await expect(compile(square, { inputs: wide, device: 'cpu' })).rejects.toThrow(
      /^square: out of memory: about 500\.00 GB \(50000\d{7} bytes\) needed, \d+\.\d\d GB \(\d+ bytes\) available: choose a smaller batch/,
    );
  });
});
