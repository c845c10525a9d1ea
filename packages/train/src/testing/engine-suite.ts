import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine, Numbers } from '../engines/engine.js';
import type { Step } from '../step.js';

export type CreateEngine = <StepName extends string>(
  steps: Readonly<Record<StepName, Step>>,
) => Promise<Engine<StepName>>;

/** Two steps over one variable, small enough to follow by hand. */
function buildSteps() {
  const w = tf.variable(tf.tensor1d([1, -2]));
  const learn: Step = {
    inputs: { x: { shape: [2], dtype: 'float32' }, rate: { shape: [], dtype: 'float32' } },
    state: { w },
    run: ({ x, rate }) => {
      const { value, grads } = tf.variableGrads(
        () => tf.sum(tf.mul(tf.square(w), x as tf.Tensor)),
        [w],
      );
      w.assign(tf.sub(w, tf.mul(rate as tf.Tensor, grads[w.name] as tf.Tensor)));
      return { loss: value };
    },
  };
  const look: Step = {
    inputs: { place: { shape: [2], dtype: 'int32' }, shift: { shape: [2], dtype: 'int64' } },
    state: { w },
    run: ({ place, shift }) => ({
      doubled: tf.mul(w, 2),
      moved: tf.add(place as tf.Tensor, shift as tf.Tensor),
      isPositive: tf.greater(w, 0),
    }),
  };
  return { w, steps: { learn, look } };
}

// The loss is sum(w^2 x), its gradient 2 w x = [6, -2], a tenth of which is taken from w = [1, -2].
const inputs = { x: Float32Array.of(3, 0.5), rate: Float32Array.of(0.1) };
const first = { loss: 5, w: [0.4, -1.8] };
// 3 * 0.16 + 0.5 * 3.24; the gradient is [2.4, -1.8].
const second = { loss: 2.1, w: [0.16, -1.62] };
const sight = { place: Int32Array.of(4, 5), shift: Int32Array.of(1, -1) };

// Single precision holds numbers near 1 to 6e-8.
const near = (...numbers: number[]) => numbers.map((x) => expect.closeTo(x, 6));
const listOf = (numbers: Numbers | undefined): number[] => [...(numbers?.data ?? [])];

