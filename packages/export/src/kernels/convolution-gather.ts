import type * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.js';
import {
  type AxisInfo,
  axesOf,
  type Position,
  range,
  type Tap,
  tapsOf,
} from './convolution-axes.js';
import type { Conv2DInfo, ConvolutionRules } from './convolution-form.js';
import { type Call, inputOf } from './rule.js';

/**
 * Convolutions in NHWC order as Gather + MatMul: the pixels under every window are gathered into the
 * rows of a matrix, which the filter gradient uses again. On CPU this is faster than `Conv` for the
 * shapes of a training step.
 */

/** Stands for a pixel outside of the picture: zero. */
const outside = -1;

/** One row of zeros behind the pixels of each picture: `[N, P, C]` -> `[N, P + 1, C]`. */
function withZeroPixel(graph: Graph, pixels: Value): Value {
  const [n, count, c] = pixels.shape as [number, number, number];
  const zero = graph.constant(new Float32Array(n * c), [n, 1, c], 'float32');
  const spec = { shape: [n, count + 1, c], dtype: pixels.dtype };
  return graph.once(`zero pixel ${pixels.name}`, () =>
    graph.add('Concat', [pixels, zero], spec, { axis: 1 }),
  );
}

/**
 * The pixels at these places of every picture: `[N, P, C]` -> `[N, places, C]`.
 *
 * @param key names the list, so that equal lists are one constant and equal gathers one node
 */
function gatherPixels(
  graph: Graph,
  pixels: Value,
  key: string,
  list: () => readonly number[],
): Value {
  const [n, count, c] = pixels.shape as [number, number, number];
  const indices = graph.once(`pixels ${count} ${key}`, () => {
    const numbers = Int32Array.from(list(), (place) => (place === outside ? count : place));
    return graph.constant(numbers, [numbers.length], 'int32');
  });
  const leavesPicture = (indices.data as Int32Array).includes(count);
  const source = leavesPicture ? withZeroPixel(graph, pixels) : pixels;
  const spec = { shape: [n, indices.shape[0] as number, c], dtype: pixels.dtype };
  return graph.add('Gather', [source, indices], spec, { axis: 1 });
}

/** `[N, H, W, C]` -> `[N, H W, C]`. */
const toPixels = (graph: Graph, x: Value): Value => {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return graph.reshape(x, [n, h * w, c]);
};

const multiply = (graph: Graph, a: Value, b: Value): Value => {
  const shape = [a.shape[0] as number, b.shape[1] as number];
  return graph.add('MatMul', [a, b], { shape, dtype: a.dtype });
};

const gemm = (graph: Graph, a: Value, b: Value, turned: { a?: true; b?: true }): Value => {
  const shape = [a.shape[turned.a ? 1 : 0] as number, b.shape[turned.b ? 0 : 1] as number];
  return graph.add(
    'Gemm',
    [a, b],
    { shape, dtype: a.dtype },
    {
      alpha: { float: 1 },
      beta: { float: 1 },
      transA: turned.a ? 1 : 0,
      transB: turned.b ? 1 : 0,
    },
  );
};

/** Everything that the list of a convolution's windows depends on. */
const geometryOf = ([height, width]: readonly [AxisInfo, AxisInfo]): string =>
  [height, width]
    .map((a) => [a.inSize, a.outSize, a.filterSize, a.stride, a.dilation, a.padBefore].join())
    .join(';');

/** Where row and column meet; outside where either is. */
const placeOf = (y: number, x: number, [height, width]: readonly [number, number]): number =>
  y < 0 || y >= height || x < 0 || x >= width ? outside : y * width + x;

/** x `[N, H, W, C]` -> `[N OH OW, KH KW C]`, one row for each window (im2col). */
function windows(graph: Graph, x: Value, info: Conv2DInfo): Value {
  const axes = axesOf(info);
  const [height, width] = axes;
  const [n, , , c] = x.shape as [number, number, number, number];
  const area = info.filterHeight * info.filterWidth;
  const shape = [n * info.outHeight * info.outWidth, area * c];
  if (area === 1 && info.outHeight === info.inHeight && info.outWidth === info.inWidth) {
    return graph.reshape(x, shape);
  }
  const at = (axis: AxisInfo, output: number, tap: number): number =>
    output * axis.stride + tap * axis.dilation - axis.padBefore;
  const list = () =>
    range(height.outSize).flatMap((oy) =>
      range(width.outSize).flatMap((ox) =>
        range(height.filterSize).flatMap((i) =>
          range(width.filterSize).map((j) =>
            placeOf(at(height, oy, i), at(width, ox, j), [height.inSize, width.inSize]),
          ),
        ),
      ),
    );
  const key = `windows ${geometryOf(axes)}`;
  return graph.reshape(gatherPixels(graph, toPixels(graph, x), key, list), shape);
}

