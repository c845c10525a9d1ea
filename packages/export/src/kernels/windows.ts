import type * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.js';
import { addAll, concat, padAxis, range, slice } from './nodes.js';

/** How a window moves along one axis. */
export interface WindowAxis {
  /** In the order that the value is held in. */
  readonly axis: number;
  readonly inSize: number;
  readonly outSize: number;
  readonly filterSize: number;
  readonly stride: number;
  readonly dilation: number;
  /** How far the first window begins before the first entry; below 0 where it begins after it. */
  readonly padBefore: number;
}

/** The axes of a picture, `[N, H, W, C]` or `[N, C, H, W]`. */
export const planeAxes = (
  info: tf.backend_util.Conv2DInfo,
  channelsFirst: boolean,
): [WindowAxis, WindowAxis] => [
  {
    axis: channelsFirst ? 2 : 1,
    inSize: info.inHeight,
    outSize: info.outHeight,
    filterSize: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    padBefore: info.padInfo.top,
  },
  {
    axis: channelsFirst ? 3 : 2,
    inSize: info.inWidth,
    outSize: info.outWidth,
    filterSize: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    padBefore: info.padInfo.left,
  },
];

/** The axes of a volume `[N, D, H, W, C]`. */
export const volumeAxes = (info: tf.backend_util.Conv3DInfo): WindowAxis[] => [
  {
    axis: 1,
    inSize: info.inDepth,
    outSize: info.outDepth,
    filterSize: info.filterDepth,
    stride: info.strideDepth,
    dilation: info.dilationDepth,
    padBefore: info.padInfo.front,
  },
  {
    axis: 2,
    inSize: info.inHeight,
    outSize: info.outHeight,
    filterSize: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    padBefore: info.padInfo.top,
  },
  {
    axis: 3,
    inSize: info.inWidth,
    outSize: info.outWidth,
    filterSize: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    padBefore: info.padInfo.left,
  },
];

/** What ONNX wants as the padding after the last entry so that the last window fits. */
export const padAfter = (axis: WindowAxis): number =>
  (axis.outSize - 1) * axis.stride +
  (axis.filterSize - 1) * axis.dilation +
  1 -
  axis.inSize -
  axis.padBefore;

/** For each tap of a window along one axis, what all windows see through it. */
function axisTaps(graph: Graph, x: Value, window: WindowAxis, fill: number): Value[] {
  const { axis, outSize, filterSize, stride, dilation, padBefore } = window;
  const before = Math.max(0, padBefore);
  const after = Math.max(0, padAfter(window));
  const padded = padAxis(graph, x, axis, { before, after, fill });
  return range(filterSize).map((tap) => {
    const start = before - padBefore + tap * dilation;
    const end = start + (outSize - 1) * stride + 1;
    return slice(graph, padded, [{ axis, start, end, step: stride }]);
  });
}

/** For each tap of a window, row by row, what all windows see through it. */
export const windowTaps = (
  graph: Graph,
  x: Value,
  axes: readonly WindowAxis[],
  fill: number,
): Value[] =>
  axes.reduce<Value[]>(
    (values, axis) => values.flatMap((value) => axisTaps(graph, value, axis, fill)),
    [x],
  );

/** Values side by side along an axis, entry by entry: `[..., L, ...]` each -> `[..., L * stride, ...]`. */
function interleave(graph: Graph, values: readonly Value[], axis: number, stride: number): Value {
  const { shape } = values[0] as Value;
  if (stride === 1) return values[0] as Value;
  const [lead, size, rest] = [shape.slice(0, axis), shape[axis] as number, shape.slice(axis + 1)];
  const columns = values.map((value) => graph.reshape(value, [...lead, size, 1, ...rest]));
  const together = concat(graph, columns, axis + 1);
  const after = stride - values.length;
  const filled = padAxis(graph, together, axis + 1, { before: 0, after, fill: 0 });
  return graph.reshape(filled, [...lead, size * stride, ...rest]);
}

/** The adjoint along one axis: what each tap holds goes back to where it was read, and adds up there. */
function axisUntaps(graph: Graph, parts: readonly Value[], window: WindowAxis): Value {
  const { axis, inSize, stride, dilation, padBefore } = window;
  // A tap lies `shift` strides and `parity` entries after the window's first one. As tfjs allows a
  // dilation only without strides, the parities that occur are 0, 1, 2 ... without a gap.
  const taps = parts.map((part, i) => {
    return { part, parity: (i * dilation) % stride, shift: Math.floor((i * dilation) / stride) };
  });
  const furthest = Math.max(...taps.map(({ shift }) => shift));
  const parities = range(stride).map((parity) =>
    taps
      .filter((tap) => tap.parity === parity)
      .map(({ part, shift }) =>
        padAxis(graph, part, axis, { before: shift, after: furthest - shift, fill: 0 }),
      ),
  );
  const sums = parities.filter(({ length }) => length > 0).map((each) => addAll(graph, each));
  const whole = interleave(graph, sums, axis, stride);
  const before = Math.max(0, -padBefore);
  const start = Math.max(0, padBefore);
  const size = whole.shape[axis] as number;
  const end = Math.min(size, padBefore + inSize);
  const seen = slice(graph, whole, [{ axis, start, end }]);
  const after = Math.max(0, padBefore + inSize - size);
  return padAxis(graph, seen, axis, { before, after, fill: 0 });
}

/** The adjoint of `windowTaps`: `[filter sizes]` parts, row by row -> the sum over all windows at each entry. */
export function windowSum(
  graph: Graph,
  parts: readonly Value[],
  axes: readonly WindowAxis[],
): Value {
  const window = axes.at(-1);
  if (!window) return parts[0] as Value;
  const { filterSize } = window;
  const sums = range(parts.length / filterSize).map((i) =>
    axisUntaps(graph, parts.slice(i * filterSize, (i + 1) * filterSize), window),
  );
  return windowSum(graph, sums, axes.slice(0, -1));
}

/** How many of each window's taps lie inside the picture, along one axis. */
export const countsInside = ({
  inSize,
  outSize,
  filterSize,
  stride,
  dilation,
  padBefore,
}: WindowAxis): number[] =>
  range(outSize).map(
    (place) =>
      range(filterSize).filter((tap) => {
        const at = place * stride + tap * dilation - padBefore;
        return at >= 0 && at < inSize;
      }).length,
  );
