import { InputError, type ModelDescription } from '@ganvas/core';
import type { DynamicInput } from './compile-dynamic.js';
import type { Port } from './model.js';

/** What a caller says of its pictures. */
type Described = Pick<ModelDescription, 'image' | 'source'>;

const spell = ({ shape, dtype }: DynamicInput | Port): string => `${dtype} [${shape.join(', ')}]`;

/** Throws unless pictures have a size that the translator takes. */
function assertSize({ width, height, sizeMultiple }: Described['image']): void {
  if (sizeMultiple === undefined) {
    throw new InputError(
      'export: expected image.sizeMultiple, of which H and W are multiples, since task is "translate", got none',
    );
  }
  if (width % sizeMultiple === 0 && height % sizeMultiple === 0) return;
  throw new InputError(
    `export: expected image.width and image.height as multiples of image.sizeMultiple, ${sizeMultiple}, got ${width} x ${height}`,
  );
}

/** Throws unless the source is a picture of any size, as the description has it. */
export function assertTakesPictures(
  { image, source }: Described,
  given: DynamicInput | undefined,
): void {
  assertSize(image);
  const expected = `float32 [N, H, W, ${source?.channels ?? 'channels'}]`;
  const found = given ? spell(given) : 'none';
  if (found === expected) return;
  throw new InputError(
    `export: expected an input "source" ${expected}, since task is "translate", got ${found}`,
  );
}

/** Throws unless the one output is a picture of the channels and scale of the description. */
export function assertGivesPictures(
  { image: { channels, scale = 1 } }: Described,
  outputs: readonly Port[],
): void {
  const sides = ['H', 'W'].map((side) => (scale === 1 ? side : `${scale}*${side}`));
  const expected = `"image" float32 [${['N', channels, ...sides].join(', ')}]`;
  const found = outputs.map((port) => `"${port.name}" ${spell(port)}`).join(' and ');
  if (found === expected) return;
  throw new InputError(
    `export: expected a translator that returns ${expected}, as image.channels and image.scale say, got ${found}`,
  );
}
