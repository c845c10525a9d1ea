import type { Graph, Value } from '../graph.js';
import { join, test, unary, where } from './nodes.js';

/** What a picture is taken to show outside its edges. */
export type FillMode = 'constant' | 'reflect' | 'wrap' | 'nearest';

/** The nearest pixel of an axis. */
export const clamp = (graph: Graph, at: Value, size: number): Value =>
  join(graph, 'Clip', [at, 0, size - 1]);

const wholes = (graph: Graph, x: Value, by: number): Value =>
  unary(graph, 'Floor', join(graph, 'Div', [x, by]));

const isBelow = (graph: Graph, a: Value, b: number): Value => test(graph, 'Less', a, b);

/** What lies before the picture, what lies in it and what lies behind it go different ways. */
function bySide(
  graph: Graph,
  at: Value,
  size: number,
  ways: { before: Value; behind: Value },
): Value {
  const isBehind = test(graph, 'Greater', at, size - 1);
  const rest = where(graph, isBehind, ways.behind, at);
  return where(graph, isBelow(graph, at, 0), ways.before, rest);
}

/** [abcd] goes on as [dcba|abcd|dcba]. */
function reflect(graph: Graph, at: Value, size: number): Value {
  if (size <= 1) return clamp(graph, at, size);
  const period = 2 * size;
  const minus = unary(graph, 'Neg', at);
  const down = wholes(graph, minus, period);
  const lifted = join(graph, 'Add', [join(graph, 'Mul', [down, period]), at]);
  const turned = join(graph, 'Sub', [unary(graph, 'Neg', lifted), 1]);
  const before = where(
    graph,
    isBelow(graph, lifted, -size),
    join(graph, 'Add', [lifted, period]),
    turned,
  );
  const up = join(graph, 'Mul', [wholes(graph, at, period), period]);
  const lowered = join(graph, 'Sub', [at, up]);
  const back = join(graph, 'Sub', [unary(graph, 'Neg', lowered), 1 - period]);
  const behind = where(graph, isBelow(graph, lowered, size), lowered, back);
  return clamp(graph, bySide(graph, at, size, { before, behind }), size);
}

/** [abcd] goes on as [abcd|abcd|abcd]. */
function wrap(graph: Graph, at: Value, size: number): Value {
  if (size <= 1) return clamp(graph, at, size);
  const rounds = (x: Value, more: number): Value => {
    const count = join(graph, 'Add', [wholes(graph, x, size - 1), more]);
    return join(graph, 'Mul', [count, size]);
  };
  const before = join(graph, 'Add', [at, rounds(unary(graph, 'Neg', at), 1)]);
  const behind = join(graph, 'Sub', [at, rounds(at, 0)]);
  return clamp(graph, bySide(graph, at, size, { before, behind }), size);
}

const ways: Record<FillMode, (graph: Graph, at: Value, size: number) => Value> = {
  constant: (_, at) => at,
  nearest: clamp,
  reflect,
  wrap,
};

/** Where in an axis of `size` pixels a place is read that may lie outside of it, as tfjs has it. */
export const intoPicture = (graph: Graph, at: Value, size: number, mode: FillMode): Value =>
  ways[mode](graph, at, size);