/** What every engine must do, whatever runs it. */
export function describeEngine(title: string, create: CreateEngine): void {
  describe(title, () => {
    beforeEach(() => {
      void tf.setBackend('cpu');
    });

    const withEngine = async (
      body: (engine: Engine<'learn' | 'look'>, w: tf.Variable) => Promise<void>,
    ): Promise<void> => {
      const { w, steps } = buildSteps();
      const engine = await create(steps);
      try {
        await body(engine, w);
      } finally {
        await engine.dispose();
        w.dispose();
      }
    };

    it('gives the results and the state that each step makes', () =>
      withEngine(async (engine) => {
        expect(listOf((await engine.run('learn', inputs))['loss'])).toEqual(near(first.loss));
        expect(listOf(engine.readState()['w'])).toEqual(near(...first.w));
        const { loss } = await engine.run('learn', inputs);
        expect(listOf(loss)).toEqual(near(second.loss));
        expect(loss?.shape).toEqual([]);
        expect(listOf(engine.readState()['w'])).toEqual(near(...second.w));
      }));

    it('feeds whole numbers, and gives whole numbers and truths as int32', () =>
      withEngine(async (engine) => {
        const { doubled, moved, isPositive } = await engine.run('look', sight);
        expect(listOf(doubled)).toEqual(near(2, -4));
        expect(moved).toEqual({ data: Int32Array.of(5, 4), shape: [2] });
        expect(isPositive).toEqual({ data: Int32Array.of(1, 0), shape: [2] });
      }));

    it('shows one step what another changed', () =>
      withEngine(async (engine) => {
        await engine.run('learn', inputs);
        expect(listOf((await engine.run('look', sight))['doubled'])).toEqual(near(0.8, -3.6));
      }));

    it('runs what is asked for at once one after the other', () =>
      withEngine(async (engine) => {
        const results = await Promise.all([
          engine.run('learn', inputs),
          engine.run('learn', inputs),
        ]);
        expect(listOf(results[0]['loss'])).toEqual(near(first.loss));
        expect(listOf(results[1]['loss'])).toEqual(near(second.loss));
      }));

    it('reads and writes copies of the state', () =>
      withEngine(async (engine) => {
        const before = engine.readState();
        await engine.run('learn', inputs);
        expect(listOf(before['w'])).toEqual(near(1, -2));
        engine.readState()['w']?.data.fill(7);
        expect(listOf(engine.readState()['w'])).toEqual(near(...first.w));
        engine.writeState(before);
        before['w']?.data.fill(7);
        expect(listOf((await engine.run('learn', inputs))['loss'])).toEqual(near(first.loss));
        expect(listOf(engine.readState()['w'])).toEqual(near(...first.w));
      }));

    it('refuses a state of other names or shapes, and keeps its own', () =>
      withEngine(async (engine) => {
        const write = () =>
          engine.writeState({ w: { data: new Float32Array(3), shape: [3] }, v: inputsAsNumbers });
        expect(write).toThrow(
          'writeState: not the state of these networks: w: expected [2], got [3]; v: expected none, got [2]',
        );
        expect(listOf(engine.readState()['w'])).toEqual(near(1, -2));
      }));

    it('takes inputs whose shape is told beside the numbers', () =>
      withEngine(async (engine) => {
        const told = { ...inputs, x: { data: inputs.x, shape: [2] } };
        expect(listOf((await engine.run('learn', told))['loss'])).toEqual(near(first.loss));
      }));

    it('lists all inputs that do not fit, with the step, what was expected and what came', () =>
      withEngine(async (engine) => {
        const wrong = { x: new Float32Array(3), label: new Int32Array(1) };
        await expect(engine.run('learn', wrong)).rejects.toThrow(
          'learn: inputs that do not fit: x: expected float32 [2] as a Float32Array of 2, got a Float32Array of 3; ' +
            'rate: expected float32 [] as a Float32Array of 1, got nothing; label: expected no input of this name',
        );
        const other = { x: { data: inputs.x, shape: [1, 2] }, rate: Int32Array.of(1) };
        await expect(engine.run('learn', other)).rejects.toThrow(
          'x: expected float32 [2] as a Float32Array of 2, got a Float32Array of 2 for [1, 2]; ' +
            'rate: expected float32 [] as a Float32Array of 1, got a Int32Array of 1',
        );
        expect(listOf(engine.readState()['w'])).toEqual(near(1, -2));
      }));

    it('says what to give in place of a tensor or a number', () =>
      withEngine(async (engine) => {
        const x = tf.ones([2]);
        const wrong = { x, rate: 0.1 } as unknown as typeof inputs;
        await expect(engine.run('learn', wrong)).rejects.toThrow(
          'x: expected float32 [2] as a Float32Array of 2, got a tensor: give what its dataSync() returns; ' +
            'rate: expected float32 [] as a Float32Array of 1, got 0.1',
        );
        x.dispose();
      }));

    it('refuses steps that call one variable by two names, or two by one', async () => {
      const { w, steps } = buildSteps();
      const other = tf.variable(tf.tensor1d([0, 0]));
      const lookAt = (state: Step['state']) => create({ ...steps, look: { ...steps.look, state } });
      await expect(lookAt({ v: w })).rejects.toThrow('in all steps, got "w" and "v"');
      await expect(lookAt({ w: other })).rejects.toThrow(
        'expected one variable called "w" in all steps, got two',
      );
      tf.dispose([w, other]);
    });

    it('may be disposed of twice', () =>
      withEngine(async (engine) => {
        await engine.dispose();
        await expect(engine.dispose()).resolves.toBeUndefined();
      }));

    it('leaves no tensors behind, neither in its runs nor at its end', async () => {
      const { w, steps } = buildSteps();
      const before = tf.memory().numTensors;
      const engine = await create(steps);
      await engine.run('learn', inputs);
      const afterOne = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) await engine.run('learn', inputs);
      await engine.run('look', sight);
      engine.writeState(engine.readState());
      expect(tf.memory().numTensors).toBe(afterOne);
      await engine.dispose();
      expect(tf.memory().numTensors).toBe(before);
      w.dispose();
    });
  });
}

const inputsAsNumbers: Numbers = { data: inputs.x, shape: [2] };
