import { latentFromSeed } from '@ganvas/core';
import * as ort from 'onnxruntime-node';

const count = 20;
const size = 8;

export const createSession = (file: string): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(file);

/** Mean value of the left and the right half of pictures of one class, in [-1, 1]. */
export async function brightness(
  session: ort.InferenceSession,
  label: number,
): Promise<{ left: number; right: number }> {
  const latents = Array.from({ length: count }, (_, seed) => [...latentFromSeed(seed, 64)]).flat();
  const results = await session.run({
    z: new ort.Tensor('float32', Float32Array.from(latents), [count, 64]),
    label: new ort.Tensor('int64', new BigInt64Array(count).fill(BigInt(label)), [count]),
  });
  const values = Array.from(results['image']?.data as Float32Array);
  const half = values.length / 2;
  const sum = (isLeft: boolean): number =>
    values.reduce((total, x, i) => (i % size < size / 2 === isLeft ? total + x : total), 0);
  return { left: sum(true) / half, right: sum(false) / half };
}
