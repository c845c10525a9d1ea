import type { Device } from '@ganvas/core';

/** A device asked for by name, or `auto`: CUDA if it can be used, else the CPU. */
export type DeviceChoice = Device | 'auto';

/** The devices to try for a choice, best first. One that is named is tried alone. */
export const devicesFor = (choice: DeviceChoice): readonly Device[] =>
  choice === 'auto' ? ['cuda', 'cpu'] : [choice];
