type Numbers = Float32Array | Int32Array | Uint8Array;

/** A node as far as it tells it from others. */
interface NodeIdentity {
  readonly op: string;
  readonly inputs: readonly { readonly name: string }[];
  readonly attributes: object;
}

/** A constant as far as it tells it from others. */
interface ConstantIdentity {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: ArrayLike<number>;
  readonly uniform?: number;
}

/**
 * Common subexpressions. Nodes of the same op, inputs and attributes have the same key, and a graph
 * makes one value for each key. Constants are shared by what they hold.
 */
export const keyOfNode = ({ op, inputs, attributes }: NodeIdentity): string =>
  `${op}(${inputs.map(({ name }) => name).join()})${JSON.stringify(attributes)}`;

// Constants up to this many elements are shared by content: shapes, axes, scalars.
const sharedSize = 64;

const spell = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

/** The key of a constant, or none where finding an equal one costs more than it saves. */
export function keyOfConstant({
  shape,
  dtype,
  data,
  uniform,
}: ConstantIdentity): string | undefined {
  const type = `${dtype}[${shape.join()}]`;
  if (uniform !== undefined) return `${type} all ${spell(uniform)}`;
  return data.length > sharedSize ? undefined : `${type} ${Array.from(data, spell).join()}`;
}

/** The number that all elements are, if they are the same to the bit. */
export function uniformOf(data: readonly number[] | Numbers): number | undefined {
  const isUniform = 'buffer' in data ? repeats(data) : data.every((x) => Object.is(x, data[0]));
  return isUniform ? data[0] : undefined;
}

/** Whether bytes are the same one element further on. Gradients fill millions of elements with ones. */
function repeats({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT }: Numbers): boolean {
  if (byteLength === 0) return false;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return bytes.subarray(BYTES_PER_ELEMENT).equals(bytes.subarray(0, -BYTES_PER_ELEMENT));
}
