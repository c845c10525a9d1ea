import type { Value } from '../graph.js';

/** The numbers of a constant that has one for each channel of an NCHW value, or one for all. */
export function perChannel(value: Value, channels: number): Float32Array | undefined {
  if (!value.data || value.dtype !== 'float32') return undefined;
  if (value.uniform !== undefined && value.shape.length === 0) {
    return new Float32Array(channels).fill(value.uniform);
  }
  const isVector = String([1, 1, ...value.shape].slice(-4)) === String([1, channels, 1, 1]);
  return isVector ? Float32Array.from(value.data) : undefined;
}
