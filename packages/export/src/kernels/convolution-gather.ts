import type { Graph, Value } from '../graph.js';
import { backwardInput } from './convolution-backward.js';
import type { Conv2DInfo, ConvolutionRules } from './convolution-form.js';
import {
  bytesPerNumber,
  gatherPixels,
  geometryOf,
  outside,
  partBytes,
  partsOf,
  toPixels,
} from './gather-pixels.js';
import { concat, gemm, matMul, range, slice } from './nodes.js';
import { inputOf } from './rule.js';
import { planeAxes, type WindowAxis } from './windows.js';

/**
 * Convolutions in NHWC order as Gather + MatMul: the pixels under every window are gathered into the
 * rows of a matrix. On CPU this is faster than `Conv` for the shapes of a training step.
 */

interface Windows {
  /** `[N, P, C]`. */
  readonly pixels: Value;
  readonly info: Conv2DInfo;
  /** Numbers under one window. */
  readonly depth: number;
}

/** Whether every window is one pixel, in the order of the pixels. */
const isPointwise = (info: Conv2DInfo): boolean =>
  planeAxes(info, false).every(
    ({ filterSize, inSize, outSize, stride, padBefore }) =>
      filterSize === 1 &&
      outSize === inSize &&
      // Padding can make as many windows as pixels where they lie further apart.
      padBefore === 0 &&
      (stride === 1 || inSize === 1),
  );

/** What the windows of one axis touch: by output and tap, the offset of a place, or outside. */
const touched = (
  axis: WindowAxis,
  outputs: readonly number[],
  offsetOf: (position: number) => number,
): number[][] =>
  outputs.map((output) =>
    range(axis.filterSize).map((tap) => {
      const position = output * axis.stride + tap * axis.dilation - axis.padBefore;
      return position < 0 || position >= axis.inSize ? outside : offsetOf(position);
    }),
  );

/** The windows from one row of outputs to another as rows, `[N outputs, KH KW C]` (im2col). */
function windowRows(
  graph: Graph,
  { pixels, info, depth }: Windows,
  [from, to]: readonly [number, number],
  axis?: 1 | -2,
): Value {
  const [n] = pixels.shape as [number, number, number];
  const shape = [n * (to - from) * info.outWidth, depth];
  if (isPointwise(info)) return graph.reshape(pixels, shape);
  const axes = planeAxes(info, false);
  const [height, width] = axes;
  const places = {
    key: `windows ${from}-${to} ${geometryOf(axes)}`,
    rows: touched(
      height,
      range(to - from).map((i) => from + i),
      (y) => y * width.inSize,
    ),
    columns: touched(width, range(width.outSize), (x) => x),
  };
  return graph.reshape(gatherPixels(graph, pixels, places, axis), shape);
}

const windowsOf = (graph: Graph, x: Value, info: Conv2DInfo): Windows => ({
  pixels: toPixels(graph, x),
  info,
  depth: info.filterHeight * info.filterWidth * info.inChannels,
});

/** The rows of outputs in ranges whose windows are gathered at once. */
const rangesOf = ({ info, depth }: Windows, limit?: number): (readonly [number, number])[] => {
  if (isPointwise(info)) return [[0, info.outHeight]];
  return partsOf(info.outHeight, info.batchSize * info.outWidth * depth * bytesPerNumber, limit);
};

// Gathered matrices of up to this many numbers are held from a forward to a backward pass.
const sharedSize = 2 ** 19;

export const gatherForm: ConvolutionRules = {
  forward(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const windows = windowsOf(graph, backend.value(inputOf(call, 'x')), info);
    const matrix = graph.reshape(backend.value(inputOf(call, 'filter')), [
      windows.depth,
      info.outChannels,
    ]);
    const parts = rangesOf(windows).map(([from, to]) => {
      const product = matMul(graph, windowRows(graph, windows, [from, to]), matrix);
      return graph.reshape(product, [
        info.batchSize,
        (to - from) * info.outWidth,
        info.outChannels,
      ]);
    });
    return backend.tensor(graph.reshape(concat(graph, parts, 1), info.outShape));
  },

  backwardFilter(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const windows = windowsOf(graph, backend.value(inputOf(call, 'x')), info);
    const dy = toPixels(graph, backend.value(inputOf(call, 'dy')));
    const filterBytes = windows.depth * info.outChannels * bytesPerNumber;
    // Spelled unlike the forward pass, which would else hold what it gathered for this one.
    const isShared = info.batchSize * info.outHeight * info.outWidth * windows.depth < sharedSize;
    // Each part adds to all of the filter: not worth it for parts that are smaller.
    const ranges = rangesOf(windows, Math.max(partBytes, 2 * filterBytes));
    const product = ranges.reduce<Value | undefined>((plus, [from, to]) => {
      const rows = windowRows(graph, windows, [from, to], isShared ? 1 : -2);
      const [start, end] = [from * info.outWidth, to * info.outWidth];
      const columns = graph.reshape(slice(graph, dy, [{ axis: 1, start, end }]), [
        rows.shape[0] as number,
        info.outChannels,
      ]);
      return gemm(graph, rows, columns, { a: true, plus });
    }, undefined);
    return backend.tensor(graph.reshape(product as Value, info.filterShape));
  },

  backwardInput(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const dy = backend.value(inputOf(call, 'dy'));
    const filter = backend.value(inputOf(call, 'filter'));
    return backend.tensor(backwardInput(graph, { dy, filter, info, axes: planeAxes(info, false) }));
  },
};
