import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { parameterCount, variablesOf } from './network.js';
import { buildUnet, dropoutMasks, halvingsOf } from './unet.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const shape = {
  height: 16,
  width: 16,
  sourceChannels: 3,
  channels: 3,
  baseChannels: 2,
  norm: 'instance',
} as const;
const ones = () => tf.ones([1, 1, 1, 1]);
const picture = (height: number, width: number): tf.Tensor =>
  tf.sin(tf.reshape(tf.range(0, height * width * 3), [1, height, width, 3]));

describe('buildUnet', () => {
  it('has the parameters of the published network at 256 pixels', () => {
    // 16 taps each: down 3-64-128-256-512 and four of 512; up 512, thrice 1024, then halving to 3. Here an eighth of
    // these channels, since 54 million numbers take long to draw.
    const down = 3 * 8 + 8 * 16 + 16 * 32 + 32 * 64 + 4 * 64 * 64;
    const up = 64 * 64 + 3 * 128 * 64 + 128 * 32 + 64 * 16 + 32 * 8 + 16 * 3;
    const norms = 2 * (16 + 32 + 4 * 64 + 4 * 64 + 32 + 16 + 8);
    // Of the layers without a norm: the outermost two and the innermost.
    const biases = 8 + 64 + 3;
    const model = buildUnet({ ...shape, height: 256, width: 256, baseChannels: 8 }, [1, 2]);
    expect(parameterCount(variablesOf(model, 'generator'))).toBe(16 * (down + up) + norms + biases);
  });

  it.each([
    [{ height: 64, width: 64 }, 6],
    [{ height: 128, width: 128 }, 7],
    [{ height: 256, width: 256 }, 8],
    [{ height: 1024, width: 1024 }, 8],
    [{ height: 96, width: 64 }, 5],
    [{ height: 50, width: 64 }, 1],
  ])('halves %j %i times', (size, halvings) => {
    expect(halvingsOf(size)).toBe(halvings);
  });

  it('makes pictures of the size of their sources, square or not, and larger than it was built for', () => {
    const model = buildUnet({ ...shape, height: 16, width: 32 }, [1, 2]);
    const masks = dropoutMasks({ ...shape, height: 16, width: 32 });
    for (const [height, width] of [
      [16, 32],
      [32, 16],
      [48, 64],
    ] as const) {
      const image = model.apply([picture(height, width), ...masks.map(ones)]) as tf.Tensor;
      expect(image.shape).toEqual([1, height, width, 3]);
    }
  });

  it('drops what its masks say in the decoder, from the inside', () => {
    const masks = dropoutMasks(shape);
    expect(masks.map((mask) => mask.shape)).toEqual([
      [2, 2, 8],
      [4, 4, 4],
      [8, 8, 2],
    ]);
    const model = buildUnet(shape, [1, 2]);
    const image = (given: tf.Tensor[]) =>
      (model.apply([picture(16, 16), ...given]) as tf.Tensor).dataSync();
    const whole = image(masks.map(ones));
    for (const [i] of masks.entries()) {
      const given = masks.map((_, j) => (i === j ? tf.zeros([1, 1, 1, 1]) : ones()));
      expect(image(given), `mask ${i}`).not.toEqual(whole);
    }
  });
});
