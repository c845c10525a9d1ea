import { createHash } from 'node:crypto';
import type { Split } from './dataset.js';

/** A number in [0, 1) from a name: four bytes of its SHA-256 (of UTF-8), from byte `at` on. */
export function fractionOf(name: string, at = 0): number {
  return createHash('sha256').update(name, 'utf8').digest().readUInt32BE(at) / 2 ** 32;
}

/**
 * Say which part of its set a picture belongs to: about one in ten is for measuring.
 *
 * It depends on the name alone, so a picture stays where it is when others join or leave its set:
 * `test` if the first four bytes of the name's SHA-256, read as a fraction, are below 0.1.
 */
export const splitOf = (name: string): Split => (fractionOf(name) < 0.1 ? 'test' : 'train');
