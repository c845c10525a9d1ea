import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Graph, Value } from '../graph.js';
import { addAll, join, list, maxAll, range, test, viaFloat, where } from './nodes.js';
import { type Call, inputOf, type Rule, type Rules, rule } from './rule.js';
import {
  countsInside,
  padAfter,
  planeAxes,
  volumeAxes,
  type WindowAxis,
  windowTaps,
} from './windows.js';

export interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.backend_util.computePool2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export interface Pool3DAttrs {
  readonly filterSize: number | [number, number, number];
  readonly strides: number | [number, number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** How windows lie over a picture `[N, H, W, C]`. */
export function poolInfo(shape: readonly number[], attrs: PoolAttrs): tf.backend_util.Conv2DInfo {
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  assertCovering(planeAxes(info, false));
  return info;
}

/** How windows lie over a volume `[N, D, H, W, C]`. */
export function pool3DInfo(
  shape: readonly number[],
  attrs: Pool3DAttrs,
): tf.backend_util.Conv3DInfo {
  const info = tf.backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  assertCovering(volumeAxes(info));
  return info;
}

/** A window over padding alone has no largest entry and no mean. */
function assertCovering(axes: readonly WindowAxis[]): void {
  for (const axis of axes) {
    const empty = countsInside(axis).indexOf(0);
    if (empty === -1) continue;
    throw new Error(
      `trace: pool: expected windows that all cover an entry, got window ${empty} of ${axis.outSize} over padding alone (size ${axis.inSize}, filter ${axis.filterSize}, stride ${axis.stride}, padding ${axis.padBefore}): use the pad 'same' or 'valid'`,
    );
  }
}

/** Write one way of pooling. */
interface Pooling {
  readonly op: 'MaxPool' | 'AveragePool';
  readonly attributes: Attributes;
  readonly byTaps: (graph: Graph, x: Value, axes: readonly WindowAxis[]) => Value;
}

/** One axis after the other: the largest of a window's rows is the largest of their largest. */
const maxByTaps: Pooling['byTaps'] = (graph, x, axes) =>
  axes.reduce(
    (value, axis) => maxAll(graph, windowTaps(graph, value, [axis], Number.NEGATIVE_INFINITY)),
    x,
  );

/** The counts of a window's taps inside the picture, to divide sums by: a scalar where all are equal. */
export function insideCounts(graph: Graph, axes: readonly WindowAxis[], rank: number): Value {
  const counts = axes.map((axis) => {
    const shape = Array(rank).fill(1);
    shape[axis.axis] = axis.outSize;
    const each = countsInside(axis);
    return each.every((count) => count === each[0])
      ? graph.scalar(each[0] ?? 1)
      : graph.constant(each, shape, 'float32');
  });
  return counts.reduce((a, b) => join(graph, 'Mul', [a, b]));
}

const meanByTaps: Pooling['byTaps'] = (graph, x, axes) => {
  const sums = axes.reduce((value, axis) => addAll(graph, windowTaps(graph, value, [axis], 0)), x);
  return join(graph, 'Div', [sums, insideCounts(graph, axes, x.shape.length)]);
};

const maxPooling: Pooling = {
  op: 'MaxPool',
  attributes: { dilations: [1, 1], storage_order: 0 },
  byTaps: maxByTaps,
};
const meanPooling: Pooling = {
  op: 'AveragePool',
  attributes: { count_include_pad: 0 },
  byTaps: meanByTaps,
};

/** Pool in NCHW order as ONNX does; every attribute is written, defaults are where runtimes differ. */
function asNode(graph: Graph, x: Value, axes: readonly WindowAxis[], pooling: Pooling): Value {
  const shape = [...x.shape.slice(0, 2), ...axes.map(({ outSize }) => outSize)];
  return graph.add(
    pooling.op,
    [x],
    { shape, dtype: x.dtype },
    {
      ...pooling.attributes,
      auto_pad: 'NOTSET',
      ceil_mode: 0,
      kernel_shape: axes.map(({ filterSize }) => filterSize),
      pads: [
        ...axes.map(({ padBefore }) => padBefore),
        ...axes.map((axis) => Math.max(0, padAfter(axis))),
      ],
      strides: axes.map(({ stride }) => stride),
    },
  );
}

/** Whether ONNX would come to tfjs's size: it rounds down what the last stride leaves over. */
const fitsNode = (axis: WindowAxis): boolean => padAfter(axis) > -axis.stride;

const pool = (pooling: Pooling): Rule =>
  rule<PoolAttrs>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = inputOf(call, 'x');
    const info = poolInfo(x.shape, attrs);
    const isNode = backend.form === 'conv' && planeAxes(info, true).every(fitsNode);
    const channelsFirst = isNode || backend.isChannelsFirst(x);
    const axes = planeAxes(info, channelsFirst);
    const value = viaFloat(graph, backend.valueIn(x, channelsFirst), (y) =>
      isNode ? asNode(graph, y, axes, pooling) : pooling.byTaps(graph, y, axes),
    );
    return backend.tensor(value, { shape: info.outShape, channelsFirst });
  });

