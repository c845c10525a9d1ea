/** Element types of graph values, with their codes in `TensorProto.DataType`. */
export const elementTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** The numbers of a constant; int64 as plain numbers until they are written. */
export type ConstantData = Float32Array | Int32Array | Uint8Array | readonly number[];

/** A tensor of the graph. A constant has `data`; everything else is computed or fed. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  readonly data?: ConstantData;
}

/** An attribute of a node. Numbers are ONNX ints; a float is given as `{ float }`. */
export type Attribute = number | readonly number[] | string | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly output: Value;
}

/** What a node computes: the shape and dtype of its one output. */
export interface OutputSpec {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

// Constants up to this many elements are shared by content: shapes, axes, scalars.
const sharedConstantSize = 64;

/**
 * An ONNX graph under construction. A node equal to an earlier one (same op, inputs and attributes)
 * is that earlier one, so what is written twice is computed once.
 */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly inputs: Value[] = [];
  readonly #seen = new Map<string, Value>();
  #count = 0;

  /** Declare an input that is fed at every run. */
  input(name: string, shape: readonly number[], dtype: ElementType): Value {
    if (/^[cv]\d+$/.test(name)) {
      throw new Error(
        `trace: expected an input not named as values of the graph are, got "${name}"`,
      );
    }
    const value = { name, shape, dtype };
    this.inputs.push(value);
    return value;
  }

  /** Append `op`, or find the equal node. Every op used here has one output. */
  add(op: string, inputs: readonly Value[], spec: OutputSpec, attributes: Attributes = {}): Value {
    const key = `${op}(${inputs.map((v) => v.name).join()})${JSON.stringify(attributes)}`;
    return this.once(key, () => {
      const output = { name: this.#name('v'), shape: spec.shape, dtype: spec.dtype };
      this.nodes.push({ op, inputs, attributes, output });
      return output;
    });
  }

  constant(data: ConstantData, shape: readonly number[], dtype: ElementType): Value {
    const make = () => ({ name: this.#name('c'), shape, dtype, data });
    if (data.length > sharedConstantSize) return make();
    return this.once(
      `${dtype}[${shape.join()}]${Array.from(data, (x) => (Object.is(x, -0) ? '-0' : x)).join()}`,
      make,
    );
  }

  /** A one-dimensional int64 constant: a shape, a list of axes. */
  integers(data: readonly number[]): Value {
    return this.constant(data, [data.length], 'int64');
  }

  scalar(x: number, dtype: ElementType = 'float32'): Value {
    return this.constant([x], [], dtype);
  }

  reshape(value: Value, shape: readonly number[]): Value {
    if (sizeOf(value.shape) !== sizeOf(shape)) {
      throw new Error(`reshape: expected ${sizeOf(shape)} elements, got [${value.shape}]`);
    }
    if (value.shape.join() === shape.join()) return value;
    if (value.data) return this.constant(value.data, shape, value.dtype);
    return this.add(
      'Reshape',
      [value, this.integers(shape)],
      { shape, dtype: value.dtype },
      { allowzero: 0 },
    );
  }

  transpose(value: Value, perm: readonly number[]): Value {
    if (perm.every((axis, i) => axis === i)) return value;
    const shape = perm.map((axis) => value.shape[axis] as number);
    if (value.data)
      return this.constant(transposeData(value.data, value.shape, perm), shape, value.dtype);
    return this.add('Transpose', [value], { shape, dtype: value.dtype }, { perm });
  }

  cast(value: Value, dtype: ElementType): Value {
    if (value.dtype === dtype) return value;
    return this.add('Cast', [value], { shape: value.shape, dtype }, { to: elementTypes[dtype] });
  }

  #name(prefix: string): string {
    return `${prefix}${this.#count++}`;
  }

  /** The value made under this key, made now if it is the first time. */
  once(key: string, make: () => Value): Value {
    const found = this.#seen.get(key);
    if (found) return found;
    const value = make();
    this.#seen.set(key, value);
    return value;
  }
}

function transposeData(
  data: ConstantData,
  shape: readonly number[],
  perm: readonly number[],
): ConstantData {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const outShape = perm.map((axis) => shape[axis] as number);
  const outStrides = perm.map((axis) => strides[axis] as number);
  const position = (index: number): number => {
    let rest = index;
    let from = 0;
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      const size = outShape[axis] as number;
      from += (rest % size) * (outStrides[axis] as number);
      rest = Math.floor(rest / size);
    }
    return from;
  };
  return data.map((_, i) => data[position(i)] as number) as ConstantData;
}
