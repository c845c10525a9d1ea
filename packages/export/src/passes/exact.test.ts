import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { Graph, type Value } from '../graph.js';
import { toModel } from '../model.js';
import { type Writer, writerOf } from '../testing/before-and-after.js';
import { liveNodes } from './dead-code.js';
import { dropBroadcasts } from './drop-broadcasts.js';
import { foldConstants } from './fold-constants.js';
import { rewriteBy } from './rules.js';
import { simplifyArithmetic } from './simplify-arithmetic.js';
import { simplifyChoices } from './simplify-choices.js';
import { simplifyMovement } from './simplify-movement.js';
import { simplifySums } from './simplify-sums.js';

const exactPasses = rewriteBy(
  foldConstants,
  simplifyMovement,
  simplifyChoices,
  dropBroadcasts,
  simplifyArithmetic,
  simplifySums,
);

// Numbers that algebra gets wrong, and some that round.
const hard = [
  0.1,
  -0.3,
  1 / 3,
  7e10,
  -1e-30,
  2 ** 100,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
];
const shape = [2, 12];
const numbers = Float32Array.from({ length: 24 }, (_, i) => hard[(i * 5) % hard.length] as number);
const others = Float32Array.from(
  { length: 24 },
  (_, i) => hard[(i * 3 + 1) % hard.length] as number,
);

type Write = (writer: Writer, x: Value, z: Value) => Value;

/** The nodes of a graph, and what onnxruntime computes with them as they are. */
async function run(graph: Graph, write: Write): Promise<{ ops: string[]; bits: number[] }> {
  const writer = writerOf(graph);
  const value = write(writer, writer.input('x', ...shape), writer.input('z', ...shape));
  const port = { name: 'y', dtype: value.dtype, shape: value.shape };
  const { bytes } = toModel(graph, [{ value, port }], { name: 'case' });
  const options = { graphOptimizationLevel: 'disabled' } as const;
  const session = await ort.InferenceSession.create(bytes, options);
  const fed: Record<string, Float32Array> = { x: numbers, z: others };
  const feeds = session.inputNames.map((name) => {
    return [name, new ort.Tensor('float32', fed[name] as Float32Array, shape)] as const;
  });
  const { y } = await session.run(Object.fromEntries(feeds));
  await session.release();
  const ops = liveNodes(graph.nodes, [value]).map(({ op }) => op);
  return { ops, bits: [...((y as ort.Tensor).data as Float32Array)] };
}

const scaled = ({ graph, node }: Writer, op: string, x: Value, factor: number): Value =>
  node(op, [x, graph.scalar(factor)], x.shape);
const minus = ({ node }: Writer, x: Value): Value => node('Neg', [x], x.shape);
const isPositive = ({ graph, node }: Writer, x: Value): Value =>
  node('Greater', [x, graph.scalar(0)], x.shape, { dtype: 'bool' });

const cases: Record<string, Write> = {
  'x - 0': (w, x) => scaled(w, 'Sub', x, 0),
  'x + -0': (w, x) => scaled(w, 'Add', x, -0),
  '1 * x / 1': (w, x) => scaled(w, 'Div', scaled(w, 'Mul', x, 1), 1),
  'x * -1': (w, x) => scaled(w, 'Mul', x, -1),
  'x * 0.3 * 4': (w, x) => scaled(w, 'Mul', scaled(w, 'Mul', x, 0.3), 4),
  'x / -8': (w, x) => scaled(w, 'Div', x, -8),
  '-x * 0.3': (w, x) => scaled(w, 'Mul', minus(w, x), 0.3),
  '-x * -z': (w, x, z) => w.node('Mul', [minus(w, x), minus(w, z)], shape),
  '-x / -z': (w, x, z) => w.node('Div', [minus(w, x), minus(w, z)], shape),
  'x - -z': (w, x, z) => w.node('Sub', [x, minus(w, z)], shape),
  '-x + z': (w, x, z) => w.node('Add', [minus(w, x), z], shape),
  '|-x|': (w, x) => w.node('Abs', [minus(w, x)], shape),
  '--x': (w, x) => minus(w, minus(w, x)),
  'x ^ 2': (w, x) => scaled(w, 'Pow', x, 2),
  'x > 0 as 1 and 0': (w, x) => {
    const choices = [w.graph.scalar(1), w.graph.scalar(0)];
    return w.node('Where', [isPositive(w, x), ...choices], shape, { dtype: 'float32' });
  },
  'exp(x) repeated, times a full constant': (w, x) => {
    const row = w.node('Exp', [w.graph.reshape(x, [24, 1])], [24, 1]);
    const threes = w.graph.constant(new Float32Array(72).fill(0.3), [24, 3], 'float32');
    return w.node('Mul', [w.graph.expand(row, [24, 3]), threes], [24, 3]);
  },
  'a matrix product of transposed matrices': (w, x, z) => {
    const one = { float: 1 };
    const operands = [w.graph.transpose(x, [1, 0]), w.graph.reshape(z, shape)];
    const attributes = { alpha: one, beta: one, transA: 0, transB: 0 };
    return w.node('Gemm', operands, [12, 12], { attributes });
  },
  'moves there and back': (w, x) => {
    const turned = w.graph.transpose(w.graph.reshape(x, [2, 1, 3, 4]), [3, 1, 0, 2]);
    const back = w.graph.transpose(turned, [2, 1, 3, 0]);
    return w.graph.reshape(w.graph.reshape(back, [24]), shape);
  },
};

/** Where a sum begins with 0, a term of -0 makes 0. onnxruntime's Where is such a sum. */
const signless: Record<string, Write> = {
  'not x > 0 ? x : z': (w, x, z) => {
    const condition = w.node('Not', [isPositive(w, x)], shape);
    return w.node('Where', [condition, x, z], shape, { dtype: 'float32' });
  },
  'x + 0': (w, x) => scaled(w, 'Add', x, 0),
  'a sum over an axis of size 1': (w, x) =>
    w.node('ReduceSum', [w.graph.reshape(x, [2, 1, 12]), w.graph.integers([1])], shape, {
      attributes: { keepdims: 0, noop_with_empty_axes: 0 },
    }),
  'an outer product with equal numbers': (w, x) => {
    const one = { float: 1 };
    const column = w.graph.constant([0.3, 0.3, 0.3], [3, 1], 'float32');
    const attributes = { alpha: one, beta: one, transA: 0, transB: 0 };
    return w.node('Gemm', [column, w.graph.reshape(x, [1, 24])], [3, 24], { attributes });
  },
};

describe('the exact passes', () => {
  it.each(Object.entries(cases))('keep every bit of %s', async (_, write) => {
    const plain = await run(new Graph(), write);
    const rewritten = await run(new Graph(exactPasses), write);
    expect(rewritten.ops).not.toEqual(plain.ops);
    expect(rewritten.bits).toEqual(plain.bits);
  });

  it.each(Object.entries(signless))(
    'keep every bit of %s but the sign of a zero',
    async (_, write) => {
      const plain = await run(new Graph(), write);
      const rewritten = await run(new Graph(exactPasses), write);
      expect(rewritten.ops).not.toEqual(plain.ops);
      expect(rewritten.bits).not.toEqual(plain.bits);
      const withoutSign = ({ bits }: typeof plain) => bits.map((x) => (x === 0 ? 0 : x));
      expect(withoutSign(rewritten)).toEqual(withoutSign(plain));
    },
  );
});
