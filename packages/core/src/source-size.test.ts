import { describe, expect, it } from 'vitest';
import type { Manifest } from './manifest.js';
import { sourceSizeOf } from './source-size.js';

describe('sourceSizeOf', () => {
  it('divides what a translator makes by its scale', () => {
    const image: Manifest['image'] = { width: 64, height: 32, channels: 3, range: [-1, 1] };
    expect(sourceSizeOf(image)).toEqual({ width: 64, height: 32 });
    expect(sourceSizeOf({ ...image, scale: 4 })).toEqual({ width: 16, height: 8 });
  });
});
