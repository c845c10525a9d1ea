import { type DeviceChoice, devicesFor, InputError, maxSeed } from '@ganvas/core';
import { createSampler, readModel, type Sampler } from '@ganvas/serve';
import type { Command } from 'commander';
import { deviceOption } from '../devices.js';
import { toDuration } from '../duration.js';
import { StoppedError } from '../failure.js';
import { withInterrupt } from '../interrupt.js';
import { toClass } from '../labels.js';
import { integer } from '../numbers.js';
import { print, printJson } from '../output.js';
import { createPictureFiles, isGridFile, type PictureFiles } from '../picture-files.js';
import { type Progress, withProgress } from '../progress.js';

interface Flags {
  readonly count: number;
  readonly label?: string;
  readonly seed: number;
  readonly out: string;
  readonly device: DeviceChoice;
  readonly threads: number;
  readonly force: boolean;
  readonly json: boolean;
}

// Few enough that the bar moves and Ctrl-C is heard, enough to fill a matrix product.
const picturesPerCall = 64;

// Every name is looked for before the first picture is drawn.
const maxCount = 1_000_000;

// The pictures of a grid are all in memory at once.
const maxGridCount = 10_000;

interface Work {
  readonly sampler: Sampler;
  readonly seeds: readonly number[];
  /** One class for all; none: each takes the class of its seed. */
  readonly label: number | undefined;
  readonly files: PictureFiles;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Draw until done or aborted. Returns how many pictures were drawn. */
async function draw({ sampler, seeds, label, files, signal, progress }: Work): Promise<number> {
  const start = performance.now();
  const count = seeds.length;
  let done = 0;
  while (done < count && !signal.aborted) {
    const part = seeds.slice(done, done + picturesPerCall);
    const labels = label === undefined ? {} : { labels: part.map(() => label) };
    await files.add(await sampler.sample({ seeds: part, ...labels }), part);
    done += part.length;
    const leftMs = ((performance.now() - start) / done) * (count - done);
    progress(done / count, `${done} of ${count} pictures, ${toDuration(leftMs)} left`);
  }
  return done;
}

function assertCount({ count, seed, out }: Flags): void {
  if (seed + count - 1 > maxSeed) {
    throw new InputError(
      `--seed: expected at most ${maxSeed - count + 1} for ${count} pictures, got ${seed}`,
    );
  }
  if (isGridFile(out) && count > maxGridCount) {
    throw new InputError(
      `--count: expected at most ${maxGridCount} in one picture, got ${count}; name a folder in --out for more`,
    );
  }
}

async function generate(dir: string, flags: Flags, signal: AbortSignal): Promise<void> {
  assertCount(flags);
  const { count, seed, out, force, threads } = flags;
  const model = await readModel(dir);
  const label = flags.label === undefined ? undefined : toClass(model.manifest, flags.label);
  const seeds = Array.from({ length: count }, (_, i) => seed + i);
  const files = await createPictureFiles({ out, seeds, force });
  const sampler = await createSampler(model, { devices: devicesFor(flags.device), threads });
  const done = await withProgress(
    'drawing',
    (progress) => draw({ sampler, seeds, label, files, signal, progress }),
    { afterMs: 2000 },
  ).finally(() => sampler.dispose());
  const written = await files.close();
  const { device } = sampler;
  if (flags.json) {
    printJson({ model: model.manifest.name, device, seed, count: done, files: written });
  } else if (done > 0) {
    print(`${done} picture(s), seeds ${seed} to ${seed + done - 1}, on ${device}: ${out}`);
  }
  if (done < count) {
    throw new StoppedError(`stopped after ${done} of ${count} pictures; ${out} has them`);
  }
}

export const define = (command: Command): Command =>
  command
    .argument('<model>', "a model's folder, <repository>/<name>")
    .requiredOption(
      '--out <path>',
      'a .png file: all pictures in one grid; else a folder: one PNG file per picture, named by its seed',
    )
    .option('--count <n>', 'how many pictures', integer({ min: 1, max: maxCount }), 1)
    .option('--label <class>', 'name or number of the class (default: each seed picks its own)')
    .option(
      '--seed <n>',
      'seed of the first picture; the next have the next seeds',
      integer({ min: 0, max: maxSeed }),
      0,
    )
    .addOption(deviceOption())
    .option(
      '--threads <n>',
      'threads within one operator, on the CPU',
      integer({ min: 1, max: 1024 }),
      1,
    )
    .option('--force', 'overwrite files that are there', false)
    .option('--json', 'print one JSON object', false)
    .action((dir: string, flags: Flags) =>
      withInterrupt('stopping after the pictures in hand', (signal) =>
        generate(dir, flags, signal),
      ),
    );
