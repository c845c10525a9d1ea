import type * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.js';
import { combine, elementwise, pairwise } from './broadcast.js';
import { join, not, reduce, test, where } from './nodes.js';
import { inputOf, type Rule, type Rules, rule } from './rule.js';

/** A comparison of numbers, or of bools as 0 and 1. */
const comparison = (op: string): Rule =>
  pairwise((graph, a, b) => {
    if (a.dtype !== 'bool') return test(graph, op, a, b);
    return test(graph, op, graph.cast(a, 'int32'), graph.cast(b, 'int32'));
  });

const logical = (op: string): Rule =>
  pairwise((graph, a, b) => test(graph, op, graph.cast(a, 'bool'), graph.cast(b, 'bool')));

/** The digits of whole numbers to the base 2, lowest first, on a new last axis of 32. */
function digits(graph: Graph, x: Value, powers: Value): Value {
  const wide = graph.cast(x, 'int64');
  // Two's complement: what is below 0 counts from 2^32.
  const unsigned = where(
    graph,
    test(graph, 'Less', wide, 0),
    join(graph, 'Add', [wide, 2 ** 32]),
    wide,
  );
  const column = graph.reshape(unsigned, [...x.shape, 1]);
  const shifted = join(graph, 'Div', [column, powers]);
  return join(graph, 'Mod', [shifted, 2], { attributes: { fmod: 0 } });
}

/** ONNX has no bitwise ops before opset 18: the digits are multiplied and summed up again. */
function bitwiseAnd(graph: Graph, a: Value, b: Value): Value {
  const numbers = Array.from({ length: 32 }, (_, i) => 2 ** i);
  const powers = graph.integers(numbers);
  const both = join(graph, 'Mul', [digits(graph, a, powers), digits(graph, b, powers)]);
  const parts = join(graph, 'Mul', [both, powers]);
  const sum = reduce(graph, 'ReduceSum', parts, { axes: [parts.shape.length - 1] });
  const isNegative = test(graph, 'GreaterOrEqual', sum, 2 ** 31);
  const signed = where(graph, isNegative, join(graph, 'Sub', [sum, 2 ** 32]), sum);
  return graph.cast(signed, 'int32');
}

/** The dtype that holds the numbers of both. */
const widest = (a: tf.TensorInfo, b: tf.TensorInfo): 'float32' | 'int32' | 'bool' => {
  const [first] = (['float32', 'int32'] as const).filter((d) => a.dtype === d || b.dtype === d);
  return first ?? 'bool';
};

/** A condition of rank 1 that chooses whole entries of tensors of a higher rank, as `[N, 1, ...]`. */
function alongFirstAxis(graph: Graph, condition: Value, rank: number): Value {
  if (condition.shape.length !== 1 || rank <= 1) return condition;
  return graph.reshape(condition, [...condition.shape, ...Array(rank - 1).fill(1)]);
}

/** Comparisons, and what is done with bools. */
export const logicRules = {
  BitwiseAnd: pairwise(bitwiseAnd),
  Equal: comparison('Equal'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: logical('And'),
  LogicalNot: elementwise((graph, x) => not(graph, graph.cast(x, 'bool'))),
  LogicalOr: logical('Or'),
  LogicalXor: logical('Xor'),
  NotEqual: pairwise((graph, a, b) => not(graph, test(graph, 'Equal', a, b))),
  Select: rule((call) => {
    const { backend } = call;
    const names = ['condition', 't', 'e'] as const;
    const [condition, t, e] = names.map((name) => inputOf(call, name)) as [
      tf.TensorInfo,
      tf.TensorInfo,
      tf.TensorInfo,
    ];
    const dtype = widest(t, e);
    const choose = (graph: Graph, [isFirst, a, b]: readonly Value[]): Value =>
      where(
        graph,
        graph.cast(isFirst as Value, 'bool'),
        graph.cast(a as Value, dtype),
        graph.cast(b as Value, dtype),
      );
    if (condition.shape.length !== 1 || t.shape.length <= 1) {
      return combine(backend, [condition, t, e], choose);
    }
    const rows = alongFirstAxis(backend.graph, backend.value(condition), t.shape.length);
    const column = backend.tensor(rows);
    const result = combine(backend, [column, t, e], choose);
    backend.disposeData(column.dataId);
    return result;
  }),
} satisfies Rules;
