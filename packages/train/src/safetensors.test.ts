import { describe, expect, it } from 'vitest';
import { fromSafetensors, toSafetensors } from './safetensors.js';

const tensors = {
  'a/b': { data: Float32Array.of(1.5, -0, Number.NaN), shape: [3, 1] },
  count: { data: Int32Array.of(7), shape: [] },
};
const bytes = toSafetensors(tensors, { note: 'x' });

describe('toSafetensors', () => {
  it('follows the layout: length, JSON header on an eight-byte boundary, data', () => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
    expect(header['a/b']).toEqual({ dtype: 'F32', shape: [3, 1], data_offsets: [0, 12] });
    expect(header.count).toEqual({ dtype: 'I32', shape: [], data_offsets: [12, 16] });
    expect(view.getFloat32(8 + length, true)).toBe(1.5);
    expect(bytes.length).toBe(8 + length + 16);
  });
});

describe('fromSafetensors', () => {
  it('gives back the same bits and texts', () => {
    const read = fromSafetensors(bytes, 'f');
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata['note']).toBe('x');
  });

  it('refuses a file cut off anywhere, and one with a changed bit', () => {
    for (let length = 0; length < bytes.length; length++) {
      const cut = () => fromSafetensors(bytes.subarray(0, length), 'run/000010.safetensors');
      expect(cut).toThrow(/^run\/000010\.safetensors: .*: the file is cut off or damaged$/);
    }
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] = (changed[i] as number) ^ 1;
      expect(() => fromSafetensors(changed, 'f'), `byte ${i}`).toThrow('cut off or damaged');
    }
  });
});
