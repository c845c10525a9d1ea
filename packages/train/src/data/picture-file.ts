import sharp from 'sharp';

/** The part of a file that is a picture: all of it, or one half of two side by side. */
export interface PictureFile {
  readonly path: string;
  readonly half?: 'left' | 'right';
}

/** How a picture comes to its size. */
export interface Sizing {
  readonly width: number;
  readonly height: number;
  /** `fill` stretches both sides, `cover` keeps their ratio and crops what hangs over. */
  readonly fit: 'fill' | 'cover';
  /** `nearest` makes no new colors. */
  readonly kernel: 'nearest' | 'lanczos3';
}

/** Read the size of a picture as it is seen: upright by EXIF. */
export async function sizeOf(path: string): Promise<{ width: number; height: number }> {
  return (await sharp(path).metadata()).autoOrient;
}

/**
 * Decode a picture: uint8 `[height, width, 3]`, sRGB, upright by EXIF, on white where it is seen through. Grey becomes
 * three equal channels, 16 bits become 8, and of an animation the first picture is taken.
 */
export async function decodePicture(
  { path, half }: PictureFile,
  sizing: Sizing,
): Promise<Uint8Array> {
  const { width, height, ...resizing } = sizing;
  let picture = sharp(path).autoOrient();
  if (half) {
    const whole = await sizeOf(path);
    const left = half === 'left' ? 0 : whole.width / 2;
    picture = picture.extract({ left, top: 0, width: whole.width / 2, height: whole.height });
  }
  return picture
    .resize(width, height, resizing)
    .flatten({ background: '#fff' })
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer();
}
