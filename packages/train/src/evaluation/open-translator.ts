import { createHash } from 'node:crypto';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  InputError,
  type ModelDescription,
  type PieceSize,
  type Pixels,
  parseManifest,
  translatePixels,
} from '@ganvas/core';
import { readDescription } from '@ganvas/export';
import * as ort from 'onnxruntime-node';
import { type ExportRunOptions, exportRun } from '../export-run.js';

/** A translator's file, by what it says of itself. */
interface ModelFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly description: ModelDescription;
}

/** A translator that is open. */
interface OpenTranslator {
  readonly description: ModelDescription;
  readonly sha256: string;
  /** Translate one picture, uint8 `[1, H, W, C]`, by core's `translatePixels`. */
  translate(pixels: Pixels): Promise<Pixels>;
  dispose(): Promise<void>;
}

/** A translator and, of two that were learned together, the one of the other direction. */
export interface OpenTranslators {
  readonly forward: OpenTranslator;
  readonly back?: OpenTranslator;
  dispose(): Promise<void>;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The fp32 file of a model folder, which must be the one that its manifest names. */
async function readFolder(folder: string): Promise<ModelFile> {
  const where = join(folder, 'ganvas.json');
  const { variants, ...description } = parseManifest(await readJson(where), where);
  const variant = variants.find(({ precision }) => precision === 'fp32');
  if (!variant) throw new InputError(`${where}: expected an fp32 variant, got none`);
  const path = join(folder, variant.file);
  const bytes = await readOrThrow(path);
  const sha256 = digest(bytes);
  if (sha256 !== variant.sha256) {
    throw new InputError(
      `${path}: expected sha256 ${variant.sha256} as in the manifest, got ${sha256}: export or copy the model again`,
    );
  }
  return { path, bytes, sha256, description };
}

const readOrThrow = (path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    throw new InputError(`${path}: cannot be read`, { cause });
  });

async function readJson(path: string): Promise<unknown> {
  const text = (await readOrThrow(path)).toString();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${path}: expected JSON`, { cause });
  }
}

async function readOnnx(path: string): Promise<ModelFile> {
  const bytes = await readOrThrow(path);
  return { path, bytes, sha256: digest(bytes), description: readDescription(bytes, path) };
}

const readTarget = (target: string): Promise<ModelFile> =>
  target.endsWith('.onnx') ? readOnnx(target) : readFolder(target);

async function open({ path, bytes, sha256, description }: ModelFile): Promise<OpenTranslator> {
  const { task, source } = description;
  if (task !== 'translate' || !source) {
    throw new InputError(`${path}: expected a model that translates, got one to "${task}"`);
  }
  const session = await ort.InferenceSession.create(bytes);
  const run = async (data: Float32Array, { height, width }: PieceSize): Promise<Float32Array> => {
    const input = new ort.Tensor('float32', data, [1, source.channels, height, width]);
    const { image } = await session.run({ source: input });
    if (image?.data instanceof Float32Array) return image.data;
    throw new InputError(`${path}: expected an output "image" of float32, got none`);
  };
  return {
    description,
    sha256,
    translate: (pixels) => translatePixels(pixels, { model: description, run }),
    dispose: () => session.release(),
  };
}

/** What the names of models end in that translate back; see `exportRun`. */
const backSuffix = '-back';

/** Whether a model goes from the second domain to the first. */
export const isBack = ({ name }: ModelDescription): boolean => name.endsWith(backSuffix);

/** Where the model of the other direction lies, if there is one. */
const otherOf = (folder: string): string =>
  folder.endsWith(backSuffix) ? folder.slice(0, -backSuffix.length) : `${folder}${backSuffix}`;

async function openBoth(target: string): Promise<OpenTranslators> {
  const forward = await open(await readTarget(target));
  const other = otherOf(resolve(target));
  const hasOther = !target.endsWith('.onnx') && (await exists(join(other, 'ganvas.json')));
  if (!hasOther) return { forward, dispose: () => forward.dispose() };
  try {
    const back = await open(await readFolder(other));
    return {
      forward,
      back,
      async dispose() {
        await forward.dispose();
        await back.dispose();
      },
    };
  } catch (error) {
    await forward.dispose();
    throw error;
  }
}

interface OpenOptions {
  /** Ends the export of a run after the comparison with tfjs in hand: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Hears how many comparisons of a run's export are done; it starts anew for the second of two models. */
  readonly onExport?: ExportRunOptions['onProgress'];
}

/**
 * Open what is to be evaluated, on the CPU: a model's folder, its `.onnx` alone, or the folder of a run, which is
 * exported to a temporary folder first. So what is measured is the file that people run, not the networks that were
 * trained. Throws an InputError that names the file when it is missing, damaged or no translator.
 */
export async function openTranslators(
  target: string,
  { signal, onExport }: OpenOptions = {},
): Promise<OpenTranslators> {
  if (!(await exists(join(target, 'run.json')))) return openBoth(target);
  const folder = await mkdtemp(join(tmpdir(), 'ganvas-evaluate-'));
  try {
    const to = join(folder, 'model');
    await exportRun(target, {
      to,
      onProgress(progress) {
        signal?.throwIfAborted();
        onExport?.(progress);
      },
    });
    return await openBoth(to);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
