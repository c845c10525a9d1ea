import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import * as ort from 'onnxruntime-node';
import { beforeEach, describe, expect, it } from 'vitest';
import { compileDynamic, type DynamicInputs } from './compile-dynamic.js';
import { decodeModel } from './onnx.js';
import { differenceOf, runEager, runModel } from './parity.js';
import {
  attentive,
  batchNormed,
  filter,
  framed,
  gated,
  instanceNorm,
  marked,
  numbers,
  type Picture,
  resnet,
  shuffled,
  smoothed,
  turned,
  unet,
  upsampled,
} from './testing/translators.js';
import type { Tensors } from './trace.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

/** A norm as a layer, in a model that is built for one size and called with others. */
class Norm extends tfl.layers.Layer {
  static readonly className = 'TestNorm';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => instanceNorm([inputs].flat()[0] as tf.Tensor));
  }
}

function buildLayers(): tfl.LayersModel {
  const { layers } = tfl;
  const options = { filters: 4, kernelSize: 4, strides: 2, padding: 'same' } as const;
  const source = tfl.input({ shape: [16, 16, 3] });
  const down = layers.conv2d({ ...options, biasInitializer: 'ones' }).apply(source);
  const normal = layers.batchNormalization({ movingMeanInitializer: 'ones' }).apply(down);
  const active = layers.leakyReLU({ alpha: 0.2 }).apply(new Norm({}).apply(normal));
  const up = layers.conv2dTranspose({ ...options, filters: 3 }).apply(active);
  const grown = layers.upSampling2d({}).apply(up);
  const joined = layers.concatenate().apply([up, source] as tfl.SymbolicTensor[]);
  return tfl.model({ inputs: source, outputs: [joined, grown] as tfl.SymbolicTensor[] });
}

const inputs: DynamicInputs = { source: { shape: ['N', 'H', 'W', 3], dtype: 'float32' } };
const sourceOf = (fed: Tensors): Picture => fed['source'] as Picture;

/** Each size with its batch: square, wide, high, and larger than any probe's share of it. */
const runs = [
  [1, 16, 16],
  [2, 16, 24],
  [1, 32, 12],
  [3, 20, 28],
] as const;

/** The model's shapes and how far it is from eager tfjs, over all runs. */
async function compare(fn: (fed: Tensors) => Tensors, sizeMultiple: number) {
  const model = compileDynamic(fn, { name: 'translator', inputs, sizeMultiple });
  const session = await ort.InferenceSession.create(model.bytes);
  const differences: number[] = [];
  for (const [N, H, W] of runs) {
    const fed = { inputs, numbers: { source: numbers(N * H * W * 3, N) }, sizes: { N, H, W } };
    differences.push(differenceOf(runEager(fn, fed), await runModel(session, fed)).max);
  }
  await session.release();
  const ops = (decodeModel(model.bytes).graph.node ?? []).map(({ opType }) => opType);
  return { model, ops, worst: Math.max(...differences) };
}

const same = ['N', 3, 'H', 'W'];
const cases: Record<string, [fn: (x: Picture) => tf.Tensor, multiple: number, shape: unknown[]]> = {
  'a U-Net': [unet, 4, same],
  'a ResNet with reflected edges': [resnet, 2, same],
  'convolutions with batch norms': [batchNormed, 2, same],
  'nearest upsampling and a convolution': [upsampled, 1, ['N', 3, '2*H', '2*W']],
  'pixel shuffling': [shuffled, 1, ['N', 3, '2*H', '2*W']],
  'pooling and bilinear upsampling': [smoothed, 2, same],
  'a gate for each channel': [gated, 1, same],
  'attention over all pixels': [attentive, 1, same],
  'a crop and a frame of zeros': [framed, 1, same],
  'channels that are filled and repeated': [marked, 1, ['N', 5, 'H', 'W']],
  'turning and striding': [turned, 2, ['N', 3, 'W/2', 'H/2']],
};

