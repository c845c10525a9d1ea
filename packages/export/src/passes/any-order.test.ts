import { describe, expect, it } from 'vitest';
import { formatGraph } from '../format-graph.js';
import { type GraphNode, sizeOf, type Value } from '../graph.js';
import { descended, type WrittenStep, writeStep } from '../testing/write-step.js';
import { updateInPlace } from './update-in-place.js';

/** Numbers from 0 to `count` - 1, in a row that is the same for the same seed. */
function createDice(seed: number): (count: number) => number {
  let state = seed + 1;
  return (count) => {
    state = (state * 48271) % 2147483647; // Park and Miller's generator
    return Math.floor((state / 2147483647) * count);
  };
}

type Numbers = Float64Array;
type Buffers = Map<string, Numbers>;

const pairwise =
  (of: (a: number, b: number) => number): Kernel =>
  (out, [a, b]) => {
    const at = (x: Numbers, i: number): number => x[x.length === 1 ? 0 : i] as number;
    for (let i = 0; i < out.length; i++) out[i] = of(at(a, i), at(b, i));
  };
const copy: Kernel = (out, [x]) => out.set(x);

/** Write each number of a result as soon as it is known, over what its operands may still hold. */
type Kernel = (out: Numbers, inputs: [Numbers, Numbers]) => void;
const kernels: Readonly<Record<string, Kernel>> = {
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  MatMul: (out, [a, b]) => {
    for (const [i, j] of pairs)
      out[2 * i + j] = at(a, i, 0) * at(b, 0, j) + at(a, i, 1) * at(b, 1, j);
  },
  Transpose: (out, [x]) => {
    for (const [i, j] of pairs) out[2 * i + j] = at(x, j, i);
  },
  Gather: (out, [x]) => {
    out[0] = x[0] as number;
  },
  Reshape: copy,
  Identity: copy,
};
const pairs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
const at = (x: Numbers, i: number, j: number): number => x[2 * i + j] as number;

/** Run a node: into the buffer of a result, in its input's memory if it is a view, or into new memory. */
function runNode({ op, inputs, output }: GraphNode, buffers: Buffers): void {
  const operands = inputs.map(({ name, data }) => {
    return data ? Float64Array.from(data) : (buffers.get(name) as Numbers);
  });
  const own = op === 'Reshape' ? operands[0] : new Float64Array(sizeOf(output.shape));
  const out = buffers.get(output.name) ?? (own as Numbers);
  if (op === 'Concat') out.set(operands.flatMap((x) => [...x]));
  else kernels[op]?.(out, operands as [Numbers, Numbers]);
  buffers.set(output.name, out);
}

/** Run nodes in an order that the dice choose among those that their inputs allow. */
function run(nodes: readonly GraphNode[], buffers: Buffers, roll: (count: number) => number): void {
  const waiting = new Set(nodes);
  const missing = new Set(nodes.map(({ output }) => output.name));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(({ inputs }) =>
      inputs.every(({ name }) => !missing.has(name)),
    );
    const node = ready[roll(ready.length)];
    if (!node) throw new Error('expected a node that is ready, got a cycle');
    waiting.delete(node);
    runNode(node, buffers);
    missing.delete(node.output.name);
  }
}

const pictures = ['a', 'b', 'c'];
const shape = [2, 2];
const rateShape = [1];

/** A step that the dice write: what is read late, by whom, and how each state gets its new value. */
const drawStep = (roll: (count: number) => number): WrittenStep =>
  writeStep((writer) => {
    const { graph, input, node } = writer;
    const fast = input('fast', ...rateShape);
    const slow = input('slow');
    const rates = [fast, graph.reshape(fast, []), slow, graph.scalar(0.5)];
    const values = [...pictures, 'x'].map((name) => input(name, ...shape));
    const pick = (): Value => values[roll(values.length)] as Value;
    const rate = (): Value => rates[roll(rates.length)] as Value;
    const makers: (() => Value)[] = [
      () => node('Add', [pick(), pick()], shape),
      () => node('Mul', [pick(), pick()], shape),
      () => node('MatMul', [pick(), pick()], shape),
      () => graph.transpose(pick(), [1, 0]),
      () => graph.reshape(node('Add', [graph.reshape(pick(), [4]), rate()], [4]), shape),
    ];
    const make = (): Value => (makers[roll(makers.length)] as () => Value)();
    const next = new Map<string, Value>();
    for (const name of pictures.toSorted(() => roll(2) - 0.5)) {
      for (let i = roll(3); i > 0; i--) values.push(make());
      const state = values.find((value) => value.name === name) as Value;
      next.set(name, roll(4) === 0 ? pick() : descended(writer, state, pick(), rate()));
      values.push(next.get(name) as Value);
    }
    const first = node('Gather', [graph.reshape(pick(), [4]), graph.integers([0])], rateShape);
    next.set('fast', descended(writer, fast, first, slow));
    return { next: Object.fromEntries(next), results: { y: make(), z: make() } };
  });

/** Buffers of what is fed, and of the results; the new value of some states is in the buffer of the old one. */
function buffersFor({ results }: WrittenStep, inPlace: readonly string[]): Buffers {
  const fed = [...pictures, 'x'].map((name, i) => {
    return [name, Float64Array.from({ length: sizeOf(shape) }, (_, j) => i + j / 3)] as const;
  });
  const rates = ['fast', 'slow'].map((name, i) => [name, Float64Array.of((i + 1) / 4)] as const);
  const buffers: Buffers = new Map([...fed, ...rates]);
  for (const name of results) {
    const old = buffers.get(name.replace(':next', ''));
    const isOver = inPlace.some((state) => name === `${state}:next`);
    buffers.set(name, old && isOver ? old : new Float64Array(old?.length ?? sizeOf(shape)));
  }
  return buffers;
}

const numbersOf = ({ results }: WrittenStep, buffers: Buffers) =>
  results.map((name) => [name, [...(buffers.get(name) as Numbers)]]);

describe('updateInPlace', () => {
  it('gives the numbers of separate buffers in every order that inputs allow', () => {
    const count = { inPlace: 0, gates: 0 };
    for (let seed = 0; seed < 500; seed++) {
      const roll = createDice(seed);
      const step = drawStep(roll);
      const apart = buffersFor(step, []);
      run(step.nodes, apart, () => 0);
      const { nodes, inPlace } = updateInPlace(step.nodes, step.updates);
      count.inPlace += inPlace.length;
      count.gates += nodes.filter(({ op }) => op === 'Concat').length;
      const said = `seed ${seed}, in place: ${inPlace}\n${formatGraph(nodes)}`;
      for (let order = 0; order < 10; order++) {
        const shared = buffersFor(step, inPlace);
        run(nodes, shared, roll);
        expect(numbersOf(step, shared), said).toEqual(numbersOf(step, apart));
      }
    }
    // There was something to get wrong.
    expect(count.inPlace).toBeGreaterThan(500);
    expect(count.gates).toBeGreaterThan(500);
  });
});
