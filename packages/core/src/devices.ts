import { InputError } from './errors.js';

/** Where a session runs: an execution provider of onnxruntime. */
export type Device = 'cpu' | 'cuda' | 'webgpu' | 'dml' | 'coreml' | 'wasm';

/** The devices of Node; `wasm` is a browser's. */
export type NodeDevice = Exclude<Device, 'wasm'>;

/** A device of Node asked for by name, or `auto`: the best that can be used. */
export type DeviceChoice = NodeDevice | 'auto';

/**
 * The devices to try in Node for a choice, best first. One that is named is tried alone. `auto` leaves
 * WebGPU, DirectML and CoreML out: WebGPU takes a software adapter as gladly as a card, and is
 * then many times slower than the CPU; nobody has shown that the others are faster or right.
 */
export const devicesFor = (choice: DeviceChoice): readonly NodeDevice[] =>
  choice === 'auto' ? ['cuda', 'cpu'] : [choice];

const platforms: Readonly<Record<string, readonly NodeDevice[]>> = {
  'linux x64': ['cpu', 'cuda', 'webgpu'],
  'linux arm64': ['cpu', 'webgpu'],
  'darwin x64': ['cpu', 'coreml', 'webgpu'],
  'darwin arm64': ['cpu', 'coreml', 'webgpu'],
  'win32 x64': ['cpu', 'dml', 'webgpu'],
  'win32 arm64': ['cpu', 'dml', 'webgpu'],
};

/** Every device that onnxruntime-node has somewhere. */
export const nodeDevices = [
  'cpu',
  'cuda',
  'webgpu',
  'dml',
  'coreml',
] as const satisfies readonly NodeDevice[];

/** The devices that onnxruntime-node is built for: `devicesOn('linux', 'x64')`, named as Node names them. */
export const devicesOn = (platform: string, arch: string): readonly NodeDevice[] =>
  platforms[`${platform} ${arch}`] ?? ['cpu'];

/** A device, or another thing to run on, that cannot be used here, with its own reason. */
export interface Refusal<Target extends string = Device> {
  readonly device: Target;
  readonly reason: string;
}

/** What was opened, where it runs, and why the devices tried before it do not. */
export interface Opened<T, Target extends string = Device> {
  readonly value: T;
  readonly device: Target;
  readonly refusals: readonly Refusal<Target>[];
}

// onnxruntime begins with the place in its source and the C++ condition that did not hold.
const placeInSource = /^\/onnxruntime_src\/\S+ .*? was (?:true|false)\. /;

/** What an error says, on one line. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .trim()
    .replace(/\s+/g, ' ')
    .replace(placeInSource, '');

/**
 * Open on the first of `devices` that works, one at a time: onnxruntime either throws or falls back
 * silently when it is given several. Throws an InputError with every reason when none works.
 */
export async function openOnFirst<T, Target extends string = Device>(
  devices: readonly Target[],
  open: (device: Target) => Promise<T>,
): Promise<Opened<T, Target>> {
  const refusals: Refusal<Target>[] = [];
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
