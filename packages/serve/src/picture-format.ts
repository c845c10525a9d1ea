interface PictureFormat {
  readonly name: string;
  /** What the file begins with, each byte a character. */
  readonly start: RegExp;
  /** Why it is not read, and what to do instead; without it the format is read. */
  readonly refusal?: string;
}

const headBytes = 1024;

/**
 * What a file may be, told by its first bytes alone: libvips is never asked about anything else, so
 * none of its other loaders, above all the one for SVG, sees a stranger's file.
 */
const formats: readonly PictureFormat[] = [
  { name: 'JPEG', start: /^\xff\xd8\xff/ },
  { name: 'PNG', start: /^\x89PNG\r\n/ },
  { name: 'WebP', start: /^RIFF.{4}WEBP/s },
  { name: 'GIF', start: /^GIF8[79]a/ },
  { name: 'AVIF', start: /^.{4}ftyp(avi[fs]|mif1.{0,40}avif)/s },
  { name: 'HEIC', start: /^.{4}ftyp(hei|hev|mif1|msf1)/s, refusal: 'save it as JPEG' },
  { name: 'TIFF', start: /^(II\*|MM)/, refusal: 'save it as PNG' },
  {
    name: 'SVG',
    start: /<svg[\s>]/i,
    refusal: 'which may name other files to load and is never drawn here; save it as PNG',
  },
];

/** The formats that are read, in words. */
export const readableFormats = formats
  .filter(({ refusal }) => refusal === undefined)
  .map(({ name }) => name)
  .join(', ')
  .replace(/, (?=\w+$)/, ' or ');

/** What a file is: a format that is read, by name, or what was found in its place. */
export function formatOf(
  bytes: Uint8Array,
): { readonly name: string } | { readonly found: string } {
  if (bytes.length === 0) return { found: 'no bytes' };
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes));
  const text = head.toString('latin1');
  const format = formats.find(({ start }) => start.test(text));
  if (format === undefined) return { found: 'something that is none' };
  const { name, refusal } = format;
  return refusal === undefined ? { name } : { found: `${name}, ${refusal}` };
}
