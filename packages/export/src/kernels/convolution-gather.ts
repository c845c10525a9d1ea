import type { Graph, Value } from '../graph.js';
import type { Conv2DInfo, ConvolutionRules } from './convolution-form.js';
import { inputOf } from './rule.js';

/**
 * Convolutions in NHWC order as Gather + MatMul: the pixels under every window are gathered into the
 * rows of a matrix, which the filter gradient uses again. On CPU this is faster than `Conv` for the
 * shapes of a training step.
 */

/** Pad rows and columns with zeros; x is `[N, H, W, C]`. */
function padSpatial(
  graph: Graph,
  x: Value,
  pads: readonly [number, number, number, number],
): Value {
  const [top, left, bottom, right] = pads;
  if (top + left + bottom + right === 0) return x;
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const shape = [n, h + top + bottom, w + left + right, c];
  const amounts = graph.integers([0, top, left, 0, 0, bottom, right, 0]);
  const inputs = [x, amounts, graph.scalar(0)];
  return graph.add('Pad', inputs, { shape, dtype: x.dtype }, { mode: 'constant' });
}

/**
 * The pixels at `indices` (counted along H x W) of every picture, as rows of `pixelsPerRow` pixels.
 * The gathers of one picture by equal indices are one node.
 */
function gatherRows(
  graph: Graph,
  picture: Value,
  indices: readonly number[],
  pixelsPerRow: number,
): Value {
  const [n, h, w, c] = picture.shape as [number, number, number, number];
  const rows = (n * indices.length) / pixelsPerRow;
  if (indices.length === h * w && pixelsPerRow === 1) return graph.reshape(picture, [rows, c]);
  const list = graph.once(`indices ${indices.join()}`, () =>
    graph.constant(Int32Array.from(indices), [indices.length], 'int32'),
  );
  const pixels = graph.reshape(picture, [n, h * w, c]);
  const spec = { shape: [n, indices.length, c], dtype: picture.dtype };
  return graph.reshape(graph.add('Gather', [pixels, list], spec, { axis: 1 }), [
    rows,
    pixelsPerRow * c,
  ]);
}

const multiply = (graph: Graph, a: Value, b: Value): Value => {
  const shape = [a.shape[0] as number, b.shape[1] as number];
  return graph.add('MatMul', [a, b], { shape, dtype: a.dtype });
};

/** Numbers 0 to `count` - 1. */
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** x `[N, H, W, C]` -> `[N OH OW, KH KW C]`, one row for each window (im2col). */
function windows(graph: Graph, x: Value, info: Conv2DInfo): Value {
  const { padInfo: pad } = info;
  const padded = padSpatial(graph, x, [pad.top, pad.left, pad.bottom, pad.right]);
  const width = padded.shape[2] as number;
  const indices = range(info.outHeight).flatMap((y) =>
    range(info.outWidth).flatMap((column) =>
      range(info.filterHeight).flatMap((i) =>
        range(info.filterWidth).map(
          (j) =>
            (y * info.strideHeight + i * info.dilationHeight) * width +
            column * info.strideWidth +
            j * info.dilationWidth,
        ),
      ),
    ),
  );
  return gatherRows(graph, padded, indices, info.filterHeight * info.filterWidth);
}

/** A filter row that touches the inputs of one parity, and how far from them its output lies. */
interface Tap {
  readonly filterRow: number;
  readonly offset: number;
}

interface AxisInfo {
  readonly inSize: number;
  readonly outSize: number;
  readonly filterSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
}

const axesOf = (info: Conv2DInfo): [AxisInfo, AxisInfo] => [
  {
    inSize: info.inHeight,
    outSize: info.outHeight,
    filterSize: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    padBefore: info.padInfo.top,
  },
  {
    inSize: info.inWidth,
    outSize: info.outWidth,
    filterSize: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    padBefore: info.padInfo.left,
  },
];

/** Input position p = stride * q + parity meets output q + offset through each of these filter rows. */
const tapsOf = (axis: AxisInfo, parity: number): Tap[] =>
  range(axis.filterSize)
    .map((i) => ({ filterRow: i, distance: parity + axis.padBefore - i * axis.dilation }))
    .filter(({ distance }) => distance % axis.stride === 0)
    .map(({ filterRow, distance }) => ({ filterRow, offset: distance / axis.stride }));

/** Zeros needed before and after dy so that every tap of every parity stays inside. */
function marginsOf(axis: AxisInfo): { before: number; after: number; steps: number } {
  const steps = Math.ceil(axis.inSize / axis.stride);
  const offsets = range(axis.stride).flatMap((parity) => tapsOf(axis, parity).map((t) => t.offset));
  return {
    before: Math.max(0, -Math.min(0, ...offsets)),
    after: Math.max(0, steps - 1 + Math.max(0, ...offsets) - (axis.outSize - 1)),
    steps,
  };
}

