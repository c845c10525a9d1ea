import { type Draft, type Graph, isSameShape, type Value } from '../graph.js';

/** The part of a tensor that a Slice of step 1 takes, one number for each axis. */
export interface Box {
  readonly start: readonly number[];
  readonly size: readonly number[];
}

const inRange = (x: number, size: number): number =>
  Math.min(Math.max(x < 0 ? x + size : x, 0), size);

/** Read a Slice(data, starts, ends, axes, steps); none where a step is not 1 or a bound is computed. */
export function boxOf({ inputs }: Pick<Draft, 'inputs'>): Box | undefined {
  const [value, ...bounds] = inputs;
  const [starts, ends, axes, steps] = bounds.map(({ data }) => data);
  if (!value || !starts || !ends || !axes || !steps) return undefined;
  if (!Array.from(steps).every((step) => step === 1)) return undefined;
  const start = value.shape.map(() => 0);
  const size = [...value.shape];
  Array.from(axes).forEach((axis, i) => {
    const whole = value.shape[axis] as number;
    const from = inRange(starts[i] as number, whole);
    start[axis] = from;
    size[axis] = Math.max(0, inRange(ends[i] as number, whole) - from);
  });
  return { start, size };
}

export const isWhole = ({ start, size }: Box, shape: readonly number[]): boolean =>
  start.every((from) => from === 0) && isSameShape(size, shape);

/** Take a part of a value. */
export function sliceBox(graph: Graph, value: Value, { start, size }: Box): Value {
  const axes = start.map((_, axis) => axis).filter((axis) => size[axis] !== value.shape[axis]);
  const at = (list: readonly number[]) => axes.map((axis) => list[axis] as number);
  const ends = start.map((from, axis) => from + (size[axis] as number));
  const bounds = [at(start), at(ends), axes, axes.map(() => 1)];
  if (axes.length === 0) return value;
  const inputs = [value, ...bounds.map((list) => graph.integers(list))];
  return graph.add('Slice', inputs, { shape: size, dtype: value.dtype });
}
