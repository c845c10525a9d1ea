import { keyOfConstant, keyOfNode, uniformOf } from './passes/share.js';

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
  /** The number that all elements of a constant are, if they are all the same. */
  readonly uniform?: number;
  /** What a computed vector of sizes is at the sizes that the graph was traced at (size-nodes.ts). */
  readonly sample?: readonly number[];
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

/** A node that is asked for: it may come out as another, or as none. */
export interface Draft {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly spec: OutputSpec;
  readonly attributes: Attributes;
}

/** Find a cheaper way to compute what a node would, or nothing. */
export type Rewrite = (graph: Graph, draft: Draft) => Value | undefined;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const isSameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/**
 * An ONNX graph under construction. Equal nodes are one node (passes/share.ts), and each goes through
 * the rewrites that the graph is made with before it is appended.
 */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly inputs: Value[] = [];
  readonly #rewrite: Rewrite;
  readonly #seen = new Map<string, Value>();
  readonly #producers = new Map<string, GraphNode>();
  #count = 0;

  constructor(rewrite: Rewrite = () => undefined) {
    this.#rewrite = rewrite;
  }

  /** Declare an input that is fed at every run. */
  input(name: string, shape: readonly number[], dtype: ElementType): Value {
    if (/^[cv]\d+$/.test(name)) {
      throw new Error(
        `trace: expected an input not named as values of the graph are, got "${name}"`,
      );
    }
    if (this.inputs.some((input) => input.name === name)) {
      throw new Error(`trace: expected inputs and state of different names, got "${name}" twice`);
    }
    const value = { name, shape, dtype };
    this.inputs.push(value);
    return value;
  }

  /** Append `op`, or find what is equal to it. Every op used here has one output. */
  add(op: string, inputs: readonly Value[], spec: OutputSpec, attributes: Attributes = {}): Value {
    const draft = { op, inputs, spec, attributes };
    const rewritten = this.#rewrite(this, draft);
    if (!rewritten) return this.once(keyOfNode(draft), () => this.#append(draft));
    if (rewritten.dtype === spec.dtype && isSameShape(rewritten.shape, spec.shape)) {
      return rewritten;
    }
    throw new Error(
      `${op}: expected a rewrite to ${spec.dtype}[${spec.shape}], got ${rewritten.dtype}[${rewritten.shape}]`,
    );
  }

  /** The value of a node that is there already; none is appended. */
  find(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value | undefined {
    return this.#seen.get(keyOfNode({ op, inputs, attributes }));
  }

  #append({ op, inputs, spec, attributes }: Draft): Value {
    const output = { name: this.#name('v'), shape: spec.shape, dtype: spec.dtype };
    const node = { op, inputs, attributes, output };
    this.nodes.push(node);
    this.#producers.set(output.name, node);
    return output;
  }

  /** The node that computes a value; none for inputs and constants. */
  producer(value: Value): GraphNode | undefined {
    return this.#producers.get(value.name);
  }

  constant(data: ConstantData, shape: readonly number[], dtype: ElementType): Value {
    const same = uniformOf(data);
    const uniform = same !== undefined && dtype === 'float32' ? Math.fround(same) : same;
    const known = { shape, dtype, data, ...(uniform === undefined ? {} : { uniform }) };
    const make = (): Value => ({ name: this.#name('c'), ...known });
    const key = keyOfConstant(known);
    return key === undefined ? make() : this.once(key, make);
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
    const spec = { shape, dtype: value.dtype };
    // A size of 0 would mean the size that is there.
    const allowzero = shape.includes(0) ? 1 : 0;
    return this.add('Reshape', [value, this.integers(shape)], spec, { allowzero });
  }

  transpose(value: Value, perm: readonly number[]): Value {
    const shape = perm.map((axis) => value.shape[axis] as number);
    return this.add('Transpose', [value], { shape, dtype: value.dtype }, { perm });
  }

  cast(value: Value, dtype: ElementType): Value {
    return this.add('Cast', [value], { shape: value.shape, dtype }, { to: elementTypes[dtype] });
  }

  /** Repeat a value along the axes where it has size 1 until it has this shape. */
  expand(value: Value, shape: readonly number[]): Value {
    // 1 keeps the size that the value has, so that a batch need not be known.
    const sizes = shape.map((size, i) => {
      return size === value.shape[i - shape.length + value.shape.length] ? 1 : size;
    });
    return this.add('Expand', [value, this.integers(sizes)], { shape, dtype: value.dtype });
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
