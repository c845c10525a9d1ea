// Apart from the manifest's schema, of which a page then loads nothing.
import type { Manifest } from './manifest.js';

/** Width and height in pixels of the pictures that a translator learned to take, from those that it makes. */
export const sourceSizeOf = ({ width, height, scale = 1 }: Manifest['image']) => ({
  width: width / scale,
  height: height / scale,
});
