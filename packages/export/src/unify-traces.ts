import { type ConstantData, type Graph, type GraphNode, isSameShape, type Value } from './graph.js';
import { type Affine, affineOf, type Probes } from './probes.js';
import type { SizeNodes } from './size-nodes.js';

/** What the nodes of several traces are made into one list with. */
interface Context {
  readonly probes: Probes;
  /** Of the base. */
  readonly graph: Graph;
  readonly sizeNodes: SizeNodes;
}

/** One input of the nodes that stand in the same place, at each probe. */
type Seen = readonly [base: Value, ...others: Value[]];

/** What changes where the sizes do. */
const named = ({ sizes }: Probes): string => sizes.join(', ');

const fail = (probes: Probes, what: string): never => {
  throw new Error(
    `export: expected a function that works alike for every ${named(probes)}, but ${what}`,
  );
};

const isSameData = (a: ConstantData, b: ConstantData | undefined): boolean =>
  a === b || (a.length === b?.length && a.every((x: number, i: number) => Object.is(x, b[i])));

/** What to do where a constant of an op is made of a size. Other ops have one answer. */
const advice: Readonly<Record<string, string>> = {
  Gather:
    "read by index only along axes of a fixed size; pad by 'reflect' or zeros, not 'symmetric', and resize by whole factors",
  MatMul:
    'resize by whole factors, and connect densely only what does not follow the size, such as a mean',
  ScatterND: 'write by index only along axes of a fixed size',
};
const commonAdvice =
  'make numbers of the inputs, not of their shapes: tf.mean for a sum over a count, tf.onesLike(x) for a fill';

const adviceFor = (op: string): string => advice[op] ?? commonAdvice;

/** The sizes that a list of constants follows, by the probes at which it differs from the base. */
function followed([base, ...others]: Seen, { sizes }: Probes): string {
  const followed = sizes.filter(
    (_, i) =>
      !isSameShape(base.shape, others[i]?.shape ?? []) ||
      !isSameData(base.data ?? [], others[i]?.data),
  );
  return (followed.length === 0 ? sizes : followed).join(' and ');
}

/** Each number of a vector as what it follows the sizes by; none where one is no sum of multiples. */
function affinesOf(lists: readonly (readonly number[])[], probes: Probes): Affine[] | undefined {
  const [base] = lists as [readonly number[]];
  const found = base.map((_, i) =>
    affineOf(
      lists.map((list) => list[i] as number),
      probes,
    ),
  );
  return found.every((affine) => affine !== undefined) ? found : undefined;
}

const listsOf = (values: readonly Value[]): number[][] =>
  values.map(({ data }) => Array.from(data ?? [], Number));

/** The shape for a Reshape: 0 for a size that stays in its place, -1 for one that is left; else computed. */
function reshapeTo(sources: Seen, shapes: Seen, context: Context): Value | undefined {
  const lists = listsOf(shapes);
  const [base] = lists as [number[]];
  const varies = base.map((size, axis) => lists.some((list) => list[axis] !== size));
  const stays = base.map((_, axis) =>
    lists.every((list, probe) => list[axis] === sources[probe]?.shape[axis]),
  );
  const count = varies.filter(Boolean).length;
  // A shape with a 0 of its own is written with allowzero.
  if (base.includes(0)) return undefined;
  const left = count === 1 ? varies : varies.map((each, axis) => each && !stays[axis]);
  if (left.filter(Boolean).length > 1) return undefined;
  const written = base.map((size, axis) => {
    if (!varies[axis]) return size;
    return left[axis] ? -1 : 0;
  });
  const [shape] = shapes;
  const name = count === 1 ? shape.name : `${shape.name}:${written}`;
  return context.graph.once(`${name} of any size`, () => ({ ...shape, name, data: written }));
}

/** A vector of sizes, bounds or amounts that is computed where the model runs. */
function computed(values: Seen, { probes, sizeNodes }: Context): Value | undefined {
  const [base, ...others] = values;
  const isVector = base.dtype === 'int64' && base.shape.length === 1;
  if (!isVector || others.some(({ shape }) => !isSameShape(shape, base.shape))) return undefined;
  const affines = affinesOf(listsOf(values), probes);
  return affines && sizeNodes.vector(affines);
}

