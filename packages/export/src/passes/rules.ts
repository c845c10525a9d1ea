import type {
  ConstantData,
  Draft,
  Graph,
  GraphNode,
  OutputSpec,
  Rewrite,
  Value,
} from '../graph.js';
import { isSameShape } from '../graph.js';

/** The rewrites of one pass, by op; the first that applies wins. */
export type Rules = Readonly<Record<string, readonly Rewrite[]>>;

/** One rewrite out of several passes, tried in their order. */
export function rewriteBy(...passes: readonly Rules[]): Rewrite {
  const byOp = new Map<string, Rewrite[]>();
  for (const rules of passes) {
    for (const [op, rewrites] of Object.entries(rules)) {
      byOp.set(op, [...(byOp.get(op) ?? []), ...rewrites]);
    }
  }
  return (graph, draft) => {
    for (const rewrite of byOp.get(draft.op) ?? []) {
      const value = rewrite(graph, draft);
      if (value) return value;
    }
    return undefined;
  };
}

/** The same rewrites for several ops. */
export const forEach = (ops: readonly string[], ...rewrites: Rewrite[]): Rules =>
  Object.fromEntries(ops.map((op) => [op, rewrites]));

/** The node that computes a value, if it is of this op. */
export function producedBy(
  graph: Graph,
  value: Value | undefined,
  op: string,
): GraphNode | undefined {
  const node = value && graph.producer(value);
  return node?.op === op ? node : undefined;
}

/** The input of an `op` node that computes this value: x of neg(x), say. */
export const under = (graph: Graph, value: Value | undefined, op: string): Value | undefined =>
  producedBy(graph, value, op)?.inputs[0];

export const inputAt = ({ inputs, op }: Pick<Draft, 'inputs' | 'op'>, index: number): Value => {
  const value = inputs[index];
  if (!value) throw new Error(`${op}: expected at least ${index + 1} inputs, got ${inputs.length}`);
  return value;
};

/** The value itself where it already has the shape of the result, so that it can stand for it. */
export const whole = (value: Value, spec: OutputSpec): Value | undefined =>
  isSameShape(value.shape, spec.shape) && value.dtype === spec.dtype ? value : undefined;

/** The numbers of an input that must be known, such as a shape; none where it is computed. */
export const dataAt = (
  { inputs }: Pick<Draft, 'inputs'>,
  index: number,
): ConstantData | undefined => inputs[index]?.data;
