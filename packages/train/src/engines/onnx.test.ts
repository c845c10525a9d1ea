import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { buildGan, type Step, type StepName } from '../gan.js';
import { recipes } from '../recipes.js';
import { createOnnxEngine } from './onnx.js';

const batchSize = 4;
const shape = { height: 8, width: 8, channels: 1, latentSize: 6, baseChannels: 4, classCount: 3 };

const numbersFor = (step: Step): Record<string, Float32Array | Int32Array> =>
  Object.fromEntries(
    Object.entries(step.inputs).map(([name, { shape: sizes, dtype }], salt) => {
      const length = sizes.reduce((a, b) => a * b, 1);
      const wave = (i: number) => Math.abs(Math.sin(i * 12.9898 + salt));
      const rates: Record<string, number> = { learningRate: 1e-3, averageDecay: 0.9 };
      return [
        name,
        dtype === 'int32'
          ? Int32Array.from({ length }, (_, i) => i % shape.classCount)
          : Float32Array.from({ length }, (_, i) => rates[name] ?? wave(i)),
      ];
    }),
  );

/** Run a step eagerly on the cpu backend; its variables change. */
function runEager(step: Step, numbers: Record<string, Float32Array | Int32Array>) {
  return tf.tidy(() => {
    const fed = Object.entries(step.inputs).map(([name, { shape: sizes, dtype }]) => {
      const data = numbers[name] as Float32Array;
      return [name, tf.tensor(data, [...sizes], dtype as 'float32' | 'int32')] as const;
    });
    const results = Object.entries(step.run(Object.fromEntries(fed)));
    const values = results.map(([name, tensor]) => [name, [...tensor.dataSync()]] as const);
    for (const [, tensor] of results) tensor.dispose();
    return Object.fromEntries(values) as Record<string, number[]>;
  });
}

const relative = (a: number, b: number): number => Math.abs(a - b) / (1e-3 + Math.abs(b));

describe('createOnnxEngine', () => {
  it.each(['critic', 'generator', 'sample'] as StepName[])(
    'gives the losses and the state of tfjs after the step %s',
    async (name) => {
      void tf.setBackend('cpu');
      const gan = buildGan(shape, recipes['wgan-gp'], {
        seed: 3,
        batchSize,
        sampleCount: batchSize,
      });
      const engine = await createOnnxEngine(gan.steps, { device: 'cpu' });
      const numbers = numbersFor(gan.steps[name]);
      const traced = await engine.run(name, numbers);
      const eager = runEager(gan.steps[name], numbers);
      expect(Object.keys(traced).sort()).toEqual(Object.keys(eager).sort());
      for (const [output, values] of Object.entries(eager)) {
        values.forEach((x, i) => {
          expect(relative(traced[output]?.data[i] as number, x), output).toBeLessThan(1e-4);
        });
      }
      const state = engine.readState();
      for (const [variable, tensor] of Object.entries(gan.state)) {
        const changed = state[variable]?.data as Float32Array;
        // One Adam step moves a weight by at most 1e-3; a tenth of that would show a wrong gradient.
        tensor.dataSync().forEach((x, i) => {
          expect(Math.abs((changed[i] as number) - x), variable).toBeLessThan(1e-4);
        });
      }
      await engine.dispose();
      gan.dispose();
    },
  );

  it('refuses a device that is not there, with the reason', async () => {
    const gan = buildGan(shape, recipes['wgan-gp'], { seed: 3, batchSize, sampleCount: 1 });
    const open = createOnnxEngine(gan.steps, { device: 'dml' });
    await expect(open).rejects.toThrow(/no usable device among dml: dml: .*backend not found/);
    gan.dispose();
  });
});
