/** The parts of `navigator.gpu` that are asked here. */
export interface Gpu {
  requestAdapter(): Promise<GpuAdapter | null>;
}
interface GpuAdapter {
  /** Before Chromium 140 the flag was on the adapter itself. */
  readonly isFallbackAdapter?: boolean;
  readonly info?: { readonly isFallbackAdapter?: boolean };
}

/**
 * Throw with the reason unless WebGPU can be used here. A software adapter answers like a real one
 * but is 100 times slower than WebAssembly, so it counts only where it was asked for by name.
 */
export async function assertWebGpu(gpu: Gpu | undefined, isAskedFor: boolean): Promise<void> {
  if (!gpu) {
    throw new Error('this browser has no WebGPU, or the page is not from https or localhost');
  }
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('the browser has WebGPU but no adapter for this GPU');
  const isFallback = adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false;
  if (isFallback && !isAskedFor) {
    throw new Error('only a software adapter answers, which is slower than WebAssembly');
  }
}