/** dx at the inputs of one parity: `[N, steps, steps, C]` as the rows of a matrix. */
function parityRows(
  graph: Graph,
  operands: { dy: Value; filter: Value },
  taps: readonly [readonly Tap[], readonly Tap[]],
  margins: readonly [ReturnType<typeof marginsOf>, ReturnType<typeof marginsOf>],
): Value {
  const { dy, filter } = operands;
  const [rowTaps, columnTaps] = taps;
  const [rows, columns] = margins;
  const [, filterWidth, c, m] = filter.shape as [number, number, number, number];
  const width = dy.shape[2] as number;
  const indices = range(rows.steps).flatMap((y) =>
    range(columns.steps).flatMap((x) =>
      rowTaps.flatMap((row) =>
        columnTaps.map(
          (column) => (y + row.offset + rows.before) * width + x + column.offset + columns.before,
        ),
      ),
    ),
  );
  const count = rowTaps.length * columnTaps.length;
  const gathered = gatherRows(graph, dy, indices, count);
  // [KH, KW, C, M] -> [KH KW, M, C], then the taps of this parity as the rows of a matrix.
  const turned = graph.reshape(graph.transpose(filter, [0, 1, 3, 2]), [
    (filter.shape[0] as number) * filterWidth,
    m,
    c,
  ]);
  const chosen = rowTaps.flatMap((row) =>
    columnTaps.map((column) => row.filterRow * filterWidth + column.filterRow),
  );
  const spec = { shape: [count, m, c], dtype: filter.dtype };
  const picked = graph.add('Gather', [turned, graph.integers(chosen)], spec, { axis: 0 });
  return multiply(graph, gathered, graph.reshape(picked, [count * m, c]));
}

export const gatherForm: ConvolutionRules = {
  forward(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const filter = backend.value(inputOf(call, 'filter'));
    const matrix = graph.reshape(filter, [
      info.filterHeight * info.filterWidth * info.inChannels,
      info.outChannels,
    ]);
    const rows = windows(graph, backend.value(inputOf(call, 'x')), info);
    return backend.tensor(graph.reshape(multiply(graph, rows, matrix), info.outShape));
  },

  backwardFilter(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const rows = windows(graph, backend.value(inputOf(call, 'x')), info);
    const dy = backend.value(inputOf(call, 'dy'));
    const columns = graph.reshape(dy, [rows.shape[0] as number, info.outChannels]);
    const shape = [rows.shape[1] as number, info.outChannels];
    const attributes = { alpha: { float: 1 }, beta: { float: 1 }, transA: 1, transB: 0 };
    const product = graph.add('Gemm', [rows, columns], { shape, dtype: 'float32' }, attributes);
    return backend.tensor(graph.reshape(product, info.filterShape));
  },

  /**
   * Inputs whose positions leave the same remainder by the stride (one parity) meet the same filter
   * taps: dx of one parity is a gather of dy and one product. The parities are then interleaved.
   */
  backwardInput(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const axes = axesOf(info);
    const [height, width] = axes;
    const margins = [marginsOf(height), marginsOf(width)] as const;
    const [rows, columns] = margins;
    const padding = [rows.before, columns.before, rows.after, columns.after] as const;
    const dy = padSpatial(graph, backend.value(inputOf(call, 'dy')), padding);
    const filter = backend.value(inputOf(call, 'filter'));
    const n = info.batchSize;
    const c = info.inChannels;
    const part = (a: number, b: number): Value => {
      const shape = [n, rows.steps, 1, columns.steps, 1, c];
      const taps = [tapsOf(height, a), tapsOf(width, b)] as const;
      if (taps[0].length * taps[1].length === 0) {
        const zeros = new Float32Array(n * rows.steps * columns.steps * c);
        return graph.constant(zeros, shape, 'float32');
      }
      return graph.reshape(parityRows(graph, { dy, filter }, taps, margins), shape);
    };
    const interleave = (parts: Value[], axis: number): Value => {
      const [first] = parts as [Value];
      if (parts.length === 1) return first;
      const shape = first.shape.map((size, i) => (i === axis ? parts.length : size));
      return graph.add('Concat', parts, { shape, dtype: 'float32' }, { axis });
    };
    const lines = range(height.stride).map((a) =>
      interleave(
        range(width.stride).map((b) => part(a, b)),
        4,
      ),
    );
    const whole = graph.reshape(interleave(lines, 2), [
      n,
      rows.steps * height.stride,
      columns.steps * width.stride,
      c,
    ]);
    return backend.tensor(crop(graph, whole, info.inShape));
  },
};

/** The leading part of an `[N, H, W, C]` tensor that has this shape. */
function crop(graph: Graph, x: Value, shape: readonly number[]): Value {
  if (x.shape.join() === shape.join()) return x;
  const bounds = [[0, 0, 0, 0], shape, [0, 1, 2, 3], [1, 1, 1, 1]];
  const inputs = [x, ...bounds.map((list) => graph.integers(list))];
  return graph.add('Slice', inputs, { shape, dtype: x.dtype });
}
