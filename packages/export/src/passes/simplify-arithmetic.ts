import type { Draft, Graph, Rewrite, Value } from '../graph.js';
import { inputAt, producedBy, type Rules, under, whole } from './rules.js';

/**
 * Algebra on single elements. Each rewrite gives the same bits, but for the sign of a zero where
 * that is said. There is none of x * 0 to 0 or of x - x to 0: neither holds for NaN and infinities.
 */

/** x op constant to x, where the constant changes nothing; on either side if `commutes`. */
const neutral =
  (isNeutral: (x: number) => boolean, { commutes }: { commutes: boolean }): Rewrite =>
  (_, { inputs: [a, b], spec }) => {
    const drops = (constant: Value | undefined): boolean =>
      constant?.uniform !== undefined && isNeutral(constant.uniform);
    if (a && drops(b)) return whole(a, spec);
    return b && commutes && drops(a) ? whole(b, spec) : undefined;
  };

/** Write the op on other operands. */
const as = (graph: Graph, draft: Draft, op: string, ...inputs: Value[]): Value =>
  graph.add(op, inputs, draft.spec);

const addOfNeg: Rewrite = (graph, draft) => {
  const [a, b] = [inputAt(draft, 0), inputAt(draft, 1)];
  const [minusA, minusB] = [under(graph, a, 'Neg'), under(graph, b, 'Neg')];
  if (minusB) return as(graph, draft, 'Sub', a, minusB);
  return minusA && as(graph, draft, 'Sub', b, minusA);
};

const subOfNeg: Rewrite = (graph, draft) => {
  const minus = under(graph, draft.inputs[1], 'Neg');
  return minus && as(graph, draft, 'Add', inputAt(draft, 0), minus);
};

/** Two signs cancel, and one goes into a constant. */
const signsOf = (op: 'Mul' | 'Div'): Rewrite => {
  return (graph, draft) => {
    const operands = [inputAt(draft, 0), inputAt(draft, 1)] as const;
    const [a, b] = operands.map((value) =>
      value.uniform === undefined || value.dtype !== 'float32'
        ? under(graph, value, 'Neg')
        : graph.scalar(-value.uniform),
    );
    const isNegated = operands.some((value) => under(graph, value, 'Neg'));
    return a && b && isNegated ? as(graph, draft, op, a, b) : undefined;
  };
};

const timesMinusOne: Rewrite = (graph, draft) => {
  const [a, b] = [inputAt(draft, 0), inputAt(draft, 1)];
  if (b.uniform === -1 && whole(a, draft.spec)) return as(graph, draft, 'Neg', a);
  return a.uniform === -1 && whole(b, draft.spec) ? as(graph, draft, 'Neg', b) : undefined;
};

/** Whether multiplying by x and by 1 / x rounds nothing, results below the normal range aside. */
const isPowerOfTwo = (x: number): boolean =>
  Number.isInteger(Math.log2(Math.abs(x))) && Math.abs(Math.log2(Math.abs(x))) < 64;

/** The variable and the constant factor of a product with a number. */
function scaled(graph: Graph, value: Value | undefined): { x: Value; factor: number } | undefined {
  const node = producedBy(graph, value, 'Mul');
  const constant = node?.inputs.find(({ uniform }) => uniform !== undefined);
  const x = node?.inputs.find((input) => input !== constant);
  return x && constant?.uniform !== undefined ? { x, factor: constant.uniform } : undefined;
}

/** (x * a) * b to x * (a b), where one of both is a power of two: else it would round otherwise. */
const timesTwice: Rewrite = (graph, draft) => {
  if (draft.spec.dtype !== 'float32') return undefined;
  const constant = draft.inputs.find(({ uniform }) => uniform !== undefined);
  const product = scaled(
    graph,
    draft.inputs.find((input) => input !== constant),
  );
  if (constant?.uniform === undefined || !product) return undefined;
  const { x, factor } = product;
  if (!isPowerOfTwo(factor) && !isPowerOfTwo(constant.uniform)) return undefined;
  return as(graph, draft, 'Mul', x, graph.scalar(factor * constant.uniform));
};

/** x / 2^k to x * 2^-k; other reciprocals are rounded. */
const divByPowerOfTwo: Rewrite = (graph, draft) => {
  const divisor = inputAt(draft, 1).uniform;
  if (draft.spec.dtype !== 'float32' || divisor === undefined || !isPowerOfTwo(divisor)) {
    return undefined;
  }
  return as(graph, draft, 'Mul', inputAt(draft, 0), graph.scalar(1 / divisor));
};

/** x^0.5 is written as a root: they differ at -0 and at minus infinity only. */
const powers: ReadonlyMap<number, (graph: Graph, draft: Draft, x: Value) => Value> = new Map([
  [0.5, (graph, draft, x) => as(graph, draft, 'Sqrt', x)],
  [1, (_, __, x) => x],
  [2, (graph, draft, x) => as(graph, draft, 'Mul', x, x)],
]);

const knownPower: Rewrite = (graph, draft) => {
  const [x, exponent] = [inputAt(draft, 0), inputAt(draft, 1).uniform];
  const write = exponent === undefined ? undefined : powers.get(exponent);
  if (x.dtype !== 'float32' || !whole(x, draft.spec)) return undefined;
  return write?.(graph, draft, x);
};

const twice =
  (op: string): Rewrite =>
  (graph, draft) =>
    under(graph, draft.inputs[0], op);

const ofNeg =
  (op: string): Rewrite =>
  (graph, draft) => {
    const inner = under(graph, draft.inputs[0], 'Neg');
    return inner && as(graph, draft, op, inner);
  };

export const simplifyArithmetic: Rules = {
  // -0 + 0 is 0, and comes out as -0.
  Add: [neutral((x) => x === 0, { commutes: true }), addOfNeg],
  Sub: [neutral((x) => Object.is(x, 0), { commutes: false }), subOfNeg],
  Mul: [neutral((x) => x === 1, { commutes: true }), timesMinusOne, signsOf('Mul'), timesTwice],
  Div: [neutral((x) => x === 1, { commutes: false }), signsOf('Div'), divByPowerOfTwo],
  Pow: [knownPower],
  Neg: [twice('Neg')],
  Not: [twice('Not')],
  Abs: [ofNeg('Abs')],
};
