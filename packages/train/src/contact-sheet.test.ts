import { describe, expect, it } from 'vitest';
import { contactSheet } from './contact-sheet.js';

const pictures = (count: number, side: number, channels: number, bytes: readonly number[]) => ({
  count,
  width: side,
  height: side,
  channels,
  data: Uint8Array.from(bytes),
});

/** Red, green and blue of each pixel of a line. */
const line = ({ data, width }: { data: Uint8Array; width: number }, y: number): string[] =>
  Array.from({ length: width }, (_, x) =>
    data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3).join(),
  );

const white = '255,255,255';

describe('contactSheet', () => {
  it('puts one picture of each column in a row, with white between', () => {
    const grey = pictures(2, 1, 1, [10, 20]);
    const color = pictures(2, 1, 3, [1, 2, 3, 4, 5, 6]);
    const sheet = contactSheet([grey, color], { gap: 1 });
    expect(sheet).toMatchObject({ count: 1, width: 3, height: 3, channels: 3 });
    expect(line(sheet, 0)).toEqual(['10,10,10', white, '1,2,3']);
    expect(line(sheet, 1)).toEqual([white, white, white]);
    expect(line(sheet, 2)).toEqual(['20,20,20', white, '4,5,6']);
  });

  it('enlarges a small picture by a whole number, its pixels unmixed', () => {
    const small = pictures(1, 1, 1, [7]);
    const large = pictures(1, 2, 1, [1, 2, 3, 4]);
    const sheet = contactSheet([small, large], { gap: 0 });
    expect(line(sheet, 0)).toEqual(['7,7,7', '7,7,7', '1,1,1', '2,2,2']);
    expect(line(sheet, 1)).toEqual(['7,7,7', '7,7,7', '3,3,3', '4,4,4']);
  });

  it('leaves white what a smaller picture does not fill', () => {
    const [two, three] = [pictures(1, 2, 1, [1, 2, 3, 4]), pictures(1, 3, 1, Array(9).fill(9))];
    expect(line(contactSheet([two, three], { gap: 0 }), 2).slice(0, 2)).toEqual([white, white]);
  });

  it('shows what is transparent over white', () => {
    // Half of black over white: (0 * 128 + 255 * 127) / 255 = 127.
    const sheet = contactSheet([pictures(2, 1, 4, [9, 9, 9, 0, 0, 0, 0, 128])], { gap: 0 });
    expect([line(sheet, 0), line(sheet, 1)]).toEqual([[white], ['127,127,127']]);
  });

  it('refuses columns of different counts, and channels that are no colors', () => {
    expect(() => contactSheet([pictures(1, 1, 1, [0]), pictures(2, 1, 1, [0, 0])])).toThrow(
      'contactSheet: expected columns of equally many pictures, got [1, 2]',
    );
    expect(() => contactSheet([pictures(1, 1, 2, [0, 0])])).toThrow(
      'contactSheet: expected 1, 3 or 4 channels, got 2',
    );
  });
});
