import { nodeDevices } from '@ganvas/core';
import { Option } from 'commander';

/** `--device`, the same for every verb. */
export const deviceOption = (): Option =>
  new Option('--device <device>', 'where to compute; auto: CUDA if it can be used, else the CPU')
    .choices(['auto', ...nodeDevices])
    .default('auto');
