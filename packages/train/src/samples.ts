import { latentFromSeed, type Pixels } from '@ganvas/core';
import writeFileAtomic from 'write-file-atomic';

const rows = 8;
const unconditionalColumns = 10;

/** The pictures of the sample sheet: one seed a row, one class a column (or ten seeds a row). */
export interface SampleSheet {
  readonly count: number;
  readonly columns: number;
  /** float32 `[count, latentSize]`. */
  readonly z: Float32Array;
  /** int32 `[count]`; absent where there are no classes. */
  readonly label?: Int32Array;
}

/** How many pictures a sheet has. */
export const sampleCountFor = (classCount: number | undefined): number =>
  rows * (classCount ?? unconditionalColumns);

/** Choose the fixed seeds and labels that a run draws again and again. */
export function sampleSheet(latentSize: number, classCount: number | undefined): SampleSheet {
  const columns = classCount ?? unconditionalColumns;
  const count = sampleCountFor(classCount);
  const z = new Float32Array(count * latentSize);
  for (let i = 0; i < count; i++) {
    const seed = classCount ? Math.floor(i / columns) : i;
    z.set(latentFromSeed(seed, latentSize), i * latentSize);
  }
  if (!classCount) return { count, columns, z };
  return { count, columns, z, label: Int32Array.from({ length: count }, (_, i) => i % columns) };
}

/** Write a picture, uint8 `[1, H, W, C]`, as PNG, whole or not at all. */
export async function writePicture(file: string, picture: Pixels): Promise<void> {
  const { width, height } = picture;
  const channels = picture.channels as 1 | 3 | 4;
  // Loaded when there is a picture to write: it takes 27 MB.
  const { default: sharp } = await import('sharp');
  const png = await sharp(picture.data, { raw: { width, height, channels } }).png().toBuffer();
  await writeFileAtomic(file, png);
}