interface Backward {
  readonly dy: Value;
  readonly filter: Value;
  readonly info: Conv2DInfo;
  readonly axes: readonly [AxisInfo, AxisInfo];
}

const stepsOf = (axis: AxisInfo): number => Math.ceil(axis.inSize / axis.stride);

/** dx at the inputs of one parity, `[N, steps, 1, steps, 1, C]`. */
function parityPart(graph: Graph, call: Backward, parity: Position): Value {
  const { dy, filter, info, axes } = call;
  const [height, width] = axes;
  const steps = [stepsOf(height), stepsOf(width)] as const;
  const taps = [tapsOf(height, parity.y), tapsOf(width, parity.x)] as const;
  const shape = [info.batchSize, steps[0], 1, steps[1], 1, info.inChannels];
  const pairs = taps[0].flatMap((row) => taps[1].map((column) => ({ row, column })));
  const rows = info.batchSize * steps[0] * steps[1];
  if (pairs.length === 0) {
    return graph.constant(new Float32Array(rows * info.inChannels), shape, 'float32');
  }
  const list = () =>
    range(steps[0]).flatMap((y) =>
      range(steps[1]).flatMap((x) =>
        pairs.map(({ row, column }) =>
          placeOf(y + row.offset, x + column.offset, [height.outSize, width.outSize]),
        ),
      ),
    );
  const key = `parity ${parity.y},${parity.x} ${geometryOf(axes)}`;
  const gathered = gatherPixels(graph, toPixels(graph, dy), key, list);
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

const concat = (graph: Graph, parts: readonly Value[], axis: number): Value => {
  const [first] = parts as [Value];
  if (parts.length === 1) return first;
  const shape = first.shape.map((size, i) => (i === axis ? parts.length : size));
  return graph.add('Concat', parts, { shape, dtype: first.dtype }, { axis });
};

/**
 * Inputs whose positions leave the same remainder by the stride (one parity) meet the same filter
 * taps: dx of one parity is a gather of dy and one product. The parities are then interleaved.
 */
function byParities(graph: Graph, call: Backward): Value {
  const { info, axes } = call;
  const [height, width] = axes;
  const lines = range(height.stride).map((y) =>
    concat(
      graph,
      range(width.stride).map((x) => parityPart(graph, call, { y, x })),
      4,
    ),
  );
  const sizes = [stepsOf(height) * height.stride, stepsOf(width) * width.stride] as const;
  const shape = [info.batchSize, ...sizes, info.inChannels];
  return crop(graph, graph.reshape(concat(graph, lines, 2), shape), info.inShape);
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
  const gathered = gatherPixels(graph, pixels, key, list);
  const inputs = info.inHeight * info.inWidth * c;
  const summands = graph.reshape(gathered, [n, depths[0] * depths[1], inputs]);
  const spec = { shape: [n, inputs], dtype: dy.dtype };
  const attributes = { keepdims: 0, noop_with_empty_axes: 0 };
  const sum = graph.add('ReduceSum', [summands, graph.integers([1])], spec, attributes);
  return graph.reshape(sum, info.inShape);
}

/** Up to this many channels, gathering single numbers costs less than gathering whole pixels of dy. */
const fewChannels = 4;

export const gatherForm: ConvolutionRules = {
  forward(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const filter = backend.value(inputOf(call, 'filter'));
    const depth = info.filterHeight * info.filterWidth * info.inChannels;
    const matrix = graph.reshape(filter, [depth, info.outChannels]);
    const rows = windows(graph, backend.value(inputOf(call, 'x')), info);
    return backend.tensor(graph.reshape(multiply(graph, rows, matrix), info.outShape));
  },

  backwardFilter(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const rows = windows(graph, backend.value(inputOf(call, 'x')), info);
    const dy = backend.value(inputOf(call, 'dy'));
    const columns = graph.reshape(dy, [rows.shape[0] as number, info.outChannels]);
    const product = gemm(graph, rows, columns, { a: true });
    return backend.tensor(graph.reshape(product, info.filterShape));
  },

  backwardInput(call: Call<unknown>, info: Conv2DInfo): tf.TensorInfo {
    const { backend } = call;
    const { graph } = backend;
    const dy = backend.value(inputOf(call, 'dy'));
    const filter = backend.value(inputOf(call, 'filter'));
    const write = info.inChannels <= fewChannels ? byContributions : byParities;
    return backend.tensor(write(graph, { dy, filter, info, axes: axesOf(info) }));
  },
};

/** The leading part of an `[N, H, W, C]` tensor that has this shape. */
function crop(graph: Graph, x: Value, shape: readonly number[]): Value {
  if (x.shape.join() === shape.join()) return x;
  const bounds = [[0, 0, 0, 0], shape, [0, 1, 2, 3], [1, 1, 1, 1]];
  const inputs = [x, ...bounds.map((list) => graph.integers(list))];
  return graph.add('Slice', inputs, { shape, dtype: x.dtype });
}
