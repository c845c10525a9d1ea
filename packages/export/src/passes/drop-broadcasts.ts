import { type Graph, isSameShape, type Rewrite, type Value } from '../graph.js';
import { forEach, inputAt, producedBy, type Rules } from './rules.js';

/**
 * An element-wise op repeats its smaller operands itself. So a constant that is one number everywhere
 * becomes that number, and what was repeated before the op is taken as it was: tfjs's gradients fill
 * whole tensors with ones and multiply by them to repeat. Exact.
 */
const narrowed = (graph: Graph, value: Value): Value => {
  const expanded = producedBy(graph, value, 'Expand');
  if (expanded) return inputAt(expanded, 0);
  if (value.uniform === undefined || value.shape.length === 0) return value;
  return graph.scalar(value.uniform, value.dtype);
};

/** The shape that operands have together; they are known to fit. */
function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((shape) => shape[i - rank + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

/** Do the op on operands that are not repeated, and repeat its result if nothing else makes it whole. */
const narrow: Rewrite = (graph, { op, inputs, spec, attributes }) => {
  const operands = inputs.map((value) => narrowed(graph, value));
  if (operands.every((value, i) => value === inputs[i])) return undefined;
  const shape = broadcastShape(operands.map((value) => value.shape));
  const small = graph.add(op, operands, { shape, dtype: spec.dtype }, attributes);
  return isSameShape(shape, spec.shape) ? small : graph.expand(small, spec.shape);
};

/** Ops whose result at a place depends on their operands at that place alone. */
const elementwise = [
  ...['Abs', 'Ceil', 'Cos', 'Elu', 'Erf', 'Exp', 'Floor', 'LeakyRelu', 'Log', 'Neg', 'Not', 'Relu'],
  ...['Reciprocal', 'Round', 'Sigmoid', 'Sign', 'Sin', 'Softplus', 'Sqrt', 'Tanh', 'Cast'],
  ...['Add', 'And', 'Div', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Max'],
  ...['Min', 'Mul', 'Or', 'Pow', 'Sub', 'Where', 'Xor'],
];

export const dropBroadcasts: Rules = forEach(elementwise, narrow);
