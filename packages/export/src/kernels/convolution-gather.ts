import type { Graph, Value } from '../graph.js';
import { type AxisInfo, axesOf, range } from './convolution-axes.js';
import { backwardInput } from './convolution-backward.js';
import type { Conv2DInfo, ConvolutionRules } from './convolution-form.js';
import {
  bytesPerNumber,
  concat,
  gatherPixels,
  gemm,
  geometryOf,
  multiply,
  partBytes,
  partsOf,
  placeOf,
  slicePixels,
  toPixels,
} from './gather-pixels.js';
import { inputOf } from './rule.js';

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
  info.filterHeight * info.filterWidth === 1 &&
  info.outHeight === info.inHeight &&
  info.outWidth === info.inWidth;

/** The windows from one output to another as rows, `[N outputs, KH KW C]` (im2col). */
function windowRows(
  graph: Graph,
  { pixels, info, depth }: Windows,
  [from, to]: readonly [number, number],
  axis?: 1 | -2,
): Value {
  const [n] = pixels.shape as [number, number, number];
  const shape = [n * (to - from), depth];
  if (isPointwise(info)) return graph.reshape(pixels, shape);
  const axes = axesOf(info);
  const [height, width] = axes;
  const at = (one: AxisInfo, output: number, tap: number): number =>
    output * one.stride + tap * one.dilation - one.padBefore;
  const list = () =>
    range(to - from).flatMap((i) => {
      const [oy, ox] = [Math.floor((from + i) / width.outSize), (from + i) % width.outSize];
      return range(height.filterSize).flatMap((row) =>
        range(width.filterSize).map((column) =>
          placeOf(at(height, oy, row), at(width, ox, column), [height.inSize, width.inSize]),
        ),
      );
    });
  const key = `windows ${from}-${to} ${geometryOf(axes)}`;
  return graph.reshape(gatherPixels(graph, pixels, { key, list }, axis), shape);
}

const windowsOf = (graph: Graph, x: Value, info: Conv2DInfo): Windows => ({
  pixels: toPixels(graph, x),
  info,
  depth: info.filterHeight * info.filterWidth * info.inChannels,
});

/** The outputs in ranges whose windows are gathered at once. */
const rangesOf = ({ info, depth }: Windows, limit?: number): (readonly [number, number])[] => {
  const outputs = info.outHeight * info.outWidth;
  if (isPointwise(info)) return [[0, outputs]];
  return partsOf(outputs, info.batchSize * depth * bytesPerNumber, limit);
};

export const gatherForm: ConvolutionRules = {
  forward(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const windows = windowsOf(graph, backend.value(inputOf(call, 'x')), info);
    const matrix = graph.reshape(backend.value(inputOf(call, 'filter')), [
      windows.depth,
      info.outChannels,
    ]);
    const parts = rangesOf(windows).map((outputs) => {
      const product = multiply(graph, windowRows(graph, windows, outputs), matrix);
      return graph.reshape(product, [info.batchSize, outputs[1] - outputs[0], info.outChannels]);
    });
    return backend.tensor(graph.reshape(concat(graph, parts, 1), info.outShape));
  },

  backwardFilter(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const windows = windowsOf(graph, backend.value(inputOf(call, 'x')), info);
    const dy = toPixels(graph, backend.value(inputOf(call, 'dy')));
    const filterBytes = windows.depth * info.outChannels * bytesPerNumber;
    // Each part adds to all of the filter: not worth it for parts that are smaller.
    const ranges = rangesOf(windows, Math.max(partBytes, 2 * filterBytes));
    const product = ranges.reduce<Value | undefined>((plus, outputs) => {
      // Spelled unlike the forward pass, which would else hold its windows for this one.
      const rows = windowRows(graph, windows, outputs, ranges.length > 1 ? -2 : 1);
      const columns = graph.reshape(slicePixels(graph, dy, outputs), [
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
    return backend.tensor(backwardInput(graph, { dy, filter, info, axes: axesOf(info) }));
  },
};
