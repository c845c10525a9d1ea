import type { Graph, Value } from '../graph.js';
import { join, maxAll, not, range, test, where } from './nodes.js';
import { insideCounts, type Pool3DAttrs, type PoolAttrs, pool3DInfo, poolInfo } from './pool.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';
import { planeAxes, volumeAxes, type WindowAxis, windowSum, windowTaps } from './windows.js';

/** For each tap, dy where it is the first that holds its window's largest entry, else 0. */
export function firstLargest(graph: Graph, taps: readonly Value[], dy: Value): Value[] {
  const largest = maxAll(graph, taps);
  let isOpen: Value | undefined;
  return taps.map((tap) => {
    const holds = test(graph, 'Equal', tap, largest);
    const isFirst = isOpen ? test(graph, 'And', holds, isOpen) : holds;
    const isLater = not(graph, holds);
    isOpen = isOpen ? test(graph, 'And', isLater, isOpen) : isLater;
    return where(graph, isFirst, dy, 0);
  });
}

interface Operands {
  readonly x: Value;
  readonly dy: Value;
  readonly axes: readonly WindowAxis[];
}

function maxGradient(graph: Graph, { x, dy, axes }: Operands): Value {
  const taps = windowTaps(graph, x, axes, Number.NEGATIVE_INFINITY);
  return windowSum(graph, firstLargest(graph, taps, dy), axes);
}

/** In volumes tfjs gives dy to the last of equal entries. */
function maxGradient3D(graph: Graph, { x, dy, axes }: Operands): Value {
  const taps = windowTaps(graph, x, axes, Number.NEGATIVE_INFINITY);
  return windowSum(graph, firstLargest(graph, taps.reverse(), dy).reverse(), axes);
}

/**
 * Each entry of a window gets its share of dy. tfjs's cpu backend divides by the size of the filter
 * where a window hangs over the edge, though its mean is over the entries inside only.
 */
function meanGradient(graph: Graph, { dy, axes }: Operands): Value {
  const share = join(graph, 'Div', [dy, insideCounts(graph, axes, dy.shape.length)]);
  const taps = axes.reduce((count, { filterSize }) => count * filterSize, 1);
  return windowSum(
    graph,
    range(taps).map(() => share),
    axes,
  );
}

type Gradient = (graph: Graph, operands: Operands) => Value;

const gradient = (write: Gradient) =>
  rule<PoolAttrs>((call) => {
    const { backend, attrs } = call;
    const [x, dy] = [inputOf(call, 'input'), inputOf(call, 'dy')];
    const channelsFirst = backend.form === 'conv' || backend.isChannelsFirst(x);
    const axes = planeAxes(poolInfo(x.shape, attrs), channelsFirst);
    const operands = {
      x: backend.graph.cast(backend.valueIn(x, channelsFirst), 'float32'),
      dy: backend.valueIn(dy, channelsFirst),
      axes,
    };
    return backend.tensor(write(backend.graph, operands), { shape: x.shape, channelsFirst });
  });

const gradient3D = (write: Gradient) =>
  rule<Pool3DAttrs>((call: Call<Pool3DAttrs>) => {
    const { backend, attrs } = call;
    const x = backend.graph.cast(backend.value(inputOf(call, 'input')), 'float32');
    const axes = volumeAxes(pool3DInfo(x.shape, attrs));
    const dy = backend.value(inputOf(call, 'dy'));
    return backend.tensor(write(backend.graph, { x, dy, axes }));
  });

/** The gradients of pooling. */
export const poolGradientRules = {
  AvgPool3DGrad: gradient3D(meanGradient),
  AvgPoolGrad: gradient(meanGradient),
  MaxPool3DGrad: gradient3D(maxGradient3D),
  MaxPoolGrad: gradient(maxGradient),
} satisfies Rules;
