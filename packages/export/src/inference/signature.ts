import type { Attributes, ConstantData, OutputSpec, Value } from '../graph.js';

/** What an ONNX op takes and gives, by the ONNX operator set and not by the rule that emits it. */
export interface Signature {
  /** Every attribute that the op may have here, with its type. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
  /** Shape and dtype of the one output. Throws where the inputs do not fit. */
  infer(inputs: readonly Value[], attributes: Attributes): OutputSpec;
}
export type AttributeType = 'int' | 'ints' | 'float' | 'string';
export type Signatures = Readonly<Record<string, Signature>>;

/** The same signature for several ops. */
export const forOps = (ops: readonly string[], signature: Signature): Signatures =>
  Object.fromEntries(ops.map((op) => [op, signature]));

/** An input of the op. Throws when there is none at this place. */
export function at(inputs: readonly Value[], index: number): Value {
  const value = inputs[index];
  if (!value) throw new Error(`expected an input ${index}, got ${inputs.length} inputs`);
  return value;
}

/** The numbers of an input that decide the shape; they must be known, if only for the traced sizes. */
export function known(inputs: readonly Value[], index: number): readonly number[] {
  const value = at(inputs, index);
  if (value.sample) return value.sample;
  if (!value.data) throw new Error(`expected a constant for input ${index}, got ${value.name}`);
  return Array.from(value.data as Exclude<ConstantData, readonly number[]>);
}

export const intOf = (attributes: Attributes, name: string, fallback: number): number => {
  const value = attributes[name];
  return typeof value === 'number' ? value : fallback;
};

/** A list of whole numbers; undefined where the attribute is not given. */
export const intsOf = (attributes: Attributes, name: string): readonly number[] | undefined => {
  const value = attributes[name];
  return Array.isArray(value) ? value : undefined;
};

/** An axis counted from the front. Throws when the tensor has no such axis. */
export function axisOf(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (counted < 0 || counted >= rank)
    throw new Error(`expected an axis below ${rank}, got ${axis}`);
  return counted;
}

/** The shape that operands are repeated to. Throws when they do not fit. */
export function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = new Set(shapes.map((shape) => shape[i - rank + shape.length] ?? 1));
    sizes.delete(1);
    const [size = 1] = sizes;
    if (sizes.size > 1) {
      throw new Error(`expected shapes that fit, got ${shapes.map((s) => `[${s}]`).join(' and ')}`);
    }
    return size;
  });
}

/** Throws unless all inputs have one dtype. */
export function sameType(inputs: readonly Value[]): Value['dtype'] {
  const types = new Set(inputs.map(({ dtype }) => dtype));
  if (types.size !== 1) throw new Error(`expected one dtype, got ${[...types].join(' and ')}`);
  return at(inputs, 0).dtype;
}
