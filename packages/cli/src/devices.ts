import type { DeviceChoice } from '@ganvas/core';
import { Option } from 'commander';

const devices: readonly DeviceChoice[] = ['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'];

/** `--device`, the same for every verb. */
export const deviceOption = (): Option =>
  new Option('--device <device>', 'where to compute; auto: CUDA if it can be used, else the CPU')
    .choices(devices)
    .default('auto');
