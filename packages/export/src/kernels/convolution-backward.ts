import type { Graph, Value } from '../graph.js';
import { type AxisInfo, type Position, range, type Tap, tapsOf } from './convolution-axes.js';
import type { Conv2DInfo } from './convolution-form.js';
import {
  bytesPerNumber,
  concat,
  gatherPixels,
  gemm,
  geometryOf,
  multiply,
  outside,
  partsOf,
  placeOf,
  toPixels,
} from './gather-pixels.js';

/** The gradient of a convolution by its input, which is also the transposed convolution, as gathers and products. */

export interface Backward {
  readonly dy: Value;
  readonly filter: Value;
  readonly info: Conv2DInfo;
  readonly axes: readonly [AxisInfo, AxisInfo];
}

const stepsOf = (axis: AxisInfo): number => Math.ceil(axis.inSize / axis.stride);

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
  const list = () =>
    range(to - from).flatMap((y) =>
      range(steps).flatMap((x) =>
        pairs.map(({ row, column }) =>
          placeOf(from + y + row.offset, x + column.offset, [height.outSize, width.outSize]),
        ),
      ),
    );
  const key = `parity ${parity.y},${parity.x} ${from}-${to} ${geometryOf(axes)}`;
  const gathered = gatherPixels(graph, toPixels(graph, dy), { key, list });
  const depth = pairs.length * info.outChannels;
  return graph.reshape(
    multiply(graph, graph.reshape(gathered, [rows, depth]), tapFilter(graph, filter, pairs)),
    shape,
  );
}

/** The filter's taps of one parity as a matrix, `[taps M, C]`. */
function tapFilter(
  graph: Graph,
  filter: Value,
  pairs: readonly { row: Tap; column: Tap }[],
): Value {
  const [filterHeight, filterWidth, c, m] = filter.shape as [number, number, number, number];
  // [KH, KW, C, M] -> [KH KW, M, C]
  const turned = graph.reshape(graph.transpose(filter, [0, 1, 3, 2]), [
    filterHeight * filterWidth,
    m,
    c,
  ]);
  const chosen = pairs.map(({ row, column }) => row.filterRow * filterWidth + column.filterRow);
  const spec = { shape: [pairs.length, m, c], dtype: filter.dtype };
  const picked = graph.add('Gather', [turned, graph.integers(chosen)], spec, { axis: 0 });
  return graph.reshape(picked, [pairs.length * m, c]);
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
  return crop(graph, graph.reshape(concat(graph, bands, 1), shape), info.inShape);
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
  const rows = graph.reshape(dy, [n * outputs, m]);
  const products = gemm(graph, rows, graph.reshape(filter, [area * c, m]), { b: true });
  const meeting = (axis: AxisInfo, position: number): Position[] =>
    tapsOf(axis, position % axis.stride).map(({ filterRow, offset }) => {
      return { y: filterRow, x: Math.floor(position / axis.stride) + offset };
    });
  const depthOf = (axis: AxisInfo): number =>
    Math.max(1, ...range(axis.stride).map((parity) => tapsOf(axis, parity).length));
  const depths = [depthOf(height), depthOf(width)] as const;
  const list = () =>
    range(depths[0]).flatMap((i) =>
      range(depths[1]).flatMap((j) =>
        range(height.inSize).flatMap((y) =>
          range(width.inSize).map((x) => {
            const [row, column] = [meeting(height, y)[i], meeting(width, x)[j]];
            if (!row || !column) return outside;
            const output = placeOf(row.x, column.x, [height.outSize, width.outSize]);
            return output === outside
              ? outside
              : output * area + row.y * info.filterWidth + column.y;
          }),
        ),
      ),
    );
  const key = `contributions ${geometryOf(axes)}`;
  const pixels = graph.reshape(products, [n, outputs * area, c]);
  const gathered = gatherPixels(graph, pixels, { key, list });
  const inputs = info.inHeight * info.inWidth * c;
  const summands = graph.reshape(gathered, [n, depths[0] * depths[1], inputs]);
  const spec = { shape: [n, inputs], dtype: dy.dtype };
  const attributes = { keepdims: 0, noop_with_empty_axes: 0 };
  const sum = graph.add('ReduceSum', [summands, graph.integers([1])], spec, attributes);
  return graph.reshape(sum, info.inShape);
}

/** The leading part of an `[N, H, W, C]` tensor that has this shape. */
function crop(graph: Graph, x: Value, shape: readonly number[]): Value {
  if (x.shape.join() === shape.join()) return x;
  const bounds = [[0, 0, 0, 0], shape, [0, 1, 2, 3], [1, 1, 1, 1]];
  const inputs = [x, ...bounds.map((list) => graph.integers(list))];
  return graph.add('Slice', inputs, { shape, dtype: x.dtype });
}
/** Up to this many channels, gathering single numbers costs less than gathering whole pixels of dy. */
const fewChannels = 4;

/** dy `[N, OH, OW, M]`, filter `[KH, KW, C, M]` -> dx `[N, H, W, C]`. */
export const backwardInput = (graph: Graph, call: Backward): Value =>
  call.info.inChannels <= fewChannels ? byContributions(graph, call) : byParities(graph, call);