/** One number everywhere, repeated to the sizes that there are. */
function filled(values: Seen, context: Context, extra: GraphNode[]): Value | undefined {
  const { probes, graph, sizeNodes } = context;
  const [base] = values;
  const isFilled = values.every(({ uniform, shape }) => {
    return (
      uniform !== undefined &&
      Object.is(uniform, base.uniform) &&
      shape.length === base.shape.length
    );
  });
  const affines =
    isFilled &&
    affinesOf(
      values.map(({ shape }) => shape),
      probes,
    );
  if (!affines || base.uniform === undefined) return undefined;
  const inputs = [graph.scalar(base.uniform, base.dtype), sizeNodes.vector(affines)];
  const output = { name: `${base.name}:filled`, shape: base.shape, dtype: base.dtype };
  return graph.once(output.name, () => {
    extra.push({ op: 'Expand', inputs, attributes: {}, output });
    return output;
  });
}

const isComputedAlike = (values: Seen, places: readonly ReadonlyMap<string, number>[]): boolean => {
  const [place] = values.map(({ name }, probe) => places[probe]?.get(name) ?? name);
  return values.every(
    ({ name, data }, probe) => !data && (places[probe]?.get(name) ?? name) === place,
  );
};

/**
 * One list of nodes that stands for the same nodes at every probe. Constants that follow the sizes are computed
 * where the model runs; throws where that cannot be.
 *
 * @param lists the live nodes of each trace
 */
export function unifyTraces(
  lists: readonly (readonly GraphNode[])[],
  context: Context,
): GraphNode[] {
  const { probes } = context;
  const [base] = lists as [readonly GraphNode[]];
  const longer = lists.find(({ length }) => length !== base.length);
  if (longer)
    fail(probes, `${base.length} nodes are traced for one size and ${longer.length} for another`);
  const places = lists.map(
    (nodes) => new Map(nodes.map(({ output }, place) => [output.name, place])),
  );
  const unified: GraphNode[] = [];
  const unifyInput = (seen: readonly GraphNode[], index: number): Value => {
    const values = seen.map(({ inputs }) => inputs[index]) as unknown as Seen;
    const [value, ...others] = values;
    const [{ op }] = seen as [GraphNode];
    if (isComputedAlike(values, places)) return value;
    if (!values.every(({ data }) => data))
      fail(probes, `${op} takes other inputs for another size`);
    const isFixed = others.every(
      ({ shape, data }) => isSameShape(shape, value.shape) && isSameData(data ?? [], value.data),
    );
    if (isFixed) return value;
    const sources = seen.map(({ inputs }) => inputs[0]) as unknown as Seen;
    const shape = op === 'Reshape' ? reshapeTo(sources, values, context) : undefined;
    return (
      shape ??
      computed(values, context) ??
      filled(values, context, unified) ??
      fail(
        probes,
        `a constant of ${op} of shape [${value.shape}] follows ${followed(values, probes)}: ${adviceFor(op)}`,
      )
    );
  };
  for (const [place, node] of base.entries()) {
    const seen = lists.map((nodes) => nodes[place] as GraphNode);
    const other = seen.find((each) => !isAlike(node, each));
    if (other) {
      fail(
        probes,
        `${spell(node)} stands where ${spell(other)} does for another size: give a sizeMultiple that all strides divide, and choose nothing by a size`,
      );
    }
    const inputs = node.inputs.map((_, index) => unifyInput(seen, index));
    unified.push({ ...node, inputs });
  }
  return unified;
}

const isAlike = (a: GraphNode, b: GraphNode): boolean =>
  a.op === b.op &&
  a.inputs.length === b.inputs.length &&
  JSON.stringify(a.attributes) === JSON.stringify(b.attributes);

/** An op with the attributes that tell it from others. */
const spell = ({ op, attributes }: GraphNode): string => `${op} ${JSON.stringify(attributes)}`;
