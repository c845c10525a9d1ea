// The numbers that the benchmarks feed: noise drawn as training draws it, pictures made once.
import { foldIn, keyFromSeed, normalAt, uniformAt } from '@ganvas/core';

/** Draws float32 arrays; no two draws of one source are equal. */
export function createSource(seed) {
  const key = keyFromSeed(seed);
  let draws = 0;
  const draw = (numberAt) => (count) => {
    const own = foldIn(key, draws++);
    return Float32Array.from({ length: count }, (_, i) => numberAt(own, i));
  };
  return { normals: draw(normalAt), uniforms: draw(uniformAt) };
}

/** Uniform in (-1, 1), as pixels are; quick, for arrays of many millions of numbers (xorshift). */
export function quickUniforms(count, seed) {
  const numbers = new Float32Array(count);
  let x = (seed * 2654435761 + 1) | 1;
  for (let i = 0; i < count; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    numbers[i] = x / 2 ** 31;
  }
  return numbers;
}
