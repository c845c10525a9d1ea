import { type Attributes, type OutputSpec, sizeOf, type Value } from '../graph.js';
import {
  at,
  axisOf,
  broadcast,
  intOf,
  intsOf,
  known,
  type Signature,
  type Signatures,
  sameType,
} from './signature.js';

type Infer = (inputs: readonly Value[], attributes: Attributes) => readonly number[];

/** An op that moves elements: its result has the dtype of its first input. */
const moving = (attributes: Signature['attributes'], shapeOf: Infer): Signature => ({
  attributes,
  infer: (inputs, given): OutputSpec => ({
    shape: shapeOf(inputs, given),
    dtype: at(inputs, 0).dtype,
  }),
});

/** 0 keeps a size unless it is allowed for one, and one -1 is what is left. */
const reshape: Infer = (inputs, attributes) => {
  const { shape } = at(inputs, 0);
  const isKept = (size: number): boolean => size === 0 && intOf(attributes, 'allowzero', 0) === 0;
  const asked = known(inputs, 1).map((size, axis) => (isKept(size) ? (shape[axis] ?? 0) : size));
  const rest = sizeOf(asked.filter((size) => size !== -1));
  const sizes = asked.map((size) => (size === -1 ? sizeOf(shape) / rest : size));
  if (sizeOf(sizes) !== sizeOf(shape))
    throw new Error(`expected the elements of [${shape}], got [${sizes}]`);
  return sizes;
};

const transpose: Infer = (inputs, attributes) => {
  const { shape } = at(inputs, 0);
  const perm = intsOf(attributes, 'perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  const isPermutation = perm.length === shape.length && new Set(perm).size === perm.length;
  if (!isPermutation)
    throw new Error(`expected the axes of [${shape}] in some order, got [${perm}]`);
  return perm.map((axis) => shape[axisOf(axis, shape.length)] as number);
};

const concat: Infer = (inputs, attributes) => {
  sameType(inputs);
  const { shape } = at(inputs, 0);
  const axis = axisOf(intOf(attributes, 'axis', 0), shape.length);
  const across = inputs.map((value) => String(value.shape.with(axis, 1)));
  if (new Set(across).size > 1) {
    throw new Error(
      `expected shapes that differ in axis ${axis} only, got ${inputs.map((value) => `[${value.shape}]`).join(' and ')}`,
    );
  }
  return shape.with(
    axis,
    inputs.reduce((sum, value) => sum + (value.shape[axis] as number), 0),
  );
};

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

const slice: Infer = (inputs) => {
  const { shape } = at(inputs, 0);
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((index) => known(inputs, index));
  const sizes = [...shape];
  axes?.forEach((given, i) => {
    const axis = axisOf(given, shape.length);
    const size = shape[axis] as number;
    const step = steps?.[i] as number;
    const [start, end] = [starts, ends].map((list) => {
      const bound = list?.[i] as number;
      const counted = bound < 0 ? bound + size : bound;
      return step > 0 ? clamp(counted, 0, size) : clamp(counted, -1, size - 1);
    }) as [number, number];
    sizes[axis] = Math.max(0, Math.ceil((end - start) / step));
  });
  return sizes;
};

const pad: Infer = (inputs) => {
  const { shape } = at(inputs, 0);
  const amounts = known(inputs, 1);
  if (amounts.length !== 2 * shape.length)
    throw new Error(`expected ${2 * shape.length} amounts, got ${amounts.length}`);
  return shape.map(
    (size, axis) => size + (amounts[axis] as number) + (amounts[axis + shape.length] as number),
  );
};

const tile: Infer = (inputs) => {
  const { shape } = at(inputs, 0);
  const repeats = known(inputs, 1);
  if (repeats.length !== shape.length)
    throw new Error(`expected ${shape.length} repeats, got ${repeats.length}`);
  return shape.map((size, axis) => size * (repeats[axis] as number));
};

const gather: Infer = (inputs, attributes) => {
  const [{ shape }, indices] = [at(inputs, 0), at(inputs, 1)];
  const axis = axisOf(intOf(attributes, 'axis', 0), shape.length);
  return [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
};

const gatherND: Infer = (inputs, attributes) => {
  const [{ shape }, indices] = [at(inputs, 0), at(inputs, 1)];
  const batch = intOf(attributes, 'batch_dims', 0);
  const depth = indices.shape.at(-1) as number;
  return [...indices.shape.slice(0, -1), ...shape.slice(batch + depth)];
};

const firstShape: Infer = (inputs) => at(inputs, 0).shape;

/** The sizes of some axes, counted from the front. */
const shapeOf: Signature = {
  attributes: { start: 'int', end: 'int' },
  infer: (inputs, attributes) => {
    const { length } = at(inputs, 0).shape;
    const [start, end] = [intOf(attributes, 'start', 0), intOf(attributes, 'end', length)];
    return { shape: [Math.max(0, clamp(end, 0, length) - start)], dtype: 'int64' };
  },
};

const squeeze: Infer = (inputs) => {
  const { shape } = at(inputs, 0);
  const axes = inputs[1] ? known(inputs, 1).map((axis) => axisOf(axis, shape.length)) : undefined;
  return shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1));
};

const unsqueeze: Infer = (inputs) => {
  const { shape } = at(inputs, 0);
  const rank = shape.length + known(inputs, 1).length;
  const added = known(inputs, 1).map((axis) => axisOf(axis, rank));
  const sizes = [...shape];
  return Array.from({ length: rank }, (_, axis) =>
    added.includes(axis) ? 1 : (sizes.shift() as number),
  );
};

/** [N, C, H, W] with blocks of channels as squares of pixels, or the other way round. */
const blocks =
  (direction: 1 | -1): Infer =>
  (inputs, attributes) => {
    const [n, c, h, w] = at(inputs, 0).shape as [number, number, number, number];
    const block = intOf(attributes, 'blocksize', 1) ** direction;
    return [n, c / block ** 2, h * block, w * block];
  };

export const movement: Signatures = {
  Concat: moving({ axis: 'int' }, concat),
  DepthToSpace: moving({ blocksize: 'int', mode: 'string' }, blocks(1)),
  SpaceToDepth: moving({ blocksize: 'int' }, blocks(-1)),
  Expand: moving({}, (inputs) => broadcast([at(inputs, 0).shape, known(inputs, 1)])),
  Gather: moving({ axis: 'int' }, gather),
  GatherElements: moving({ axis: 'int' }, (inputs) => at(inputs, 1).shape),
  GatherND: moving({ batch_dims: 'int' }, gatherND),
  Pad: moving({ mode: 'string' }, pad),
  Reshape: moving({ allowzero: 'int' }, reshape),
  ReverseSequence: moving({ batch_axis: 'int', time_axis: 'int' }, firstShape),
  ScatterElements: moving({ axis: 'int', reduction: 'string' }, firstShape),
  ScatterND: moving({ reduction: 'string' }, firstShape),
  Shape: shapeOf,
  Slice: moving({}, slice),
  Squeeze: moving({}, squeeze),
  Tile: moving({}, tile),
  Transpose: moving({ perm: 'ints' }, transpose),
  Trilu: moving({ upper: 'int' }, firstShape),
  Unsqueeze: moving({}, unsqueeze),
};
