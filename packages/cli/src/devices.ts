import type { Device } from '@ganvas/core';
import { Option } from 'commander';

// Those of onnxruntime-node; `wasm` is a browser's.
const devices: readonly (Device | 'auto')[] = ['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'];

/** `--device`, the same for every verb. */
export const deviceOption = (): Option =>
  new Option('--device <device>', 'where to compute; auto: CUDA if it can be used, else the CPU')
    .choices(devices)
    .default('auto');
