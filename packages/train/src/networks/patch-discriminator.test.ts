import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildPatchDiscriminator } from './patch-discriminator.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const build = (patch: 'pixel' | '16' | '70' | '286', side: number, baseChannels = 1) =>
  buildPatchDiscriminator(
    { height: side, width: side, inputChannels: 1, baseChannels, norm: 'none', patch },
    [3, 4],
  );

describe('buildPatchDiscriminator', () => {
  it.each([
    ['pixel', 256],
    ['16', 126],
    ['70', 30],
    ['286', 6],
  ] as const)('judges 256 pixels by patches of %s in %i rows', (patch, rows) => {
    expect(build(patch, 256).outputShape).toEqual([null, rows, rows, 1]);
  });

  it.each([
    ['pixel', 1, 8],
    ['16', 16, 48],
    ['70', 70, 160],
    ['286', 286, 448],
  ] as const)('bases a logit on a square of %s pixels', (patch, field, side) => {
    const model = build(patch, side);
    // The pixels that the logit in the middle depends on are those by which it has a gradient.
    const middle = (x: tf.Tensor): tf.Tensor => {
      const logits = model.apply(x) as tf.Tensor;
      const at = Math.floor((logits.shape[1] as number) / 2);
      return tf.sum(tf.slice(logits, [0, at, at, 0], [1, 1, 1, 1]));
    };
    const x = tf.sin(tf.reshape(tf.range(0, side * side), [1, side, side, 1]));
    const gradient = tf.reshape(tf.grad(middle)(x), [side, side]).arraySync() as number[][];
    const rows = gradient.map((row) => row.some((value) => value !== 0));
    expect(rows.filter(Boolean)).toHaveLength(field);
    expect(rows.lastIndexOf(true) - rows.indexOf(true)).toBe(field - 1);
  });
});
