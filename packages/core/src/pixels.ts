/** Pictures as bytes: uint8 `[count, height, width, channels]`, row-major. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Most pixels of a picture that a page or a server takes unless it is told otherwise: 4096 x 4096. */
export const maxPicturePixels = 2 ** 24;

/** The sizes of `Pixels` without their bytes. */
export type PixelShape = Omit<Pixels, 'data'>;

/**
 * One channel value in [-1, 1] as a byte: floor((x + 1) * 127.5 + 0.5), so the nearest byte with
 * halves rounded up; values outside are clamped. NaN, which no picture holds, throws.
 */
export function toByte(value: number): number {
  if (Number.isNaN(value)) throw new RangeError('toByte: expected a number in [-1, 1], got NaN');
  return Math.max(0, Math.min(255, Math.floor((value + 1) * 127.5 + 0.5)));
}

/** Turn a model's `image`, float32 `[N, C, H, W]` in [-1, 1], into bytes by `toByte`. */
export function toPixels(image: ArrayLike<number>, shape: PixelShape): Pixels {
  const { count, height, width, channels } = shape;
  const plane = height * width;
  if (image.length !== count * channels * plane) {
    throw new RangeError(
      `toPixels: expected ${count} x ${channels} x ${height} x ${width} values, got ${image.length}`,
    );
  }
  const data = new Uint8Array(image.length);
  for (let n = 0, out = 0; n < count; n++) {
    for (let pixel = 0; pixel < plane; pixel++) {
      for (let c = 0; c < channels; c++) {
        data[out++] = toByte(image[(n * channels + c) * plane + pixel] as number);
      }
    }
  }
  return { ...shape, data };
}

/** Turn bytes into float32 values in [-1, 1], order kept: x / 127.5 - 1. */
export const fromBytes = (bytes: Uint8Array): Float32Array =>
  Float32Array.from(bytes, (byte) => byte / 127.5 - 1);

/** The pixels of picture `index` alone, sharing memory with the whole. */
export function pictureAt(pixels: Pixels, index: number): Pixels {
  const size = pixels.height * pixels.width * pixels.channels;
  return { ...pixels, count: 1, data: pixels.data.subarray(index * size, (index + 1) * size) };
}

/**
 * Lay pictures out in rows, left to right, into one picture: a contact sheet. Cells left over are black.
 *
 * @param columns pictures in a row, default the ceiling of the square root of their count
 */
export function toGrid(
  pixels: Pixels,
  columns = Math.max(1, Math.ceil(Math.sqrt(pixels.count))),
): Pixels {
  const rows = Math.max(1, Math.ceil(pixels.count / columns));
  const line = pixels.width * pixels.channels;
  const data = new Uint8Array(rows * columns * pixels.height * line);
  for (let n = 0; n < pixels.count; n++) {
    const top = Math.floor(n / columns) * pixels.height;
    const left = (n % columns) * line;
    for (let y = 0; y < pixels.height; y++) {
      const from = (n * pixels.height + y) * line;
      data.set(pixels.data.subarray(from, from + line), (top + y) * columns * line + left);
    }
  }
  return {
    data,
    count: 1,
    height: rows * pixels.height,
    width: columns * pixels.width,
    channels: pixels.channels,
  };
}
