import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, parseManifest, parseModelDescription } from '@ganvas/core';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileDynamic } from './compile-dynamic.js';
import { type ExportOptions, exportModel } from './export-model.js';
import { decodeModel } from './onnx.js';
import type { Tensors } from './trace.js';

let repository: string;
let weights: { dense: tf.Tensor2D; up: tf.Tensor4D; out: tf.Tensor4D };

const numbers = (shape: number[], salt: number): tf.Tensor => {
  const count = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: count }, (_, i) => Math.sin(i * 7.13 + salt)),
    shape,
  );
};

beforeEach(async () => {
  await tf.setBackend('cpu');
  repository = await mkdtemp(join(tmpdir(), 'ganvas-export-'));
  weights = {
    dense: numbers([7, 2 * 3 * 4], 1) as tf.Tensor2D,
    up: numbers([4, 4, 3, 4], 2) as tf.Tensor4D,
    out: numbers([3, 3, 3, 1], 3) as tf.Tensor4D,
  };
});

afterEach(async () => {
  tf.dispose(weights);
  await rm(repository, { recursive: true });
});

/** z [N, 5] and labels [N] of two classes -> pictures [N, 4, 6, 1]. */
function generate({ z, label }: Tensors): Tensors {
  const hot = tf.oneHot(label as tf.Tensor1D, 2, 1, 0, 'float32');
  const hidden = tf.matMul(tf.concat([z as tf.Tensor2D, hot as tf.Tensor2D], 1), weights.dense);
  const small = tf.relu(tf.reshape(hidden, [-1, 2, 3, 4])) as tf.Tensor4D;
  const batch = small.shape[0];
  const large = tf.conv2dTranspose(small, weights.up, [batch, 4, 6, 3], 2, 'same');
  const power = tf.mean(tf.square(large), -1, true);
  const normal = tf.mul(large, tf.rsqrt(tf.add(power, 1e-8))) as tf.Tensor4D;
  return { image: tf.tanh(tf.conv2d(normal, weights.out, 1, 'same')) };
}

const options: Omit<ExportOptions, 'to'> = {
  inputs: {
    z: { shape: ['N', 5], dtype: 'float32' },
    label: { shape: ['N'], dtype: 'int64' },
  },
  feed: (batch: number) => ({
    z: Float32Array.from({ length: 5 * batch }, (_, i) => Math.cos(i)),
    label: Int32Array.from({ length: batch }, (_, i) => i % 2),
  }),
  description: {
    task: 'sample',
    latentSize: 5,
    labels: ['no', 'yes'],
    image: { width: 6, height: 4, channels: 1, range: [-1, 1] },
    license: 'MIT',
  },
};

const exportTo = (name: string, fn = generate) =>
  exportModel(fn, { ...options, to: join(repository, name) });

