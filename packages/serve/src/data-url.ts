import { mediaTypes } from './negotiate.js';

/** A PNG file as an address that holds it. */
export const toDataUrl = (png: Uint8Array): string =>
  `data:${mediaTypes.png};base64,${Buffer.from(png).toString('base64')}`;