const pool3D = (pooling: Pooling): Rule =>
  rule<Pool3DAttrs & { dataFormat: 'NDHWC' | 'NCDHW' }>((call) => {
    const { backend, attrs } = call;
    if (attrs.dataFormat === 'NCDHW') {
      throw new Error('trace: pool3d: expected dataFormat NDHWC, got NCDHW');
    }
    const x = inputOf(call, 'x');
    const axes = volumeAxes(pool3DInfo(x.shape, attrs));
    const value = backend.graph.cast(backend.value(x), 'float32');
    return backend.tensor(pooling.byTaps(backend.graph, value, axes));
  });

/** Where in the picture the first of a window's largest entries lies, as tfjs counts: (y W + x) C + c. */
function places(
  call: Call<PoolAttrs & { includeBatchInIndex: boolean }>,
  x: Value,
  options: { axes: readonly [WindowAxis, WindowAxis]; largest: Value },
): Value {
  const { graph } = call.backend;
  const [rows, columns] = options.axes;
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const taps = windowTaps(graph, x, options.axes, Number.NEGATIVE_INFINITY);
  const pixels = taps.map((_, tap) => {
    const [i, j] = [Math.floor(tap / columns.filterSize), tap % columns.filterSize];
    const at = range(rows.outSize).flatMap((row) =>
      range(columns.outSize).map(
        (column) =>
          (row * rows.stride + i - rows.padBefore) * w +
          (column * columns.stride + j - columns.padBefore),
      ),
    );
    return graph.reshape(list(graph, at), [1, rows.outSize, columns.outSize, 1]);
  });
  const pixel = taps.reduceRight<Value>((later, tap, i) => {
    const isHere = test(graph, 'Equal', tap, options.largest);
    return where(graph, isHere, pixels[i] as Value, later);
  }, pixels.at(-1) as Value);
  const place = join(graph, 'Add', [join(graph, 'Mul', [pixel, c]), list(graph, range(c))]);
  if (!call.attrs.includeBatchInIndex) return place;
  const starts = list(
    graph,
    range(n).map((i) => i * h * w * c),
  );
  return join(graph, 'Add', [place, graph.reshape(starts, [n, 1, 1, 1])]);
}

/** Kernels that pool. */
export const poolRules = {
  AvgPool: pool(meanPooling),
  AvgPool3D: pool3D(meanPooling),
  MaxPool: pool(maxPooling),
  MaxPool3D: pool3D(maxPooling),
  MaxPoolWithArgmax: rule<PoolAttrs & { includeBatchInIndex: boolean }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = graph.cast(backend.value(inputOf(call, 'x')), 'float32');
    const axes = planeAxes(poolInfo(x.shape, attrs), false);
    const largest = maxByTaps(graph, x, axes);
    const pooled = graph.cast(largest, inputOf(call, 'x').dtype as 'float32' | 'int32');
    return [backend.tensor(pooled), backend.tensor(places(call, x, { axes, largest }))];
  }),
} satisfies Rules;
