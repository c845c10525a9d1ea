import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DeviceChoice, devicesFor, InputError } from '@ganvas/core';
import {
  createTranslator,
  decodePicture,
  encodePng,
  type Model,
  readModel,
  type Translator,
} from '@ganvas/serve';
import type { Command } from 'commander';
import { deviceOption } from '../devices.js';
import { toDuration } from '../duration.js';
import { StoppedError, toMessage } from '../failure.js';
import { withInterrupt } from '../interrupt.js';
import { integer } from '../numbers.js';
import { print, printJson } from '../output.js';
import { noteAmidst, type Progress, withProgress } from '../progress.js';
import { planTranslations, type Translation } from '../translations.js';

interface Flags {
  readonly out: string;
  readonly recursive: boolean;
  readonly device: DeviceChoice;
  readonly threads: number;
  readonly force: boolean;
  readonly json: boolean;
}

// Of what is made: half a gigabyte of bytes where there is an alpha channel.
const maxPixels = 2 ** 27;

interface Work {
  readonly model: Model;
  readonly translator: Translator;
  readonly translations: readonly Translation[];
  readonly flags: Flags;
  readonly signal: AbortSignal;
}

/** Hears how much of the picture in hand is done, in [0, 1]. */
type OnPart = (part: number) => void;

/** Read a picture's file; that one cannot be read is wrong with this picture alone. */
const readPicture = (path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    throw new InputError(toMessage(cause), { cause });
  });

async function translateFile({ input, output }: Translation, work: Work, onPart: OnPart) {
  const { model, translator, flags, signal } = work;
  const { scale = 1 } = model.manifest.image;
  const source = await decodePicture(await readPicture(input), {
    maxPixels: Math.floor(maxPixels / scale ** 2),
    name: input,
  });
  const pixels = await translator.translate(source, {
    signal,
    onProgress: ({ done, total }) => onPart(done / total),
  });
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, await encodePng(pixels), { flag: flags.force ? 'w' : 'wx' });
  return { width: pixels.width, height: pixels.height };
}

/** What became of the pictures: those that are missing from both were not begun, or stopped. */
interface Result {
  readonly done: number;
  readonly failed: number;
}

/** Tell what is wrong with a picture, as soon as it is known. */
function tellFailure({ input }: Translation, { message }: InputError, { json }: Flags): void {
  if (json) printJson({ type: 'failed', input, error: message });
  else noteAmidst(message);
}

/** Translate until done or aborted. What is wrong with one picture stops none of the others; any other fault does. */
async function translateAll(work: Work, progress: Progress): Promise<Result> {
  const { translations, flags, signal } = work;
  const start = performance.now();
  let [done, failed] = [0, 0];
  for (const [i, translation] of translations.entries()) {
    if (signal.aborted) break;
    const began = performance.now();
    const show = (part: number) => {
      const fraction = (i + part) / translations.length;
      const leftMs = (performance.now() - start) * (1 / fraction - 1);
      progress(fraction, `${i} of ${translations.length} pictures, ${toDuration(leftMs)} left`);
    };
    try {
      const size = await translateFile(translation, work, show);
      const ms = Math.round(performance.now() - began);
      if (flags.json) printJson({ type: 'picture', ...translation, ...size, ms });
      done++;
    } catch (error) {
      if (error === signal.reason) break;
      if (!(error instanceof InputError)) throw error;
      tellFailure(translation, error, flags);
      failed++;
    }
    show(1);
  }
  return { done, failed };
}

function report({ done, failed }: Result, { model, translator, translations, flags }: Work) {
  const { name } = model.manifest;
  const { device } = translator;
  const total = translations.length;
  if (flags.json) {
    printJson({ type: 'end', model: name, device, done, failed, total });
  } else if (done > 0) {
    print(`${done} picture(s) by ${name} on ${device}: ${flags.out}`);
  }
  if (done + failed < total) {
    throw new StoppedError(`stopped after ${done} of ${total} pictures; ${flags.out} has them`);
  }
  if (failed > 0) {
    throw new InputError(`${failed} of ${total} pictures could not be translated`);
  }
}

async function translate(dir: string, paths: string[], flags: Flags, signal: AbortSignal) {
  const model = await readModel(dir);
  const translations = await planTranslations(paths, flags);
  const { device, threads } = flags;
  const translator = await createTranslator(model, { devices: devicesFor(device), threads });
  const work = { model, translator, translations, flags, signal };
  const result = await withProgress('translating', (progress) => translateAll(work, progress), {
    afterMs: 2000,
  }).finally(() => translator.dispose());
  report(result, work);
}

export const define = (command: Command): Command =>
  command
    .argument('<model>', "a model's folder, <repository>/<name>")
    .argument('<images...>', 'pictures (JPEG, PNG, WebP, GIF, AVIF), and folders of them')
    .requiredOption('--out <folder>', 'a folder for what is made: one <name>.png per picture')
    .option('--recursive', 'take the pictures in folders of folders too', false)
    .addOption(deviceOption())
    .option(
      '--threads <n>',
      'threads within one operator, on the CPU',
      integer({ min: 1, max: 1024 }),
      1,
    )
    .option('--force', 'overwrite files that are there; never a picture to translate', false)
    .option('--json', 'print a line of JSON for each picture as it is done', false)
    .action((dir: string, paths: string[], flags: Flags) =>
      withInterrupt('stopping before the next tile', (signal) =>
        translate(dir, paths, flags, signal),
      ),
    );
