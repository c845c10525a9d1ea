import { InputError, type Manifest } from '@ganvas/core';

/** A decoded picture: uint8 RGBA `[height, width, 4]`, as `ImageData` has it and most decoders give it. */
export interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Turn the PNG files of a server into pixels. */
export type Decode = (png: Blob) => Promise<Rgba>;

/** Decode with the browser, colours untouched. */
export const decodeInBrowser: Decode = async (png) => {
  if (typeof createImageBitmap !== 'function') {
    throw new Error(
      'decode: expected a browser, which decodes PNG; elsewhere give decode, as in README "In Node"',
    );
  }
  const bitmap = await createImageBitmap(png, {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('decode: expected a 2D canvas, but this browser gave none');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
};

/** A browser hands out pixels multiplied by their alpha and divided again, which rounds colours. */
export function assertDecodes(
  { name, image }: Pick<Manifest, 'name' | 'image'>,
  decode: Decode | undefined,
): void {
  if (decode || image.channels < 4) return;
  throw new InputError(
    `${name}: expected pictures without alpha, whose colours a browser reads unchanged, got RGBA: give decode, as in README "In Node", or run the model on the device`,
  );
}

/** Keep the first `channels` of RGBA: red alone stands for grey, whose three are equal. */
export function fromRgba({ data }: Rgba, channels: number): Uint8Array {
  const out = new Uint8Array((data.length / 4) * channels);
  for (let i = 0; i < out.length; i++) {
    out[i] = data[Math.floor(i / channels) * 4 + (i % channels)] as number;
  }
  return out;
}

/** The file inside a `data:` URL in base64. */
export function fromDataUrl(url: string): Blob {
  const [, type, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (type === undefined || base64 === undefined) {
    throw new Error(`server: expected a picture as a data URL in base64, got ${url.slice(0, 32)}`);
  }
  return new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], { type });
}
