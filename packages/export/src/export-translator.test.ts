import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@ganvas/core';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExportOptions, exportModel } from './export-model.js';
import { decodeModel } from './onnx.js';
import type { Tensors } from './trace.js';

let repository: string;
let kernel: tf.Variable;
let inner: tf.Tensor4D;

/** Fixed numbers that 16 bits do not have. */
const numbers = (count: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(i * 7.13 + 1));

beforeEach(async () => {
  await tf.setBackend('cpu');
  repository = await mkdtemp(join(tmpdir(), 'ganvas-export-'));
  // 4 * 4 * 3 * 32 is 1,536 numbers: stored as fp16 where that is asked for.
  kernel = tf.variable(tf.tensor(numbers(1536, 0.2), [4, 4, 3, 32]), true, 'test/down/kernel');
  inner = tf.tensor(numbers(1536, 0.1), [4, 4, 3, 32]) as tf.Tensor4D;
});

afterEach(async () => {
  tf.dispose([kernel, inner]);
  await rm(repository, { recursive: true });
});

/** source [N, H, W, 3] -> pictures [N, H, W, 3], through half the size. */
function translate({ source }: Tensors): Tensors {
  const x = source as tf.Tensor4D;
  const down = tf.relu(tf.conv2d(x, kernel as unknown as tf.Tensor4D, 2, 'same')) as tf.Tensor4D;
  return { image: tf.tanh(tf.conv2dTranspose(down, inner, x.shape, 2, 'same')) };
}

const options: Omit<ExportOptions, 'to'> = {
  inputs: { source: { shape: ['N', 'H', 'W', 3], dtype: 'float32' } },
  feed: (batch, { height, width }) => ({ source: numbers(batch * height * width * 3, 1) }),
  description: {
    task: 'translate',
    source: { channels: 3, encoding: 'picture' },
    image: { width: 16, height: 16, channels: 3, range: [-1, 1], sizeMultiple: 2 },
    license: 'MIT',
  },
};

const exportTo = (name: string, changes: Partial<ExportOptions> = {}, fn = translate) =>
  exportModel(fn, { ...options, ...changes, to: join(repository, name) });

const readGraph = async (dir: string, version = 1) =>
  decodeModel(await readFile(join(dir, `${version}/model.onnx`))).graph;

describe('exportModel of a translator', () => {
  it('compares one and two pictures, one that is not square, and a larger one', async () => {
    const progress: string[] = [];
    const { parity, rounding } = await exportTo('plain', {
      onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
    });
    expect(parity.map(({ batch, width, height }) => [batch, width, height])).toEqual([
      [1, 16, 16],
      [2, 16, 16],
      [1, 18, 16],
      [1, 18, 18],
    ]);
    for (const { maxAbsDifference } of parity) expect(maxAbsDifference).toBeLessThan(1e-5);
    expect(progress).toEqual(['1/4', '2/4', '3/4', '4/4']);
    expect(rounding).toBeUndefined();
  });

  it('describes the model with sizes by name', async () => {
    const { manifest } = await exportTo('plain');
    expect(manifest).toMatchObject({
      task: 'translate',
      inputs: [{ name: 'source', dtype: 'float32', shape: ['N', 3, 'H', 'W'] }],
      outputs: [{ name: 'image', dtype: 'float32', shape: ['N', 3, 'H', 'W'] }],
      source: { channels: 3, encoding: 'picture' },
    });
    expect(manifest.variants[0]).not.toHaveProperty('weights');
  });

  it('writes down to a limit of the caller only', async () => {
    await expect(exportTo('strict', { parityLimit: 0 })).rejects.toThrow(
      /within 0 of tfjs, got a difference of .* for 1 of .*; nothing was written/,
    );
    expect(await readdir(repository)).toEqual([]);
  });

  const wrong: Record<string, [Partial<ExportOptions>, RegExp]> = {
    'without a source': [{ inputs: {} }, /an input "source" float32 \[N, H, W, 3\].* got none/],
    'of one size only': [
      { inputs: { source: { shape: ['N', 16, 16, 3], dtype: 'float32' } } },
      /float32 \[N, H, W, 3\], since task is "translate", got float32 \[N, 16, 16, 3\]/,
    ],
    'of another scale': [
      {
        description: {
          ...options.description,
          image: { ...options.description.image, scale: 2 },
        },
      },
      /returns "image" float32 \[N, 3, 2\*H, 2\*W\], as image\.channels and image\.scale say, got "image" float32 \[N, 3, H, W\]/,
    ],
    'that does not say which sizes it takes': [
      {
        description: {
          ...options.description,
          image: { width: 16, height: 16, channels: 3, range: [-1, 1] },
        },
      },
      /expected image\.sizeMultiple, of which H and W are multiples/,
    ],
    'whose sides are no such multiples': [
      {
        description: {
          ...options.description,
          image: { ...options.description.image, width: 17 },
        },
      },
      /image\.width and image\.height as multiples of image\.sizeMultiple, 2, got 17 x 16/,
    ],
  };
  it.each(Object.entries(wrong))('refuses one %s', async (_, [changes, message]) => {
    const error = await exportTo('wrong', changes).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect(await readdir(repository)).toEqual([]);
  });
});

