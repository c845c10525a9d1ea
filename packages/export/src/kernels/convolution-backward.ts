import type { Graph, Value } from '../graph.js';
import { type Position, type Tap, tapsOf } from './convolution-axes.js';
import type { Conv2DInfo } from './convolution-form.js';
import {
  bytesPerNumber,
  gatherPixels,
  geometryOf,
  outside,
  partsOf,
  toPixels,
} from './gather-pixels.js';
import { concat, gemm, range, slice } from './nodes.js';
import type { WindowAxis } from './windows.js';

/** The gradient of a convolution by its input, which is also the transposed convolution, as gathers and products. */

export interface Backward {
  readonly dy: Value;
  readonly filter: Value;
  readonly info: Conv2DInfo;
  readonly axes: readonly [WindowAxis, WindowAxis];
}

const stepsOf = (axis: WindowAxis): number => Math.ceil(axis.inSize / axis.stride);

/** The offset of an output on one axis, whose steps are `apart`; outside where there is none. */
const placeOn = (axis: WindowAxis, output: number, apart: number): number =>
  output < 0 || output >= axis.outSize ? outside : output * apart;

/** dx at the inputs of one parity in a range of its rows, `[N, rows, 1, steps, 1, C]`. */
function parityPart(
  graph: Graph,
  call: Backward,
  parity: Position,
  [from, to]: readonly [number, number],
): Value {
  const { dy, filter, info, axes } = call;
  const [height, width] = axes;
  const steps = stepsOf(width);
  const taps = [tapsOf(height, parity.y), tapsOf(width, parity.x)] as const;
  const shape = [info.batchSize, to - from, 1, steps, 1, info.inChannels];
  const pairs = taps[0].flatMap((row) => taps[1].map((column) => ({ row, column })));
  const rows = info.batchSize * (to - from) * steps;
  if (pairs.length === 0) {
    return graph.constant(new Float32Array(rows * info.inChannels), shape, 'float32');
  }
  const gathered = gatherPixels(graph, toPixels(graph, dy), {
    key: `parity ${parity.y},${parity.x} ${from}-${to} ${geometryOf(axes)}`,
    rows: range(to - from).map((i) =>
      taps[0].map(({ offset }) => placeOn(height, from + i + offset, width.outSize)),
    ),
    columns: range(steps).map((x) => taps[1].map(({ offset }) => placeOn(width, x + offset, 1))),
  });
  const depth = pairs.length * info.outChannels;
  return graph.reshape(
    gemm(graph, graph.reshape(gathered, [rows, depth]), tapFilter(graph, filter, pairs), {
      b: true,
    }),
    shape,
  );
}

/** The filter's taps of one parity as a matrix, `[C, taps M]`: only whole rows of M numbers are moved. */
function tapFilter(
  graph: Graph,
  filter: Value,
  pairs: readonly { row: Tap; column: Tap }[],
): Value {
  const [filterHeight, filterWidth, c, m] = filter.shape as [number, number, number, number];
  const taps = graph.reshape(filter, [filterHeight * filterWidth, c, m]);
  const turned = graph.transpose(taps, [1, 0, 2]);
  const chosen = pairs.map(({ row, column }) => row.filterRow * filterWidth + column.filterRow);
  const spec = { shape: [c, pairs.length, m], dtype: filter.dtype };
  const picked = graph.add('Gather', [turned, graph.integers(chosen)], spec, { axis: 1 });
  return graph.reshape(picked, [c, pairs.length * m]);
}

/**
 * Inputs whose positions leave the same remainder by the stride (one parity) meet the same filter
 * taps: dx of one parity is a gather of dy and one product. The parities are then interleaved.
 */
function byParities(graph: Graph, call: Backward): Value {
  const { info, axes } = call;
  const [height, width] = axes;
  const most =
    Math.max(...range(height.stride).map((y) => tapsOf(height, y).length)) *
    Math.max(...range(width.stride).map((x) => tapsOf(width, x).length));
  const rowBytes = info.batchSize * stepsOf(width) * most * info.outChannels * bytesPerNumber;
  const bands = partsOf(stepsOf(height), rowBytes).map((band) => {
    const lines = range(height.stride).map((y) =>
      concat(
        graph,
        range(width.stride).map((x) => parityPart(graph, call, { y, x }, band)),
        4,
      ),
    );
    return concat(graph, lines, 2);
  });
  const sizes = [stepsOf(height) * height.stride, stepsOf(width) * width.stride] as const;
  const shape = [info.batchSize, ...sizes, info.inChannels];
  const whole = graph.reshape(concat(graph, bands, 1), shape);
  return slice(
    graph,
    whole,
    info.inShape.map((end, axis) => ({ axis, start: 0, end })),
  );
}

/** Through which outputs and taps each input of an axis is met, the first of each input, then the second ... */
function meetings(axis: WindowAxis, apart: { output: number; tap: number }): number[][] {
  const most = Math.max(1, ...range(axis.stride).map((parity) => tapsOf(axis, parity).length));
  return range(most).map((i) =>
    range(axis.inSize).map((position) => {
      const tap = tapsOf(axis, position % axis.stride)[i];
      const step = Math.floor(position / axis.stride);
      const output = tap ? placeOn(axis, step + tap.offset, apart.output) : outside;
      return output === outside || !tap ? outside : output + tap.filterRow * apart.tap;
    }),
  );
}

/**
 * For few channels: every output's contributions to its window in one product, `[N OH OW, KH KW C]`,
 * then for each input a sum of those that meet there. It gathers C numbers a tap, where the
 * parities gather M.
 */
function byContributions(graph: Graph, call: Backward): Value {
  const { dy, filter, info, axes } = call;
  const [height, width] = axes;
  const { batchSize: n, inChannels: c, outChannels: m } = info;
  const area = info.filterHeight * info.filterWidth;
  const outputs = info.outHeight * info.outWidth;
  const products = gemm(
    graph,
    graph.reshape(dy, [n * outputs, m]),
    graph.reshape(filter, [area * c, m]),
    { b: true },
  );
  // A place is an output and a tap: (oy OW + ox) KH KW + i KW + j.
  const rows = meetings(height, { output: info.outWidth * area, tap: info.filterWidth });
  const columns = meetings(width, { output: area, tap: 1 });
  const pixels = graph.reshape(products, [n, outputs * area, c]);
  const key = `contributions ${geometryOf(axes)}`;
  const gathered = gatherPixels(graph, pixels, { key, rows, columns });
  const inputs = info.inHeight * info.inWidth * c;
  const summands = graph.reshape(gathered, [n, rows.length * columns.length, inputs]);
  const spec = { shape: [n, inputs], dtype: dy.dtype };
  const attributes = { keepdims: 0, noop_with_empty_axes: 0 };
  const sum = graph.add('ReduceSum', [summands, graph.integers([1])], spec, attributes);
  return graph.reshape(sum, info.inShape);
}

/** Up to this many channels, gathering single numbers costs less than gathering whole pixels of dy. */
const fewChannels = 4;

/** dy `[N, OH, OW, M]`, filter `[KH, KW, C, M]` -> dx `[N, H, W, C]`. */
export const backwardInput = (graph: Graph, call: Backward): Value =>
  call.info.inChannels <= fewChannels ? byContributions(graph, call) : byParities(graph, call);
