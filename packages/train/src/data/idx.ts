import { InputError } from '@ganvas/core';

/** An array read from an IDX file: unsigned bytes, row-major, and the sizes of its axes. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const unsignedByte = 8;

/**
 * Parse an IDX file of unsigned bytes: two zero bytes, a type code, the number of axes, each axis's
 * size as a big-endian 32-bit number, then the data (the format of MNIST's files).
 *
 * @param name the file's name, for errors
 * @param rank how many axes are expected: 1 for labels, 3 for pictures
 */
export function parseIdx(bytes: Uint8Array, name: string, rank: number): IdxArray {
  const header = 4 + 4 * rank;
  const magic = [0, 0, unsignedByte, rank];
  const found = [...bytes.subarray(0, 4)];
  if (found.join() !== magic.join()) {
    const hex = (list: number[]) => list.map((b) => b.toString(16).padStart(2, '0')).join(' ');
    throw new InputError(
      `${name}: expected an IDX file of bytes with ${rank} axes (it begins ${hex(magic)}), got ${hex(found) || 'an empty file'}`,
    );
  }
  if (bytes.length < header) throw new InputError(`${name}: cut off inside its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== header + size) {
    throw new InputError(
      `${name}: expected ${header + size} bytes for [${shape.join(', ')}], got ${bytes.length}: ` +
        (bytes.length < header + size ? 'the file is cut off' : 'the file is too long'),
    );
  }
  return { shape, data: bytes.subarray(header) };
}