describe("exportModel with weights: 'fp16'", () => {
  it('stores large weights in half the bytes, equal to tfjs with the same rounded weights', async () => {
    const plain = await exportTo('plain');
    const narrow = await exportTo('narrow', { weights: 'fp16' });
    expect(narrow.manifest.variants[0]).toMatchObject({ precision: 'fp32', weights: 'fp16' });
    const saved =
      (plain.manifest.variants[0]?.bytes ?? 0) - (narrow.manifest.variants[0]?.bytes ?? 0);
    // Two tensors of 1,536 numbers, two bytes each, less two Cast nodes.
    expect(saved).toBeGreaterThan(2 * 1536 * 2 - 300);
    for (const { maxAbsDifference } of narrow.parity) expect(maxAbsDifference).toBeLessThan(1e-5);
    const { node = [], initializer = [] } = await readGraph(narrow.dir);
    expect(node.filter(({ opType }) => opType === 'Cast')).toHaveLength(2);
    expect(initializer.map(({ dataType }) => dataType)).toEqual([10, 10]);
  });

  it('says how far the rounding moves the picture', async () => {
    const plain = await exportTo('plain');
    const { dir, rounding } = await exportTo('narrow', { weights: 'fp16' });
    const source = numbers(16 * 16 * 3, 1);
    // [H, W, 3] to [3, H, W]
    const turned = Float32Array.from(
      source,
      (_, i) => source[(i % 256) * 3 + Math.floor(i / 256)] ?? 0,
    );
    const run = async (folder: string): Promise<Float32Array> => {
      const session = await ort.InferenceSession.create(join(folder, '1/model.onnx'));
      const feed = new ort.Tensor('float32', turned, [1, 3, 16, 16]);
      const { image } = await session.run({ source: feed });
      await session.release();
      return image?.data as Float32Array;
    };
    const [exact, rounded] = [await run(plain.dir), await run(dir)];
    const moved = exact.map((x, i) => Math.abs(x - (rounded[i] as number)));
    const mean = moved.reduce((a, b) => a + b, 0) / moved.length;
    expect(rounding?.maxAbsDifference).toBeCloseTo(Math.max(...moved), 5);
    expect(rounding?.meanAbsDifference).toBeCloseTo(mean, 6);
    expect(rounding?.maxAbsDifference).toBeGreaterThan(1e-4);
    expect(rounding?.maxSteps).toBeCloseTo(127.5 * Math.max(...moved), 3);
  });

  it('leaves the weights as they were', async () => {
    const before = [...kernel.dataSync(), ...inner.dataSync()];
    const { numTensors } = tf.memory();
    await exportTo('narrow', { weights: 'fp16' });
    expect([...kernel.dataSync(), ...inner.dataSync()]).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('keeps in float32 what is computed of weights while they are traced', async () => {
    const scaled = ({ source }: Tensors): Tensors => {
      const x = source as tf.Tensor4D;
      const filter = tf.mul(kernel, 0.3) as tf.Tensor4D;
      const down = tf.relu(tf.conv2d(x, filter, 2, 'same')) as tf.Tensor4D;
      return { image: tf.tanh(tf.conv2dTranspose(down, inner, x.shape, 2, 'same')) };
    };
    const { dir, parity } = await exportTo('scaled', { weights: 'fp16' }, scaled);
    for (const { maxAbsDifference } of parity) expect(maxAbsDifference).toBeLessThan(1e-5);
    const { initializer = [] } = await readGraph(dir);
    expect(initializer.map(({ dataType }) => dataType).sort()).toEqual([1, 10]);
  });

  it('names the weight that fp16 cannot hold', async () => {
    kernel.assign(tf.tensor(numbers(1536, 1e6), [4, 4, 3, 32]));
    const error = await exportTo('narrow', { weights: 'fp16' }).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(
      /to store them as fp16, got .* in "test\/down\/kernel"/,
    );
  });
});
