import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { devicesOn, type NodeDevice, nodeDevices } from '@ganvas/core';
import type { ProbeReply } from './probe-child.js';

/** Whether onnxruntime can compute on a device here; if not, why, and what may cure it. */
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

const machineCuda = 'an NVIDIA card with its driver, CUDA 12 and cuDNN 9';

/** What may cure a device that onnxruntime-node has here and that does not work: a command, or what to get. */
const fixes: Readonly<Record<NodeDevice, () => string>> = {
  cpu: () => reinstall,
  cuda: () => (existsSync(cudaLibrary()) ? machineCuda : fetchCuda),
  webgpu: () =>
    process.platform === 'linux'
      ? 'a graphics card with a Vulkan driver (mesa-vulkan-drivers, or that of its maker)'
      : 'a graphics card with an up-to-date driver',
  dml: () => 'a graphics card with DirectX 12',
  coreml: () => 'macOS 10.15 or newer',
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
  const { platform, arch } = process;
  if (!devicesOn(platform, arch).includes(device)) {
    return { device, usable: false, reason: `onnxruntime-node has none for ${platform} ${arch}` };
  }
  const reason = await findFault(device, timeoutMs);
  if (reason === undefined) return { device, usable: true };
  return { device, usable: false, reason, fix: fixes[device]() };
}

/**
 * Try every device that this platform has with a tiny model, each in a process of its own.
 *
 * @param options.timeoutMs given to each, default 30,000 ms
 */
export async function probeDevices(
  options: { readonly timeoutMs?: number } = {},
): Promise<DeviceProbe[]> {
  const { timeoutMs = 30_000 } = options;
  return Promise.all(nodeDevices.map((device) => probeDevice(device, timeoutMs)));
}
