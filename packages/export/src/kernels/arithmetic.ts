import type { Graph, Value } from '../graph.js';
import { combine, pairwise } from './broadcast.js';
import { addAll, join, test, unary, where } from './nodes.js';
import { type Rule, type Rules, rule } from './rule.js';

type Combine = (graph: Graph, a: Value, b: Value) => Value;

/** Apply to bools as 0 and 1; the result is the first operand's dtype again. */
const viaNumbers =
  (write: Combine): Combine =>
  (graph, a, b) =>
    a.dtype === 'bool'
      ? graph.cast(write(graph, graph.cast(a, 'int32'), graph.cast(b, 'int32')), 'bool')
      : write(graph, a, b);

const arithmetic = (op: string): Rule =>
  pairwise(viaNumbers((graph, a, b) => join(graph, op, [a, b])));

/** Apply to floats; whole numbers are cut off towards 0. */
const viaFloat =
  (write: Combine): Combine =>
  (graph, a, b) =>
    graph.cast(write(graph, graph.cast(a, 'float32'), graph.cast(b, 'float32')), a.dtype);

/**
 * The remainder that has the divisor's sign, `a - floor(a / b) b`. Whole numbers are divided by 1 where
 * the divisor is 0, which would end the process on a CPU; tfjs gives 0 there.
 */
function floorMod(graph: Graph, a: Value, b: Value): Value {
  if (a.dtype !== 'float32') {
    const attributes = { attributes: { fmod: 0 } };
    return join(graph, 'Mod', [a, nonZero(graph, b)], attributes);
  }
  const remainder = join(graph, 'Mod', [a, b], { attributes: { fmod: 1 } });
  const isNegative = (x: Value): Value => test(graph, 'Less', x, 0);
  const differs = test(graph, 'Xor', isNegative(remainder), isNegative(b));
  const isSome = test(graph, 'Greater', unary(graph, 'Abs', remainder), 0);
  const moved = join(graph, 'Add', [remainder, b]);
  return where(graph, test(graph, 'And', differs, isSome), moved, remainder);
}

const nonZero = (graph: Graph, b: Value): Value =>
  where(graph, test(graph, 'Equal', b, 0), graph.scalar(1, b.dtype), b);

/** The largest whole number that is at most a / b: an int32, whatever the operands are. */
function floorDiv(graph: Graph, a: Value, b: Value): Value {
  if (a.dtype === 'float32') {
    return graph.cast(unary(graph, 'Floor', join(graph, 'Div', [a, b])), 'int32');
  }
  const divisor = nonZero(graph, b);
  const whole = join(graph, 'Sub', [a, floorMod(graph, a, divisor)]);
  const quotient = join(graph, 'Div', [whole, divisor]);
  return where(graph, test(graph, 'Equal', b, 0), graph.scalar(0, 'int32'), quotient);
}

/** The angle of the point (b, a), in (-pi, pi]; ONNX has only the angle of a slope. */
function atan2(graph: Graph, a: Value, b: Value): Value {
  const isVertical = test(graph, 'Equal', b, 0);
  const slope = join(graph, 'Div', [a, where(graph, isVertical, graph.scalar(1), b)]);
  const half = where(graph, test(graph, 'Less', a, 0), graph.scalar(-Math.PI), Math.PI);
  const turn = where(graph, test(graph, 'Less', b, 0), half, 0);
  const angle = join(graph, 'Add', [unary(graph, 'Atan', slope), turn]);
  const upright = join(graph, 'Mul', [unary(graph, 'Sign', a), Math.PI / 2]);
  return where(graph, isVertical, upright, angle);
}

/** Kernels of two tensors that meet by broadcasting. */
export const arithmeticRules = {
  AddN: rule(({ inputs, backend }) => combine(backend, Object.values(inputs), addAll)),
  Add: arithmetic('Add'),
  Atan2: pairwise(viaFloat(atan2)),
  FloorDiv: pairwise(floorDiv),
  Maximum: arithmetic('Max'),
  Minimum: arithmetic('Min'),
  Mod: pairwise(viaNumbers(floorMod)),
  Multiply: arithmetic('Mul'),
  Pow: arithmetic('Pow'),
  RealDiv: arithmetic('Div'),
  SquaredDifference: pairwise(
    viaNumbers((graph, a, b) => {
      const difference = join(graph, 'Sub', [a, b]);
      return join(graph, 'Mul', [difference, difference]);
    }),
  ),
  Sub: arithmetic('Sub'),
} satisfies Rules;
