import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { devicesOn, type NodeDevice } from '@ganvas/core';
import type { ProbeReply } from './probe-child.js';

/** Whether onnxruntime can compute on a device here; if not, why, and the command that may cure it. */
export interface DeviceProbe {
  readonly device: NodeDevice;
  readonly usable: boolean;
  readonly reason?: string;
  readonly fix?: string;
}

// onnxruntime-node's installer forces the download only for `true`: 1.30 takes `cuda12` for nothing
// given, though it names that value. Install scripts are off in this workspace unless asked for.
const fetchCuda =
  'ONNXRUNTIME_NODE_INSTALL=true npm rebuild onnxruntime-node --ignore-scripts=false';
const reinstall = 'npm install';

const cudaLibrary = (): string =>
  createRequire(import.meta.url)
    .resolve('onnxruntime-node/package.json')
    .replace('package.json', 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');

/** What may cure a device that does not work. The others want a driver or another machine. */
const fixes: Partial<Record<NodeDevice, () => string | undefined>> = {
  cpu: () => reinstall,
  // Once it is there, what is missing is the machine's own CUDA 12, cuDNN 9 or driver.
  cuda: () => (existsSync(cudaLibrary()) ? undefined : fetchCuda),
};

const entry = fileURLToPath(new URL('../dist/probe-child.js', import.meta.url));

/** Why a device cannot be used; undefined if it can. */
async function findFault(device: NodeDevice, timeoutMs: number): Promise<string | undefined> {
  const child = fork(entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const replied = once(child, 'message').then(([reply]) => (reply as ProbeReply).reason);
  const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
    if (signal === 'SIGKILL') return `no answer within ${timeoutMs} ms`;
    return `the process that tried it ended ${signal ? `by ${signal}` : `with status ${code}`}`;
  });
  child.send(device, () => undefined);
  try {
    return await Promise.race([replied, ended]);
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

async function probeDevice(device: NodeDevice, timeoutMs: number): Promise<DeviceProbe> {
  const reason = await findFault(device, timeoutMs);
  if (reason === undefined) return { device, usable: true };
  const fix = fixes[device]?.();
  return { device, usable: false, reason, ...(fix !== undefined && { fix }) };
}

/**
 * Try every device of this platform with a tiny model, each in a process of its own.
 *
 * @param options.timeoutMs given to each, default 30,000 ms
 */
export async function probeDevices(
  options: { readonly timeoutMs?: number } = {},
): Promise<DeviceProbe[]> {
  const { timeoutMs = 30_000 } = options;
  const devices = devicesOn(process.platform, process.arch);
  return Promise.all(devices.map((device) => probeDevice(device, timeoutMs)));
}
