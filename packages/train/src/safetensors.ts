import { createHash } from 'node:crypto';
import { InputError } from '@ganvas/core';
import type { StateNumbers } from './engines/engine.js';

/**
 * Tensors in one file, in the safetensors layout: the header's length as a little-endian 64-bit
 * number, the header as JSON (for each tensor dtype, shape and place in the data; strings under
 * `__metadata__`), then the data. Other tools read it, PyTorch among them.
 */
interface Entry {
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

type Broken = (what: string, cause?: unknown) => InputError;

const lengthBytes = 8;
const hashKey = 'sha256';

type Header = Record<string, unknown> & { __metadata__?: Record<string, string> };

/** The hash of everything in the file but the hash itself. */
function hashOf(header: Header, data: Uint8Array): string {
  const { [hashKey]: _, ...metadata } = header.__metadata__ ?? {};
  const text = JSON.stringify({ ...header, __metadata__: metadata });
  return createHash(hashKey).update(text).update(data).digest('hex');
}

/** Write tensors and texts as one file. The metadata gains the hash of all the rest. */
export function toSafetensors(
  tensors: StateNumbers,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let end = 0;
  const parts: Uint8Array[] = [];
  const entries = Object.entries(tensors).map(([name, { data, shape }]) => {
    const start = end;
    end += data.byteLength;
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const dtype = data instanceof Float32Array ? 'F32' : 'I32';
    return [name, { dtype, shape, data_offsets: [start, end] } satisfies Entry] as const;
  });
  const data = Buffer.concat(parts);
  const header = { __metadata__: metadata, ...Object.fromEntries(entries) };
  const hashed = { ...metadata, [hashKey]: hashOf(header, data) };
  const json = Buffer.from(JSON.stringify({ ...header, __metadata__: hashed }));
  // Padded with spaces, so that the data lies on an eight-byte boundary.
  const text = Buffer.concat([json, Buffer.alloc(-json.length & 7, ' ')]);
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

/** Read a file that `toSafetensors` wrote. Throws an InputError when it is cut off or changed. */
export function fromSafetensors(
  bytes: Uint8Array,
  name: string,
): { tensors: StateNumbers; metadata: Record<string, string> } {
  const broken: Broken = (what, cause) =>
    new InputError(`${name}: ${what}: the file is cut off or damaged`, { cause });
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < lengthBytes) throw broken('no header');
  const start = lengthBytes + Number(buffer.readBigUInt64LE());
  if (start > buffer.length) throw broken('the header is not whole');
  const header = parseHeader(buffer.subarray(lengthBytes, start).toString(), broken);
  const { __metadata__: metadata = {}, ...entries } = header;
  const data = buffer.subarray(start);
  if (hashOf(header, data) !== metadata[hashKey])
    throw broken('the content does not have its hash');
  const tensors = Object.entries(entries as Record<string, Entry>).map(([key, entry]) => {
    const [from, to] = entry.data_offsets;
    const copy = data.buffer.slice(data.byteOffset + from, data.byteOffset + to) as ArrayBuffer;
    const numbers = entry.dtype === 'F32' ? new Float32Array(copy) : new Int32Array(copy);
    return [key, { data: numbers, shape: entry.shape }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

function parseHeader(text: string, broken: Broken): { __metadata__?: Record<string, string> } {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === 'object' && header !== null) return header as Header;
    throw new SyntaxError('not an object');
  } catch (cause) {
    throw broken('the header is not JSON', cause);
  }
}
