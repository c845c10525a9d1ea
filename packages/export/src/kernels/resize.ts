import type * as tf from '@tensorflow/tfjs-core';
import { toHeldShape } from '../backend.js';
import type { Attributes, Graph, Value } from '../graph.js';
import { contract, gather, list, range, reduce, transposed, type Weights } from './nodes.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';

interface ResizeAttrs {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: [number, number];
}

/** One axis of a picture that changes its size. */
interface Resized {
  /** In the order that the value is held in. */
  readonly axis: number;
  readonly inSize: number;
  readonly outSize: number;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** How many entries of the input go by for one of the output. */
const ratioOf = ({ inSize, outSize, alignCorners }: Resized): number =>
  alignCorners && outSize > 1 ? (inSize - 1) / (outSize - 1) : inSize / outSize;

/** For each entry of the output, the entry of the input that lies nearest, as tfjs rounds. */
function nearestOf(resized: Resized): number[] {
  const { inSize, outSize, alignCorners, halfPixelCenters } = resized;
  const ratio = ratioOf(resized);
  const round = alignCorners ? Math.round : Math.floor;
  return range(outSize).map((i) =>
    Math.min(inSize - 1, round((halfPixelCenters ? i + 0.5 : i) * ratio)),
  );
}

/** How often each entry is repeated, if all are alike. */
function repeatsOf(resized: Resized): number | undefined {
  const repeats = resized.outSize / resized.inSize;
  const isRepeated = nearestOf(resized).every((from, i) => from === Math.floor(i / repeats));
  return Number.isInteger(repeats) && isRepeated ? repeats : undefined;
}

function weightsOf(
  { inSize, outSize }: Resized,
  sharesOf: (place: number) => readonly (readonly [from: number, share: number])[],
): Weights {
  const numbers = new Float32Array(outSize * inSize);
  for (const place of range(outSize)) {
    for (const [from, share] of sharesOf(place)) {
      numbers[place * inSize + from] = (numbers[place * inSize + from] as number) + share;
    }
  }
  return { numbers, outSize, inSize };
}

const nearestWeights = (resized: Resized): Weights => {
  const nearest = nearestOf(resized);
  return weightsOf(resized, (place) => [[nearest[place] as number, 1]]);
};

/** Between two entries, by how near each is; beyond the first and the last there is only that one. */
const bilinearWeights = (resized: Resized): Weights => {
  const ratio = ratioOf(resized);
  return weightsOf(resized, (place) => {
    const at = resized.halfPixelCenters ? (place + 0.5) * ratio - 0.5 : place * ratio;
    const inside = Math.min(Math.max(at, 0), resized.inSize - 1);
    const from = Math.floor(inside);
    return [
      [from, 1 - (inside - from)],
      [Math.ceil(inside), inside - from],
    ];
  });
};

/** The axes of a picture `[N, H, W, C]` that a call resizes. */
function resizedAxes(
  { attrs, backend }: Call<ResizeAttrs>,
  images: tf.TensorInfo,
  size: readonly number[],
): { channelsFirst: boolean; axes: [Resized, Resized] } {
  const channelsFirst = backend.form === 'conv' || backend.isChannelsFirst(images);
  const { alignCorners, halfPixelCenters } = attrs;
  const along = (i: 0 | 1): Resized => ({
    axis: (channelsFirst ? 2 : 1) + i,
    inSize: images.shape[i + 1] as number,
    outSize: size[i] as number,
    alignCorners,
    halfPixelCenters,
  });
  return { channelsFirst, axes: [along(0), along(1)] };
}

/** Sizes with an axis of `inner` behind each resized one: `[..., H, inner, W, inner, ...]`. */
const parted = (shape: readonly number[], axes: readonly Resized[], inner: readonly number[]) =>
  shape.flatMap((size, axis) => {
    const i = axes.findIndex((each) => each.axis === axis);
    return i === -1 ? [size] : [axes[i]?.inSize ?? size, inner[i] as number];
  });

/** ONNX's Resize of an NCHW value by factors, which leave the batch open. */
function asNode(graph: Graph, x: Value, axes: readonly Resized[], attributes: Attributes): Value {
  const scales = [1, 1, ...axes.map(({ inSize, outSize }) => outSize / inSize)];
  const shape = [...x.shape.slice(0, 2), ...axes.map(({ outSize }) => outSize)];
  const noRegion = graph.constant([], [0], 'float32');
  const inputs = [x, noRegion, graph.constant(scales, [4], 'float32')];
  return graph.add(
    'Resize',
    inputs,
    { shape, dtype: x.dtype },
    {
      cubic_coeff_a: { float: -0.75 },
      exclude_outside: 0,
      extrapolation_value: { float: 0 },
      ...attributes,
    },
  );
}

// Counted from the middles, no entry of the output lies near the border between two of the input,
// where the rounding of a GPU's division would choose.
const nearestNode = {
  coordinate_transformation_mode: 'half_pixel',
  mode: 'nearest',
  nearest_mode: 'round_prefer_floor',
} as const;

/** Repeat every pixel: one pass, in any order of axes. */
function repeat(graph: Graph, x: Value, axes: readonly Resized[], repeats: number[]): Value {
  const column = graph.reshape(x, parted(x.shape, axes, [1, 1]));
  const shape = [...x.shape];
  for (const { axis, outSize } of axes) shape[axis] = outSize;
  return graph.reshape(graph.expand(column, parted(x.shape, axes, repeats)), shape);
}

function resizeNearest(call: Call<ResizeAttrs>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const images = inputOf(call, 'images');
  const { channelsFirst, axes } = resizedAxes(call, images, attrs.size);
  const x = backend.valueIn(images, channelsFirst);
  const repeats = axes.map(repeatsOf);
  const write = (): Value => {
    if (repeats.some((each) => each === undefined)) {
      return axes.reduce(
        (value, axis) => gather(graph, value, list(graph, nearestOf(axis)), axis.axis),
        x,
      );
    }
    return channelsFirst
      ? asNode(graph, x, axes, nearestNode)
      : repeat(graph, x, axes, repeats as number[]);
  };
  const shape = [images.shape[0] as number, ...attrs.size, images.shape[3] as number];
  return backend.tensor(write(), { shape, channelsFirst });
}

function resizeBilinear(call: Call<ResizeAttrs>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const images = inputOf(call, 'images');
  const { channelsFirst, axes } = resizedAxes(call, images, attrs.size);
  const x = graph.cast(backend.valueIn(images, channelsFirst), 'float32');
  const isExact = axes.every(({ inSize, outSize }) => Number.isInteger(outSize / inSize));
  const middles = attrs.halfPixelCenters ? 'half_pixel' : 'asymmetric';
  const value =
    channelsFirst && isExact
      ? asNode(graph, x, axes, {
          coordinate_transformation_mode: attrs.alignCorners ? 'align_corners' : middles,
          mode: 'linear',
          nearest_mode: 'round_prefer_floor',
        })
      : axes.reduce((y, axis) => contract(graph, y, axis.axis, bilinearWeights(axis)), x);
  const shape = [images.shape[0] as number, ...attrs.size, images.shape[3] as number];
  return backend.tensor(value, { shape, channelsFirst });
}

/**
 * The adjoint of a resize: every pixel of dy goes back in the shares that it was made of. tfjs's cpu
 * backend leaves `halfPixelCenters` out here, and exchanges the sides of a bilinear gradient that
 * is not square.
 */
function backward(call: Call<ResizeAttrs>, weights: (axis: Resized) => Weights): tf.TensorInfo {
  const { backend } = call;
  const { graph } = backend;
  const [images, dy] = [inputOf(call, 'images'), inputOf(call, 'dy')];
  const { channelsFirst, axes } = resizedAxes(call, images, dy.shape.slice(1, 3));
  const value = backend.valueIn(dy, channelsFirst);
  const repeats = axes.map(repeatsOf);
  const isRepeated = weights === nearestWeights && !repeats.includes(undefined);
  const gradient = isRepeated
    ? sumRepeats(graph, value, axes, repeats as number[])
    : axes.reduce((y, axis) => contract(graph, y, axis.axis, transposed(weights(axis))), value);
  const held = graph.reshape(gradient, toHeldShape(images.shape, channelsFirst));
  return backend.tensor(held, { shape: images.shape, channelsFirst });
}

/** What came of the same pixel, summed up. */
function sumRepeats(graph: Graph, dy: Value, axes: readonly Resized[], repeats: number[]): Value {
  const split = graph.reshape(dy, parted(dy.shape, axes, repeats));
  const [first, second] = axes as [Resized, Resized];
  return reduce(graph, 'ReduceSum', split, { axes: [first.axis + 1, second.axis + 2] });
}

/** Kernels that resize pictures, and their gradients. */
export const resizeRules = {
  ResizeBilinear: rule<ResizeAttrs>(resizeBilinear),
  ResizeBilinearGrad: rule<ResizeAttrs>((call) => backward(call, bilinearWeights)),
  ResizeNearestNeighbor: rule<ResizeAttrs>(resizeNearest),
  ResizeNearestNeighborGrad: rule<ResizeAttrs>((call) => backward(call, nearestWeights)),
} satisfies Rules;
