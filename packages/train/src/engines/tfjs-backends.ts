import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type DeviceChoice, InputError, type NodeDevice, reasonOf } from '@ganvas/core';
import * as tf from '@tensorflow/tfjs-core';

const notInstalled = 'not installed';

/** A package that brings tfjs a backend for Node. */
interface Library {
  readonly name: string;
  readonly device: NodeDevice;
  /** The backend's name in tfjs. */
  readonly backend: string;
  /** Say what is wrong with the backend once it is loaded; nothing where it is well. */
  readonly faultOf?: (backend: tf.KernelBackend) => string | undefined;
  readonly warning?: string;
}

// It computes on the CPU, and says so nowhere else, where it finds no card or no CUDA 11.
const withoutCard = (backend: tf.KernelBackend): string | undefined =>
  (backend as { isUsingGpuDevice?: boolean }).isUsingGpuDevice
    ? undefined
    : 'is installed and finds no graphics card that it can use';

/** Best first. The first two are optional: they download libtensorflow when they are installed. */
const tfjsLibraries = [
  {
    name: '@tensorflow/tfjs-node-gpu',
    device: 'cuda',
    backend: 'tensorflow',
    faultOf: withoutCard,
  },
  { name: '@tensorflow/tfjs-node', device: 'cpu', backend: 'tensorflow' },
  {
    name: '@tensorflow/tfjs-backend-cpu',
    device: 'cpu',
    backend: 'cpu',
    warning:
      'the engine tfjs has only its plain JavaScript backend here, which is over a thousand times slower than the engine onnx: use that one, or install @tensorflow/tfjs-node',
  },
] as const satisfies readonly Library[];

export type TfjsLibraryName = (typeof tfjsLibraries)[number]['name'];

/** The libraries to try for a device, best first. Throws an InputError where tfjs has none for it. */
export function librariesFor(device: DeviceChoice): readonly TfjsLibraryName[] {
  const fitting = tfjsLibraries.filter((library) => device === 'auto' || library.device === device);
  if (fitting.length > 0) return fitting.map(({ name }) => name);
  const known = [...new Set(tfjsLibraries.map((library) => library.device))];
  throw new InputError(
    `device: expected auto, ${known.join(' or ')} with the engine tfjs, got ${device}: the engine onnx has others`,
  );
}

function findFile(name: TfjsLibraryName): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(notInstalled, { cause });
  }
}

/** Load a library, and make tfjs compute with it. Throws the reason where it is not there or does not work. */
export async function loadTfjsLibrary(name: TfjsLibraryName): Promise<Library> {
  const library: Library = tfjsLibraries.find((each) => each.name === name) as Library;
  await import(pathToFileURL(findFile(name)).href);
  if (!(await tf.setBackend(library.backend))) throw new Error(`${name} brings no backend`);
  const fault = library.faultOf?.(tf.backend());
  if (fault !== undefined) throw new Error(fault);
  return library;
}

/** Whether a library of tfjs can be used here; if not, why, and the command that may cure it. */
export interface TfjsProbe {
  readonly library: TfjsLibraryName;
  readonly usable: boolean;
  readonly reason?: string;
  readonly fix?: string;
}

/** Try every library that the engine `tfjs` can use. Leaves tfjs with the backend that it had. */
export async function probeTfjsLibraries(): Promise<TfjsProbe[]> {
  const previous = tf.getBackend();
  const probes: TfjsProbe[] = [];
  for (const { name: library } of tfjsLibraries) {
    const reason = await loadTfjsLibrary(library).then(() => undefined, reasonOf);
    if (reason === undefined) probes.push({ library, usable: true });
    else {
      const fix = reason === notInstalled ? { fix: `npm install ${library}` } : {};
      probes.push({ library, usable: false, reason, ...fix });
    }
  }
  if (previous) await tf.setBackend(previous);
  return probes;
}
