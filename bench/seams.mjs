// How much a large picture changes because it is translated in overlapping pieces: against the same picture
// translated whole.
// Run: node bench/seams.mjs [models/openmoji-color] [side in pixels]
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseManifest, translatePixels } from '@ganvas/core';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';

const [model = 'models/openmoji-color', sideText = '1024'] = process.argv.slice(2);
const side = Number(sideText);
const emoji = ['1F600', '1F34E', '1F697', '1F3E0'];

const folder = join(
  dirname(createRequire(import.meta.url).resolve('openmoji/package.json')),
  'black/svg',
);
/** Four outlines, two by two: lines and areas run through the borders of pieces. */
async function drawPicture() {
  const tiles = await Promise.all(
    emoji.map(async (hex, i) => ({
      input: await sharp(join(folder, `${hex}.svg`), { density: 72 * (side / 144) })
        .resize(side / 2, side / 2)
        .toBuffer(),
      left: (i % 2) * (side / 2),
      top: Math.floor(i / 2) * (side / 2),
    })),
  );
  const create = { width: side, height: side, channels: 3, background: '#fff' };
  const data = await sharp({ create }).composite(tiles).removeAlpha().raw().toBuffer();
  return { data: new Uint8Array(data), count: 1, width: side, height: side, channels: 3 };
}

const manifest = parseManifest(JSON.parse(await readFile(join(model, 'ganvas.json'), 'utf8')));
const session = await ort.InferenceSession.create(join(model, manifest.variants[0].file));
const run = async (source, { height, width }) => {
  const dims = [1, source.length / (height * width), height, width];
  const { image } = await session.run({ source: new ort.Tensor('float32', source, dims) });
  return image.data;
};
const picture = await drawPicture();
const translate = async (tileSize) => {
  let pieces = 0;
  const startedAt = performance.now();
  const onProgress = ({ total }) => {
    pieces = total;
  };
  const { data } = await translatePixels(picture, { model: manifest, run, tileSize, onProgress });
  return { data, pieces, ms: performance.now() - startedAt };
};

const whole = await translate(Number.POSITIVE_INFINITY);
console.log(`${model}, ${side} x ${side}, whole in ${whole.ms.toFixed(0)} ms`);
for (const tileSize of [256, 512]) {
  const { data, pieces, ms } = await translate(tileSize);
  const differences = Float64Array.from(data, (x, i) => Math.abs(x - whole.data[i]));
  const mean = differences.reduce((a, b) => a + b, 0) / differences.length;
  const sorted = differences.sort();
  const share = sorted[Math.floor(sorted.length * 0.99)];
  console.log(
    `pieces of ${tileSize}: ${pieces} in ${ms.toFixed(0)} ms, from the whole by ${mean.toFixed(2)} of 255 on average, ` +
      `${share} in all but 1 %, at most ${sorted.at(-1)}`,
  );
}
