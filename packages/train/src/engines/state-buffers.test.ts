import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Step } from '../step.js';
import { compileSteps } from './compile-steps.js';
import { type Engine, type EngineName, engineNames, type Numbers } from './engine.js';
import { createEngine } from './index.js';

// Large enough that all threads of a run are at work, in parts.
const side = 320;
const size = side * side;
// Odd, so that states that change places are not back where they began.
const runs = 9;

// Whole numbers to begin with, and factors that are powers of two: float32 holds every number exactly.
const numbersOf = (factor: number, divisor: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => (i * factor) % divisor);
const start = {
  mean: numbersOf(7, 61),
  w: numbersOf(11, 59),
  a: numbersOf(13, 53),
  b: numbersOf(17, 47),
  // The matrix that moves each number of a vector by one place.
  turn: Float32Array.from({ length: size }, (_, i) =>
    Math.floor(i / side) === ((i % side) + 1) % side ? 1 : 0,
  ),
};
const gradient = numbersOf(19, 43);
const rate = 0.25;

/** One step over a state of each kind. */
function buildStep() {
  const variables = Object.entries(start).map(([name, numbers]) => {
    return [name, tf.variable(tf.tensor2d(numbers, [side, side]))] as const;
  });
  const state = Object.fromEntries(variables) as Record<keyof typeof start, tf.Variable>;
  const { mean, w, a, b, turn } = state;
  const step: Step = {
    inputs: { g: { shape: [side, side], dtype: 'float32' }, rate: { shape: [], dtype: 'float32' } },
    state,
    run: (fed) => {
      const g = fed['g'] as tf.Tensor2D;
      const seen = tf.transpose(w);
      const rows = tf.sum(tf.reshape(w, [size / 4, 4]), 1);
      mean.assign(tf.add(tf.mul(mean, 0.5), tf.mul(g, 0.5)));
      w.assign(tf.sub(w, tf.mul(g, fed['rate'] as tf.Tensor)));
      const old = tf.clone(a as tf.Tensor);
      a.assign(b);
      b.assign(old);
      turn.assign(tf.matMul(turn as tf.Tensor2D, turn as tf.Tensor2D));
      return { seen, rows };
    },
  };
  return { step, dispose: () => tf.dispose(Object.values(state)) };
}

/** How many numbers are not as they should be. */
const wrongIn = ({ data }: Numbers, expected: (i: number) => number): number =>
  Array.from(data).filter((x, i) => x !== expected(i)).length;

/** w after some runs. */
const descended = (i: number, count: number): number =>
  (start.w[i] as number) - count * rate * (gradient[i] as number);

/** mean after some runs: the halves of halves. */
const averaged = (i: number): number => {
  let mean = start.mean[i] as number;
  for (let run = 0; run < runs; run++) mean = (mean + (gradient[i] as number)) / 2;
  return mean;
};

/** Whether a matrix that moves by 1 moves to this place once it has been squared in each run. */
const isTurned = (i: number): boolean => Math.floor(i / side) === ((i % side) + 2 ** runs) % side;

beforeEach(() => {
  void tf.setBackend('cpu');
});

describe.each([...engineNames])('the state of the engine %s', (engineName: EngineName) => {
  it('is right to the bit after runs that write over it, wait to do so, or have two buffers', async () => {
    const { step, dispose } = buildStep();
    const engine = await createEngine({ step }, { engine: engineName, device: 'cpu' });
    for (let run = 0; run < runs; run++) {
      const { seen, rows } = await engine.run('step', { g: gradient, rate: Float32Array.of(rate) });
      // What is read late is the state before the update.
      const transposed = (i: number): number => (i % side) * side + Math.floor(i / side);
      expect(wrongIn(seen as Numbers, (i) => descended(transposed(i), run))).toBe(0);
      const sum = (i: number): number =>
        [0, 1, 2, 3].reduce((total, j) => total + descended(4 * i + j, run), 0);
      expect(wrongIn(rows as Numbers, sum)).toBe(0);
    }
    const { mean, w, a, b, turn } = engine.readState();
    expect(wrongIn(mean as Numbers, averaged)).toBe(0);
    expect(wrongIn(w as Numbers, (i) => descended(i, runs))).toBe(0);
    expect(wrongIn(a as Numbers, (i) => start.b[i] as number)).toBe(0);
    expect(wrongIn(b as Numbers, (i) => start.a[i] as number)).toBe(0);
    expect(wrongIn(turn as Numbers, (i) => (isTurned(i) ? 1 : 0))).toBe(0);
    await engine.dispose();
    dispose();
  });
});

const grow = { inputs: { x: { shape: [2], dtype: 'float32' } } } as const;

/** A step that adds x to variables. */
const growing = (...variables: tf.Variable[]): Step => ({
  ...grow,
  state: Object.fromEntries(variables.map((variable, i) => [`w${i}`, variable])),
  run: ({ x }) => {
    for (const variable of variables) variable.assign(tf.add(variable, x as tf.Tensor));
    return { y: tf.neg(x as tf.Tensor) };
  },
});
const ones = { x: Float32Array.of(1, 1) };
const valuesIn = (engine: Engine<'step'>) =>
  Object.values(engine.readState()).map(({ data }) => [...data]);

describe('the memory of a state', () => {
  it.each(['onnx', 'tfjs'] as const)('is not that of the arrays given (%s)', async (engine) => {
    const zeros = new Float32Array(2);
    const make = () => tf.tidy(() => tf.variable(tf.tensor1d(zeros)));
    const [a, b] = [make(), make()];
    const made = await createEngine({ step: growing(a, b) }, { engine, device: 'cpu' });
    await made.run('step', ones);
    expect(valuesIn(made)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect([...zeros]).toEqual([0, 0]);
    await made.dispose();
    tf.dispose([a, b]);
  });

  it.each([
    ['onnx', 'onnx'],
    ['onnx', 'tfjs'],
    ['tfjs', 'onnx'],
  ] as const)('is of one engine alone: %s beside %s', async (first, second) => {
    const w = tf.tidy(() => tf.variable(tf.tensor1d([5, 6])));
    const open = (engine: EngineName) =>
      createEngine({ step: growing(w) }, { engine, device: 'cpu' });
    const [one, two] = [await open(first), await open(second)];
    // First the one that writes over its memory.
    for (const engine of first === 'onnx' ? [one, two, two] : [two, one, two]) {
      await engine.run('step', ones);
    }
    expect([...valuesIn(one), ...valuesIn(two)]).toEqual([
      [6, 7],
      [7, 8],
    ]);
    await one.dispose();
    await two.dispose();
    w.dispose();
  });

  it('holds truths as well', async () => {
    const t = tf.variable(tf.tensor1d([true, false], 'bool'));
    const run: Step['run'] = ({ x }) => {
      t.assign(tf.logicalNot(t));
      return { y: tf.neg(x as tf.Tensor) };
    };
    const engine = await createEngine({ step: { ...grow, state: { t }, run } }, { device: 'cpu' });
    const before = engine.readState();
    await engine.run('step', ones);
    expect(valuesIn(engine)).toEqual([[0, 1]]);
    engine.writeState(before);
    expect(valuesIn(engine)).toEqual([[1, 0]]);
    await engine.dispose();
    t.dispose();
  });
});

describe('compileSteps', () => {
  it('finds states of each kind in that step', () => {
    const { step, dispose } = buildStep();
    expect(compileSteps({ step }).step.model.inPlace.toSorted()).toEqual(['mean', 'w']);
    dispose();
  });
});
