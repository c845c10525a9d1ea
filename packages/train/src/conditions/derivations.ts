import {
  foldIn,
  fromBytes,
  type Key,
  type ModelSource,
  type PixelShape,
  toByte,
  toColorChannels,
} from '@ganvas/core';
import { drawHoles } from './holes.js';

/** How a translator's source is made of its target: float32 `[N, H, W, C]` in [-1, 1], C 1 or 3. */
export interface Derivation {
  /** How many times smaller the source is. */
  readonly scale: 1 | 2 | 4;
  /** What the translator takes, for targets of so many channels. */
  describe(channels: number): ModelSource;
  /**
   * Make the sources, float32 `[N, H / scale, W / scale, source.channels]`.
   *
   * @param key of what is drawn at random for these pictures; picture n draws from a key of its own
   */
  derive(pictures: Float32Array, shape: PixelShape, key: Key): Float32Array;
}

const gray: Derivation = {
  scale: 1,
  describe: () => ({ channels: 1, encoding: 'picture' }),
  // By way of bytes: exactly what a translator is given in use.
  derive: (pictures, shape) =>
    fromBytes(toColorChannels({ ...shape, data: Uint8Array.from(pictures, toByte) }, 1).data),
};

const masked: Derivation = {
  scale: 1,
  describe: (channels) => ({ channels: channels + 1, encoding: 'masked' }),
  derive(pictures, { count, height, width, channels }, key) {
    const plane = height * width;
    const source = new Float32Array(count * plane * (channels + 1));
    for (let n = 0; n < count; n++) {
      const holes = drawHoles(foldIn(key, n), { height, width });
      for (let pixel = 0; pixel < plane; pixel++) {
        const from = (n * plane + pixel) * channels;
        const to = (n * plane + pixel) * (channels + 1);
        const isHole = holes[pixel] === 1;
        // What is not written stays 0, as holes are.
        if (!isHole) source.set(pictures.subarray(from, from + channels), to);
        source[to + channels] = isHole ? 1 : -1;
      }
    }
    return source;
  },
};

/** Means over squares of `scale` x `scale` pixels. */
const shrunk = (scale: 2 | 4): Derivation => ({
  scale,
  describe: (channels) => ({ channels, encoding: 'picture' }),
  derive(pictures, { count, height, width, channels }) {
    const line = (width / scale) * channels;
    const source = new Float32Array(((count * height) / scale) * line);
    for (let row = 0; row < count * height; row++) {
      for (let i = 0; i < width * channels; i++) {
        const column = Math.floor(i / channels / scale);
        const to = Math.floor(row / scale) * line + column * channels + (i % channels);
        source[to] = (source[to] as number) + (pictures[row * width * channels + i] as number);
      }
    }
    return source.map((sum) => sum / scale ** 2);
  },
});

/** What a translator can be asked to undo, by name. */
export const derivations = {
  /** Colors are to be found. */
  gray,
  /** Holes are to be filled in. */
  masked,
  /** Pictures half as wide and high are to be enlarged, or a quarter. */
  half: shrunk(2),
  quarter: shrunk(4),
} satisfies Record<string, Derivation>;
