import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

export const [width, height] = [20, 14];

/** Each pixel and each channel of its own, so that nothing can change places unseen. */
export const colourAt = (x: number, y: number): readonly [number, number, number] => [
  x * 12,
  y * 18,
  (x + y) * 7,
];

const eachPixel = <T>(at: (x: number, y: number) => T): T[] =>
  Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));

/** Red, green, blue of every pixel, row by row. */
export const colourBytes = Uint8Array.from(eachPixel(colourAt).flat());

const raw = (data: Uint8Array, channels: 1 | 2 | 3 | 4) =>
  sharp(data, { raw: { width, height, channels } });

/** The picture of `colourAt`. */
export const coloured = () => raw(colourBytes, 3);
/** The left half red, the right half blue: what a lossy format keeps. */
export const halved = () =>
  raw(Uint8Array.from(eachPixel((x) => (x < width / 2 ? [255, 0, 0] : [0, 0, 255])).flat()), 3);
/** Grey that grows with x. */
export const grey = () => raw(Uint8Array.from(eachPixel((x) => x * 12)), 1);
/** The same grey, and alpha that grows with y. */
export const greyAlpha = () =>
  raw(Uint8Array.from(eachPixel((x, y) => [x * 12, y * 18]).flat()), 2);

const frames = async () => [await coloured().png().toBuffer(), await grey().png().toBuffer()];
export const animate = async () => sharp(await frames(), { join: { animated: true } });

export const svg = Buffer.from(
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><image xlink:href="file:///etc/hostname" width="9" height="9"/></svg>',
);

function chunk(type: string, data: Uint8Array): Buffer<ArrayBuffer> {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A sound PNG of `size` x `size` black pixels, one bit each: 50 KB of file for 20,000 x 20,000. */
export function bomb(size: number): Buffer<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 1;
  // A filter byte and the bits of each row.
  const rows = Buffer.alloc(size * (1 + Math.ceil(size / 8)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}
