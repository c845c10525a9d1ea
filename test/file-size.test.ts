import { sizeOfFile } from '@ganvas/core';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';

const plain = () => sharp({ create: { width: 300, height: 200, channels: 3, background: '#468' } });
const fileOf = (picture: Sharp): Promise<Uint8Array> => picture.toBuffer();

describe('sizeOfFile', () => {
  it.each([
    ['PNG', () => plain().png()],
    ['JPEG', () => plain().jpeg()],
    ['progressive JPEG', () => plain().jpeg({ progressive: true })],
    // Its size comes after the profile.
    ['JPEG with a profile', () => plain().withIccProfile('p3').jpeg()],
    ['GIF', () => plain().gif()],
    ['WebP', () => plain().webp()],
    ['lossless WebP', () => plain().webp({ lossless: true })],
    ['WebP with alpha', () => plain().ensureAlpha(0.5).webp()],
    ['AVIF', () => plain().avif()],
  ])('reads that of a %s', async (_, encode) => {
    expect(sizeOfFile(await fileOf(encode()))).toEqual({ width: 300, height: 200 });
  });

  it('reads it where the rest of the file is missing', async () => {
    const file = await fileOf(plain().png());
    expect(sizeOfFile(file.subarray(0, 33))).toEqual({ width: 300, height: 200 });
  });

  it.each([
    ['nothing', ''],
    ['a text', 'not a picture'],
    ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'],
    ['the beginning of a JPEG', '\u00ff\u00d8\u00ff'],
  ])('knows none of %s', (_, text) => {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    expect(sizeOfFile(bytes)).toBeUndefined();
  });
});
