import { describe, expect, it } from 'vitest';
import { assertWebGpu } from './adapter.js';

const gpuWith = (adapter: object | null) => ({ requestAdapter: () => Promise.resolve(adapter) });

describe('assertWebGpu', () => {
  it('accepts an adapter of a real GPU', async () => {
    await expect(assertWebGpu(gpuWith({ info: {} }), false)).resolves.toBeUndefined();
    const info = { isFallbackAdapter: false };
    await expect(assertWebGpu(gpuWith({ info }), false)).resolves.toBeUndefined();
  });

  it.each([
    ['no WebGPU at all', undefined, 'has no WebGPU'],
    ['no adapter', gpuWith(null), 'no adapter'],
    ['a software adapter', gpuWith({ info: { isFallbackAdapter: true } }), 'software adapter'],
    ['one of an older browser', gpuWith({ isFallbackAdapter: true }), 'software adapter'],
  ])('refuses %s and says so', async (_, gpu, reason) => {
    await expect(assertWebGpu(gpu, false)).rejects.toThrow(reason);
  });

  it('accepts a software adapter that is asked for by name', async () => {
    const gpu = gpuWith({ info: { isFallbackAdapter: true } });
    await expect(assertWebGpu(gpu, true)).resolves.toBeUndefined();
  });
});
