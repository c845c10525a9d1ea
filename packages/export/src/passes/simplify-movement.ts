import { type Rewrite, sizeOf, type Value } from '../graph.js';
import { dataAt, inputAt, producedBy, type Rules, under, whole } from './rules.js';
import { type Box, boxOf, isWhole, sliceBox } from './slice-box.js';

/** Ops that only move numbers: what moves nothing goes, and what moves twice moves once. Exact. */

/** An op that leaves its input as it is. */
const same: Rewrite = (_, draft) => whole(inputAt(draft, 0), draft.spec);

const reshapeOfReshape: Rewrite = (graph, draft) => {
  const inner = under(graph, draft.inputs[0], 'Reshape');
  return inner && graph.reshape(inner, draft.spec.shape);
};

/** One number repeated has no order of axes: repeat it to the other shape. */
const reshapeOfExpand: Rewrite = (graph, draft) => {
  const inner = under(graph, draft.inputs[0], 'Expand');
  if (!inner || sizeOf(inner.shape) !== 1) return undefined;
  const { shape } = draft.spec;
  return graph.expand(graph.reshape(inner, Array(shape.length).fill(1)), shape);
};

const permOf = (attributes: object): readonly number[] =>
  (attributes as { perm: readonly number[] }).perm;

const transposeOfTranspose: Rewrite = (graph, draft) => {
  const inner = producedBy(graph, draft.inputs[0], 'Transpose');
  if (!inner) return undefined;
  const first = permOf(inner.attributes);
  const perm = permOf(draft.attributes).map((axis) => first[axis] as number);
  return graph.transpose(inputAt(inner, 0), perm);
};

const isIdentity = (perm: readonly number[]): boolean => perm.every((axis, i) => axis === i);

/** Axes of size 1 may stand anywhere: where the others keep their order, no number moves. */
const transposeOfOnes: Rewrite = (graph, draft) => {
  const value = inputAt(draft, 0);
  const moved = permOf(draft.attributes).filter((axis) => value.shape[axis] !== 1);
  const isOrdered = moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number));
  return isOrdered ? graph.reshape(value, draft.spec.shape) : undefined;
};

/** Truth values survive any cast and back; a cast of a cast of truth values is the second alone. */
const castOfCast: Rewrite = (graph, draft) => {
  const inner = under(graph, draft.inputs[0], 'Cast');
  return inner?.dtype === 'bool' ? graph.cast(inner, draft.spec.dtype) : undefined;
};

const expandOfExpand: Rewrite = (graph, draft) => {
  const inner = under(graph, draft.inputs[0], 'Expand');
  return inner && graph.expand(inner, draft.spec.shape);
};

const sliceOfSlice: Rewrite = (graph, draft) => {
  const outer = boxOf(draft);
  const node = producedBy(graph, draft.inputs[0], 'Slice');
  const inner = node && boxOf(node);
  if (!outer || !inner || !node) return undefined;
  const start = inner.start.map((from, axis) => from + (outer.start[axis] as number));
  return sliceBox(graph, inputAt(node, 0), { start, size: outer.size });
};

const wholeSlice: Rewrite = (_, draft) => {
  const box = boxOf(draft);
  const value = inputAt(draft, 0);
  return box && isWhole(box, value.shape) ? value : undefined;
};

/** Axes that are taken whole are left out, so that their sizes need not be known. */
const sliceOfFewerAxes: Rewrite = (graph, draft) => {
  const box = boxOf(draft);
  const value = inputAt(draft, 0);
  const cut = box?.size.filter((size, axis) => size !== value.shape[axis]).length;
  return box && cut !== dataAt(draft, 3)?.length ? sliceBox(graph, value, box) : undefined;
};

/** A part of one of the values that were put together is a part of that value. */
const sliceOfConcat: Rewrite = (graph, draft) => {
  const box = boxOf(draft);
  const node = producedBy(graph, draft.inputs[0], 'Concat');
  if (!box || !node) return undefined;
  const axis = node.attributes['axis'] as number;
  const [from, size] = [box.start[axis] as number, box.size[axis] as number];
  let before = 0;
  for (const part of node.inputs) {
    const end = before + (part.shape[axis] as number);
    if (from >= before && from + size <= end) {
      return sliceBox(graph, part, { ...box, start: box.start.with(axis, from - before) });
    }
    before = end;
  }
  return undefined;
};

/** Whether each box begins along the axis where the one before ends, and together they are all. */
function isPartition(boxes: readonly Box[], shape: readonly number[], axis: number): boolean {
  let end = 0;
  for (const { start, size } of boxes) {
    if (start[axis] !== end) return false;
    end += size[axis] as number;
    const across = { start: start.with(axis, 0), size: size.with(axis, shape[axis] as number) };
    if (!isWhole(across, shape)) return false;
  }
  return end === shape[axis];
}

/** The parts of one value, put together again in their order. */
const concatOfSlices: Rewrite = (graph, draft) => {
  const slices = draft.inputs.map((value) => producedBy(graph, value, 'Slice'));
  const source = slices[0]?.inputs[0];
  const boxes = slices.map((node) => node && node.inputs[0] === source && boxOf(node));
  if (!source || !boxes.every((box): box is Box => Boolean(box))) return undefined;
  return isPartition(boxes, source.shape, draft.attributes['axis'] as number) ? source : undefined;
};

const concatOfConcat: Rewrite = (graph, draft) => {
  const axis = draft.attributes['axis'];
  const parts = draft.inputs.flatMap((value): readonly Value[] => {
    const inner = producedBy(graph, value, 'Concat');
    return inner && inner.attributes['axis'] === axis ? inner.inputs : [value];
  });
  if (parts.length === draft.inputs.length) return undefined;
  return graph.add('Concat', parts, draft.spec, draft.attributes);
};

/** A Pad or Tile whose amounts change nothing. */
const unchanged =
  (nothing: number): Rewrite =>
  (_, draft) =>
    dataAt(draft, 1)?.every((amount: number) => amount === nothing) ? inputAt(draft, 0) : undefined;

export const simplifyMovement: Rules = {
  Reshape: [same, reshapeOfReshape, reshapeOfExpand],
  Transpose: [
    (_, draft) => (isIdentity(permOf(draft.attributes)) ? inputAt(draft, 0) : undefined),
    transposeOfTranspose,
    transposeOfOnes,
  ],
  Cast: [same, castOfCast],
  Expand: [same, expandOfExpand],
  Slice: [wholeSlice, sliceOfSlice, sliceOfConcat, sliceOfFewerAxes],
  Concat: [
    (_, { inputs }) => (inputs.length === 1 ? inputs[0] : undefined),
    concatOfSlices,
    concatOfConcat,
  ],
  Pad: [unchanged(0)],
  Tile: [unchanged(1)],
  Squeeze: [(graph, draft) => graph.reshape(inputAt(draft, 0), draft.spec.shape)],
  Unsqueeze: [(graph, draft) => graph.reshape(inputAt(draft, 0), draft.spec.shape)],
};
