import { describe, expect, it } from 'vitest';
import { parseIdx } from './idx.js';

const pictures = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40);

describe('parseIdx', () => {
  it('reads sizes and bytes', () => {
    const { shape, data } = parseIdx(pictures, 'pictures', 3);
    expect(shape).toEqual([2, 1, 2]);
    expect([...data]).toEqual([10, 20, 30, 40]);
  });

  it('names the file and what it begins with when the magic number is wrong', () => {
    const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7);
    expect(() => parseIdx(labels, 'a/labels', 3)).toThrow(
      'a/labels: expected an IDX file of bytes with 3 axes (it begins 00 00 08 03), got 00 00 08 01',
    );
    expect(() => parseIdx(new Uint8Array(), 'a/empty', 3)).toThrow('got an empty file');
  });

  it('says so when the file is cut off, in its header or after it, or too long', () => {
    expect(() => parseIdx(pictures.subarray(0, 10), 'p', 3)).toThrow(
      'p: cut off inside its header',
    );
    expect(() => parseIdx(pictures.subarray(0, 18), 'p', 3)).toThrow(
      'p: expected 20 bytes for [2, 1, 2], got 18: the file is cut off',
    );
    const longer = Uint8Array.of(...pictures, 0);
    expect(() => parseIdx(longer, 'p', 3)).toThrow('got 21: the file is too long');
  });
});
