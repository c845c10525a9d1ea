import { createHash } from 'node:crypto';
import type { Split } from './dataset.js';

/** A number in [0, 1) that follows from a name: four bytes of the SHA-256 of its UTF-8, from byte `at` on. */
const fractionOf = (name: string, at: number): number =>
  createHash('sha256').update(name, 'utf8').digest().readUInt32BE(at) / 2 ** 32;

/**
 * Say which part of its set a picture belongs to: about one in ten is to measure on.
 *
 * The name alone decides, so a picture stays where it is when others join or leave: `test` where the first four bytes
 * of the name's SHA-256, read as a big-endian fraction, are below 0.1.
 */
export const splitOf = (name: string): Split => (fractionOf(name, 0) < 0.1 ? 'test' : 'train');

/** Say which of two halves a picture belongs to, by the next four bytes: independent of its split. */
export const halfOf = (name: string): 'a' | 'b' => (fractionOf(name, 4) < 0.5 ? 'a' : 'b');
