import { InputError } from './errors.js';

/** Where a session runs: an execution provider of onnxruntime. */
export type Device = 'cpu' | 'cuda' | 'webgpu' | 'dml' | 'coreml' | 'wasm';

/** A device asked for by name, or `auto`: the best that can be used. */
export type DeviceChoice = Device | 'auto';

/** The devices to try in Node for a choice, best first. One that is named is tried alone. */
export const devicesFor = (choice: DeviceChoice): readonly Device[] =>
  choice === 'auto' ? ['cuda', 'cpu'] : [choice];

/** A device that was asked for and cannot be used here, with the runtime's own reason. */
export interface Refusal {
  readonly device: Device;
  readonly reason: string;
}

/** What was opened, where it runs, and why the devices tried before it do not. */
export interface Opened<T> {
  readonly value: T;
  readonly device: Device;
  readonly refusals: readonly Refusal[];
}

/** What an error says, on one line. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replace(/\s+/g, ' ');

/**
 * Open on the first of `devices` that works, one at a time: onnxruntime either throws or falls back
 * silently when it is given several. Throws an InputError with every reason when none works.
 */
export async function openOnFirst<T>(
  devices: readonly Device[],
  open: (device: Device) => Promise<T>,
): Promise<Opened<T>> {
  const refusals: Refusal[] = [];
  for (const device of devices) {
    try {
      return { value: await open(device), device, refusals };
    } catch (error) {
      refusals.push({ device, reason: reasonOf(error) });
    }
  }
  const reasons = refusals.map(({ device, reason }) => `${device}: ${reason}`).join('; ');
  throw new InputError(`no usable device among ${devices.join(', ')}: ${reasons}`);
}
