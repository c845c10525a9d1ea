import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.js';
import { concat, join, maxAll, pick, reduce } from './nodes.js';
import { firstLargest } from './pool-gradient.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';
import { planeAxes, type WindowAxis, windowSum, windowTaps } from './windows.js';

interface DilationAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dilations: number | [number, number];
}

type Named<N extends string> = Readonly<Record<N, Value>>;

const valuesOf = <N extends string>(call: Call<unknown>, names: readonly N[]): Named<N> =>
  Object.fromEntries(
    names.map((name) => {
      const value = call.backend.value(inputOf(call, name));
      return [name, call.backend.graph.cast(value, 'float32')];
    }),
  ) as Named<N>;

/** What each tap of a window sees plus the filter's entry there: `[KH KW]` values `[N, OH, OW, C]`. */
function candidates(
  call: Call<DilationAttrs>,
  { x, filter }: Named<'x' | 'filter'>,
): { axes: readonly WindowAxis[]; taps: Value[] } {
  const { backend, attrs } = call;
  const { graph } = backend;
  const [kh, kw, c] = filter.shape as [number, number, number];
  const info = tf.backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    [kh, kw, c],
    attrs.strides,
    attrs.pad,
    'NHWC',
    attrs.dilations,
  );
  const axes = planeAxes(info, false);
  const rows = graph.reshape(filter, [kh * kw, c]);
  const taps = windowTaps(graph, x, axes, Number.NEGATIVE_INFINITY).map((tap, i) =>
    join(graph, 'Add', [tap, pick(graph, rows, i, 0)]),
  );
  return { axes, taps };
}

/** Grey dilation: the largest sum of picture and filter in each window; and its gradients. */
export const dilationRules = {
  Dilation2D: rule<DilationAttrs>((call) => {
    const { graph } = call.backend;
    const { taps } = candidates(call, valuesOf(call, ['x', 'filter']));
    const dtype = inputOf(call, 'x').dtype as 'float32' | 'int32';
    return call.backend.tensor(graph.cast(maxAll(graph, taps), dtype));
  }),
  Dilation2DBackpropInput: rule<DilationAttrs>((call) => {
    const { graph } = call.backend;
    const values = valuesOf(call, ['x', 'filter', 'dy']);
    const { axes, taps } = candidates(call, values);
    const parts = firstLargest(graph, taps, values.dy);
    return call.backend.tensor(windowSum(graph, parts, axes));
  }),
  Dilation2DBackpropFilter: rule<DilationAttrs>((call) => {
    const { graph } = call.backend;
    const values = valuesOf(call, ['x', 'filter', 'dy']);
    const { taps } = candidates(call, values);
    const sums = firstLargest(graph, taps, values.dy).map((part) =>
      reduce(graph, 'ReduceSum', part, { axes: [0, 1, 2] }),
    );
    return call.backend.tensor(graph.reshape(concat(graph, sums, 0), values.filter.shape));
  }),
} satisfies Rules;