describe('exportModel', () => {
  it('writes a model that equals tfjs for batches of 1, 2 and 7', async () => {
    const { parity } = await exportTo('small');
    expect(parity.map(({ batch }) => batch)).toEqual([1, 2, 7]);
    for (const { maxAbsDifference } of parity) expect(maxAbsDifference).toBeLessThanOrEqual(1e-5);
  });

  it('writes the manifest beside the model and into it', async () => {
    const { dir } = await exportTo('small');
    const manifest = parseManifest(JSON.parse(await readFile(join(dir, 'ganvas.json'), 'utf8')));
    expect(manifest).toMatchObject({
      name: 'small',
      version: 1,
      inputs: [
        { name: 'z', dtype: 'float32', shape: ['N', 5] },
        { name: 'label', dtype: 'int64', shape: ['N'] },
      ],
      outputs: [{ name: 'image', dtype: 'float32', shape: ['N', 1, 4, 6] }],
    });
    const [variant] = manifest.variants;
    const bytes = await readFile(join(dir, variant?.file as string));
    expect(bytes.length).toBe(variant?.bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(variant?.sha256);
    const metadata = decodeModel(bytes).metadataProps ?? [];
    const inside = metadata.find(({ key }) => key === 'ganvas')?.value as string;
    const { variants: _, ...description } = manifest;
    expect(parseModelDescription(JSON.parse(inside))).toEqual(description);
  });

  it('has no Transpose between its convolutions, and spells out every attribute', async () => {
    const { dir } = await exportTo('small');
    const { node } = decodeModel(await readFile(join(dir, '1/model.onnx'))).graph;
    const ops = node.map(({ opType }) => opType);
    const first = ops.indexOf('ConvTranspose');
    expect(first).toBeGreaterThan(0);
    expect(ops.slice(first)).toContain('Conv');
    expect(ops.slice(first)).not.toContain('Transpose');
    const attributes = node[ops.indexOf('Conv')]?.attribute?.map(({ name }) => name).sort();
    expect(attributes).toEqual([
      'auto_pad',
      'dilations',
      'group',
      'kernel_shape',
      'pads',
      'strides',
    ]);
  });

  it('adds a version and leaves the earlier one alone', async () => {
    const first = await exportTo('small');
    const before = await readFile(join(first.dir, '1/model.onnx'));
    const { manifest } = await exportTo('small');
    expect(manifest.version).toBe(2);
    expect((await readdir(first.dir)).sort()).toEqual(['1', '2', 'ganvas.json']);
    expect((await readFile(join(first.dir, '1/model.onnx'))).equals(before)).toBe(true);
  });

  it('refuses to write a model that differs from its function', async () => {
    let calls = 0;
    // Traced at three batch sizes; after that it adds a little, as a wrong rule would.
    const drifting = (inputs: Tensors): Tensors => {
      calls++;
      const { image } = generate(inputs);
      return { image: calls > 3 ? tf.add(image as tf.Tensor, 2e-5) : (image as tf.Tensor) };
    };
    await expect(exportTo('drifting', drifting)).rejects.toThrow(/nothing was written/);
    expect(await readdir(repository)).toEqual([]);
  });

  it('refuses a function that the batch size changes', async () => {
    const padded = (inputs: Tensors): Tensors => {
      const { image } = generate(inputs);
      const noise = tf.randomUniform((image as tf.Tensor).shape, 0, 1, 'float32', 7);
      return { image: tf.add(image as tf.Tensor, noise) };
    };
    await expect(exportTo('padded', padded)).rejects.toThrow(
      /works alike for every N, but a constant of Add/,
    );
  });

  it('gives a picture the same bits alone and in a batch, pixel norm included', async () => {
    const deep = numbers([3, 3, 32, 32], 4) as tf.Tensor4D;
    const normed = ({ image }: Tensors): Tensors => {
      const x = tf.conv2d(image as tf.Tensor4D, deep, 1, 'same');
      const power = tf.mean(tf.square(x), -1, true);
      return { normal: tf.mul(x, tf.rsqrt(tf.add(power, 1e-8))) };
    };
    const inputs = { image: { shape: ['N', 9, 9, 32], dtype: 'float32' } } as const;
    const { bytes } = compileDynamic(normed, { name: 'normed', inputs });
    const session = await ort.InferenceSession.create(bytes);
    const size = 9 * 9 * 32;
    const data = Float32Array.from({ length: 4 * size }, (_, i) => Math.sin(i * 0.7));
    const run = async (values: Float32Array) => {
      const feed = new ort.Tensor('float32', values, [values.length / size, 9, 9, 32]);
      return (await session.run({ image: feed }))['normal']?.data as Float32Array;
    };
    const together = await run(data);
    for (let i = 0; i < 4; i++) {
      const part = together.subarray(i * size, (i + 1) * size);
      expect(await run(data.slice(i * size, (i + 1) * size))).toEqual(part);
    }
    await session.release();
    deep.dispose();
  });

  it('refuses a folder whose name cannot be a model', async () => {
    await expect(exportTo('Not A Name')).rejects.toThrow(InputError);
  });
});
