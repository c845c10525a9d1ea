/** Width and height of a picture in pixels. */
interface PictureSize {
  readonly width: number;
  readonly height: number;
}

type Read = (view: DataView) => PictureSize | undefined;

// Tables and arithmetic codes have the numbers of frames, but are none (ITU T.81, table B.1).
const isFrame = (marker: number) =>
  (marker & 0xf0) === 0xc0 && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Segments one after the other, until that of a frame (ITU T.81, B.2.2) or the pixels. */
const readJpeg: Read = (view) => {
  for (let at = 2; ; ) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker === 0xda) return undefined;
    // Any number of bytes 255 may lie before a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
};

// "VP8 " and "VP8L".
const [lossy, lossless] = [0x56503820, 0x5650384c];

/** The first chunk: lossy (RFC 6386, 9.1), lossless (RFC 9649, 3.4) or with more than pixels (2.7). */
const readWebp: Read = (view) => {
  const chunk = view.getUint32(12);
  if (chunk === lossy) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (chunk === lossless) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return {
    width: 1 + (view.getUint32(24, true) & 0xffffff),
    height: 1 + (view.getUint32(26, true) >>> 8),
  };
};

// "ispe".
const sizeProperty = 0x69737065;

/** The largest of the sizes, since a preview or a tile has its own (ISO 23008-12, 6.5.3). */
const readHeif: Read = (view) => {
  let largest: PictureSize | undefined;
  for (let at = 12; at + 16 <= view.byteLength; at++) {
    if (view.getUint32(at) !== sizeProperty) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
};

/** How each format begins, where, and how its size is read: PNG, GIF, JPEG, WebP, and AVIF with HEIC. */
const formats: readonly (readonly [at: number, mark: string, read: Read])[] = [
  [0, '\x89PNG', (view) => ({ width: view.getUint32(16), height: view.getUint32(20) })],
  [0, 'GIF8', (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) })],
  [0, '\xff\xd8\xff', readJpeg],
  [8, 'WEBP', readWebp],
  [4, 'ftyp', readHeif],
];

/**
 * The size that the first bytes of a picture's file say, before the picture is turned upright: a small file
 * may hold a picture larger than memory, so it is looked at before it is decoded. Undefined where the
 * bytes do not say it, or end before they do.
 */
export function sizeOfFile(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (at: number, mark: string) =>
    String.fromCharCode(...bytes.subarray(at, at + mark.length)) === mark;
  const [, , read] = formats.find(([at, mark]) => has(at, mark)) ?? [];
  try {
    return read?.(view);
  } catch (error) {
    // Reading on beyond the last byte.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
