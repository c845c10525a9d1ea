import { describe, expect, it } from 'vitest';
import { decodePicture, isOfProcess, type PictureError } from './decode-picture.js';
import {
  animate,
  bomb,
  colourAt,
  colourBytes,
  coloured,
  grey,
  greyAlpha,
  halved,
  height,
  svg,
  width,
} from './testing/pictures.js';

const maxPixels = 1000;
const decode = (bytes: Uint8Array) => decodePicture(bytes, { maxPixels });

async function refusal(bytes: Uint8Array): Promise<string> {
  const error = await decode(bytes).then(
    () => undefined,
    (reason: unknown) => reason as PictureError,
  );
  return `${error?.code} ${error?.message}`;
}

/** Red, green, blue at a pixel of what was decoded. */
const at = (
  { data, width: across, channels }: Awaited<ReturnType<typeof decode>>,
  x: number,
  y: number,
) => [...data.subarray((y * across + x) * channels, (y * across + x) * channels + 3)];

describe('decodePicture', () => {
  it.each([
    ['PNG', () => coloured().png()],
    ['PNG of 16 bits', () => coloured().toColourspace('rgb16').png()],
    ['lossless WebP', () => coloured().webp({ lossless: true })],
  ])('gives the pixels of a %s to the byte', async (_, encode) => {
    const pixels = await decode(await encode().toBuffer());
    expect(pixels).toMatchObject({ count: 1, width, height, channels: 3 });
    expect(pixels.data).toEqual(Buffer.from(colourBytes));
  });

  it.each([
    ['JPEG', () => halved().jpeg({ quality: 95 })],
    // Without its own profile the inks of a press decide, and those are duller than sRGB.
    ['JPEG in CMYK', () => halved().toColourspace('cmyk').jpeg({ quality: 95 })],
    ['AVIF', () => halved().avif({ quality: 90 })],
    ['AVIF of 10 bits', () => halved().avif({ quality: 90, bitdepth: 10 })],
    ['GIF', () => halved().gif()],
    ['PNG with a palette', () => halved().png({ palette: true })],
  ])('gives red where a %s is red, and blue where it is blue', async (_, encode) => {
    const pixels = await decode(await encode().toBuffer());
    const [left, right] = [at(pixels, 2, 7), at(pixels, width - 3, 7)] as [number[], number[]];
    expect(left[0]).toBeGreaterThan(200);
    expect(Math.max(left[1] as number, left[2] as number)).toBeLessThan(80);
    expect(right[2]).toBeGreaterThan(120);
    expect(right[0]).toBeLessThan(80);
  });

  it('turns a picture upright as EXIF says', async () => {
    // Orientation 6: the viewer is to turn it a quarter clockwise, so its first column comes to the top.
    const turned = await coloured().png().withMetadata({ orientation: 6 }).toBuffer();
    const pixels = await decode(turned);
    expect(pixels).toMatchObject({ width: height, height: width });
    expect(at(pixels, 0, 0)).toEqual(colourAt(0, height - 1));
    expect(at(pixels, height - 1, 3)).toEqual(colourAt(3, 0));
  });

  it('applies a colour profile', async () => {
    // The red of sRGB has other numbers in Display P3, less pure ones.
    const wide = await halved().withIccProfile('p3', { attach: true }).png().toBuffer();
    const pixels = await decode(wide);
    expect(at(pixels, 0, 0)).toEqual([255, 0, 0]);
    const { default: sharp } = await import('sharp');
    const plain = await sharp(wide).keepIccProfile().raw().toBuffer();
    expect([...plain.subarray(0, 3)]).not.toEqual([255, 0, 0]);
  });

  it.each([
    ['8', 'b-w'],
    ['16', 'grey16'],
  ] as const)('keeps one channel of grey of %s bits', async (_, space) => {
    const pixels = await decode(await grey().toColourspace(space).png().toBuffer());
    expect(pixels.channels).toBe(1);
    expect([...pixels.data.subarray(0, 4)]).toEqual([0, 12, 24, 36]);
  });

  it('keeps alpha, that of grey beside three equal colours', async () => {
    const pixels = await decode(await greyAlpha().png().toBuffer());
    expect(pixels.channels).toBe(4);
    expect([...pixels.data.subarray((width + 2) * 4, (width + 3) * 4)]).toEqual([24, 24, 24, 18]);
  });

  it('takes a picture of one pixel', async () => {
    const dot = await coloured().extract({ left: 1, top: 1, width: 1, height: 1 }).png().toBuffer();
    expect((await decode(dot)).data).toEqual(Buffer.from(colourAt(1, 1)));
  });

  it.each([
    ['nothing', async () => new Uint8Array(), /got no bytes$/],
    ['text', async () => Buffer.from('hello'), /got something that is none$/],
    ['SVG', async () => svg, /got SVG, .*save it as PNG$/],
    [
      'SVG after a comment',
      async () => Buffer.concat([Buffer.from('<!-- x -->\n'), svg]),
      /got SVG/,
    ],
    ['TIFF', () => coloured().tiff().toBuffer(), /got TIFF, save it as PNG$/],
    [
      'HEIC',
      async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
      /got HEIC, save it as JPEG$/,
    ],
  ])('does not take %s for a picture', async (_, make, why) => {
    const said = await refusal(await make());
    expect(said).toMatch(
      /^not-a-picture picture: expected a picture as JPEG, PNG, WebP, GIF or AVIF, got /,
    );
    expect(said).toMatch(why);
  });

  it.each([
    ['JPEG', () => coloured().jpeg().toBuffer()],
    ['PNG', () => coloured().png().toBuffer()],
    ['WebP', () => coloured().webp().toBuffer()],
    ['GIF', () => coloured().gif().toBuffer()],
    ['AVIF', () => coloured().avif().toBuffer()],
  ])('names a %s that breaks off, wherever it does', async (name, make) => {
    const whole = await make();
    for (const part of [0.1, 0.5, 0.9]) {
      const said = await refusal(whole.subarray(0, Math.max(20, whole.length * part)));
      expect(said).toContain(
        `unprocessable picture: expected a whole ${name}, got a damaged or truncated one (`,
      );
      expect(said.length).toBeLessThan(350);
    }
  });

  it.each([
    ['GIF', async () => (await animate()).gif().toBuffer()],
    ['WebP', async () => (await animate()).webp().toBuffer()],
  ])('refuses an animated %s', async (name, make) => {
    expect(await refusal(await make())).toBe(
      `unprocessable picture: expected a still picture, got a ${name} of 2 frames; send one of them`,
    );
  });

  it('refuses more pixels than it may decode, and takes as many', async () => {
    expect(await refusal(bomb(32))).toBe(
      'too-large picture: expected at most 1000 pixels, got 32 x 32; make it smaller',
    );
    const pixels = await decodePicture(bomb(32), { maxPixels: 1024, name: 'black.png' });
    expect(pixels.data).toEqual(Buffer.alloc(1024));
  });

  it.each([
    [new Error('vips_malloc: out of memory --- size == 48MB'), true],
    [new Error('std::bad_alloc'), true],
    [new RangeError('Array buffer allocation failed'), true],
    [new Error('VipsJpeg: premature end of JPEG image'), false],
    // What a made-up header of an AVIF brings about.
    [new Error('heif: Memory allocation error: exceeds security limit'), false],
  ])('tells %s from what is wrong with a file', (error, expected) => {
    expect(isOfProcess(error)).toBe(expected);
  });

  it('calls the picture as it is told to', async () => {
    const named = decodePicture(svg, { maxPixels, name: 'cat.svg' });
    await expect(named).rejects.toThrow(/^cat\.svg: expected/);
  });
});
