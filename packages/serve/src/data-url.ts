import { mediaTypes } from './negotiate.js';

/** A PNG file as an address that holds it. */
export const toDataUrl = (png: Uint8Array): string =>
  `data:${mediaTypes.png};base64,${Buffer.from(png).toString('base64')}`;

const base64Start = /^data:[^,]{0,200};base64,/;

/** The bytes that a data URL holds, whatever it says they are; undefined where it is none, or not in base64. */
export function fromDataUrl(url: string): Uint8Array | undefined {
  const [start] = base64Start.exec(url) ?? [];
  if (start === undefined) return undefined;
  const text = url.slice(start.length);
  const bytes = Buffer.from(text, 'base64');
  const digits = text.length - (/={0,2}$/.exec(text.slice(-2))?.[0].length ?? 0);
  // Node leaves out what is no digit: then there are fewer bytes than the digits hold. One digit holds none.
  const isWhole = digits % 4 !== 1 && bytes.length === Math.floor((digits * 3) / 4);
  return isWhole ? bytes : undefined;
}