describe('compileDynamic for pictures of any size', () => {
  it.each(Object.entries(cases))(
    'translates by %s as tfjs does',
    async (_, [fn, multiple, shape]) => {
      const { model, worst } = await compare((fed) => ({ image: fn(sourceOf(fed)) }), multiple);
      expect(model.inputs).toEqual([
        { name: 'source', dtype: 'float32', shape: ['N', 3, 'H', 'W'] },
      ]);
      expect(model.outputs[0]?.shape).toEqual(shape);
      // float32 sums over a few hundred numbers, in another order
      expect(worst).toBeLessThan(2e-5);
    },
  );

  it('runs a model of layers at sizes that it was not built for', async () => {
    const layers = buildLayers();
    const { model, worst } = await compare((fed) => {
      const [image, grown] = layers.apply(sourceOf(fed), { training: false }) as Picture[];
      return { image: image as Picture, grown: grown as Picture };
    }, 2);
    expect(model.outputs.map(({ shape }) => shape)).toEqual([
      ['N', 6, 'H', 'W'],
      ['N', 3, '2*H', '2*W'],
    ]);
    expect(worst).toBeLessThan(2e-5);
    layers.dispose();
  });

  it('writes a U-Net without a Transpose, a mask or the parts of a norm', async () => {
    const { ops } = await compare((fed) => ({ image: unet(sourceOf(fed)) }), 4);
    expect(ops.filter((op) => op === 'InstanceNormalization')).toHaveLength(2);
    const others = new Set(ops.filter((op) => !/Conv|Norm|Relu/.test(op)));
    expect(others).toEqual(new Set(['Concat', 'Add', 'Tanh']));
  });

  it('writes convolutions with their batch norms in them', async () => {
    const { ops } = await compare((fed) => ({ image: batchNormed(sourceOf(fed)) }), 2);
    expect(ops).toEqual(['Conv', 'Relu', 'ConvTranspose']);
  });

  it('writes a ResNet with nothing that follows the size', async () => {
    const { ops } = await compare((fed) => ({ image: resnet(sourceOf(fed)) }), 2);
    expect(new Set(ops)).toEqual(
      new Set(['Pad', 'Conv', 'InstanceNormalization', 'Relu', 'Add', 'ConvTranspose', 'Tanh']),
    );
  });
});

const refused: Record<string, [fn: (x: Picture) => tf.Tensor, message: RegExp]> = {
  'strides that need a larger multiple': [
    (x) => tf.conv2d(x, filter(4, 4, 3, 3), 2, 'same'),
    /Conv .* stands where Conv .* does for another size: give a sizeMultiple/,
  ],
  'a number that is made of the size': [
    (x) => tf.div(tf.sum(x, [1, 2], true), x.shape[1] * x.shape[2]),
    /a constant of Div of shape \[\] follows H and W: .*tf\.mean for a sum over a count/,
  ],
  'symmetric edges': [
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [0, 0],
          [0, 0],
        ],
        'symmetric',
      ),
    /a constant of Gather .* follows H: .*pad by 'reflect'/,
  ],
  'a resize to a share of the size': [
    (x) => tf.image.resizeBilinear(x, [x.shape[1] + 1, x.shape[2]]),
    /a constant of MatMul .* follows H: resize by whole factors/,
  ],
  'weights for one size': [
    (x) => tf.mul(x, tf.ones([1, 16, 16, 3])),
    /any size where H and W are given, but traced for \d+ x \d+ it throws/,
  ],
};

describe('compileDynamic', () => {
  it.each(Object.entries(refused))('refuses %s', (_, [fn, message]) => {
    const compiled = () =>
      compileDynamic((fed) => ({ image: fn(sourceOf(fed)) }), { name: 'm', inputs });
    expect(compiled).toThrow(message);
  });

  it('refuses sizes that are a rounded share of the picture', () => {
    const cut = (fed: Tensors) => {
      const [, height] = sourceOf(fed).shape;
      return { image: tf.slice(sourceOf(fed), [0, 0, 0, 0], [-1, Math.floor(height / 3), -1, -1]) };
    };
    expect(() => compileDynamic(cut, { name: 'm', inputs })).toThrow(
      /a constant of Slice of shape \[1\] follows/,
    );
  });

  it('refuses inputs that have H and W where pictures have no such axes, and no whole multiple', () => {
    const shape = ['N', 3, 'H', 'W'] as const;
    const compiled = (options: object) =>
      compileDynamic((fed) => ({ image: tf.neg(sourceOf(fed)) }), {
        name: 'm',
        inputs,
        ...options,
      });
    expect(() => compiled({ inputs: { source: { shape, dtype: 'float32' } } })).toThrow(
      /expected the input "source" as \['N', 'H', 'W', channels\], since it has H or W, got \[N,3,H,W\]/,
    );
    expect(() => compiled({ sizeMultiple: 0 })).toThrow(/a sizeMultiple of 1 or more/);
  });
});
