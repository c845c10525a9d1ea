// @ts-check
// Hold the latents of other JavaScript engines against the test vectors: the engines of Firefox and Safari,
// as shells. Debian: apt-get install libmozjs-102-dev libjavascriptcoregtk-4.0-bin
// Run after a build: node scripts/latents-elsewhere.mjs
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './process.mjs';

const shells = ['js102', 'jsc'];
/** @type {{ latents: { seed: number }[] }} */
const vectors = JSON.parse(
  await readFile(join(root, 'packages/core/test-vectors/latents.json'), 'utf8'),
);
const program = `
import { labelFromSeed, latentFromSeed } from ${JSON.stringify(join(root, 'packages/core/dist/latent.js'))};
const toBits = (z) => [...new Uint32Array(z.buffer)].map((word) => word.toString(16).padStart(8, '0'));
for (const seed of ${JSON.stringify(vectors.latents.map(({ seed }) => seed))}) {
  print(JSON.stringify({ seed, bits: toBits(latentFromSeed(seed, 8)), label10: labelFromSeed(seed, 10) }));
}`;

const folder = await mkdtemp(join(tmpdir(), 'ganvas-latents-'));
const entry = join(folder, 'entry.mjs');
await writeFile(entry, program);
await build({
  configFile: false,
  logLevel: 'error',
  build: {
    outDir: folder,
    lib: { entry, formats: ['iife'], name: 'latents', fileName: 'latents' },
  },
});
const expected = JSON.stringify(vectors.latents);
for (const shell of shells) {
  const { status, stdout } = spawnSync(shell, [join(folder, 'latents.iife.js')], {
    encoding: 'utf8',
  });
  if (status === null) {
    console.log(`${shell}: not installed`);
    continue;
  }
  const isEqual = `[${stdout.trim().split('\n').join()}]` === expected;
  console.log(`${shell}: ${isEqual ? 'equal' : 'DIFFERENT'}`);
  if (!isEqual) process.exitCode = 1;
}
await rm(folder, { recursive: true });
