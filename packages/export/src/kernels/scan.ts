import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.js';
import { join, padAxis, slice } from './nodes.js';
import { inputOf, type Rule, type Rules, rule } from './rule.js';

/** Along which axis, whether an entry counts itself, and from which end. */
interface Scan {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

type Write = (graph: Graph, x: Value, scan: Scan) => Value;

/** `by` entries further along the axis, or back; ones come in at the end that is left. */
function shifted(graph: Graph, x: Value, by: number, { axis, reverse }: Scan): Value {
  const size = x.shape[axis] as number;
  const kept = reverse ? { start: by, end: size } : { start: 0, end: size - by };
  const margin = reverse ? { before: 0, after: by } : { before: by, after: 0 };
  return padAxis(graph, slice(graph, x, [{ axis, ...kept }]), axis, { ...margin, fill: 1 });
}

/** ONNX has no running product: each pass multiplies by what lies 1, 2, 4 ... entries before. */
const runningProduct: Write = (graph, x, scan) => {
  const size = x.shape[scan.axis] as number;
  let product = scan.exclusive && size > 0 ? shifted(graph, x, 1, scan) : x;
  for (let by = 1; by < size; by *= 2) {
    product = join(graph, 'Mul', [product, shifted(graph, product, by, scan)]);
  }
  return product;
};

const runningSum: Write = (graph, x, { axis, exclusive, reverse }) => {
  const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
  const inputs = [x, graph.scalar(axis, 'int32')];
  return graph.add('CumSum', inputs, { shape: x.shape, dtype: x.dtype }, attributes);
};

const scan = (write: Write): Rule =>
  rule<Scan>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = backend.value(inputOf(call, 'x'));
    const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]) as [number];
    const numbers = x.dtype === 'bool' ? graph.cast(x, 'int32') : x;
    return backend.tensor(write(graph, numbers, { ...attrs, axis }));
  });

/** Kernels that run along an axis and keep all that comes between. */
export const scanRules = {
  Cumprod: scan(runningProduct),
  Cumsum: scan(runningSum),
} satisfies Rules;
