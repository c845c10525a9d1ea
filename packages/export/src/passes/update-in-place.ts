import { type GraphNode, sizeOf, type Value } from '../graph.js';

/** Where a state's old value comes in and its new value goes out, by the names of its ports. */
export type Updates = Readonly<Record<string, string>>;

/** Ops that read each number once, before they write the number of the same place. */
const elementwise = new Set(['Add', 'Sub', 'Mul', 'Div']);
/** Ops whose output is their input's memory. */
const views = new Set(['Reshape', 'Identity']);

interface Links {
  readonly producers: ReadonlyMap<string, GraphNode>;
  readonly consumers: ReadonlyMap<string, readonly GraphNode[]>;
}

function linksOf(nodes: readonly GraphNode[]): Links {
  const consumers = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const name of new Set(node.inputs.map((input) => input.name))) {
      consumers.set(name, [...(consumers.get(name) ?? []), node]);
    }
  }
  return { producers: new Map(nodes.map((node) => [node.output.name, node])), consumers };
}

/** The names by which a state's memory is read: its own, and those of its views. */
function memoryOf({ consumers }: Links, state: string): Set<string> {
  const names = new Set([state]);
  for (const name of names) {
    for (const { op, inputs, output } of consumers.get(name) ?? []) {
      if (views.has(op) && inputs[0]?.name === name) names.add(output.name);
    }
  }
  return names;
}

/** These nodes, and those that they wait for by their inputs and by gates. */
function upTo(
  { producers }: Links,
  nodes: Iterable<GraphNode>,
  gates: readonly Gate[] = [],
): Set<GraphNode> {
  const found = new Set(nodes);
  for (const node of found) {
    for (const { name } of node.inputs) {
      const producer = producers.get(name);
      if (producer) found.add(producer);
    }
    for (const { products, readers } of gates) {
      if (products.has(node)) for (const reader of readers) found.add(reader);
    }
  }
  return found;
}

/** A state that its last node may write over, once these nodes have read it. */
interface Candidate {
  readonly state: string;
  readonly writer: GraphNode;
  /** Readers that nothing makes the writer wait for. */
  readonly late: readonly GraphNode[];
}

function candidateOf(
  links: Links,
  [state, output]: readonly [string, string],
): Candidate | undefined {
  const writer = links.producers.get(output);
  if (!writer || views.has(writer.op)) return undefined;
  const memory = memoryOf(links, state);
  const readsIt = writer.inputs.some(({ name }) => memory.has(name));
  if (readsIt && !elementwise.has(writer.op)) return undefined;
  const before = upTo(links, [writer]);
  const readers = [...memory].flatMap((name) => links.consumers.get(name) ?? []);
  const late = readers.filter((reader) => !before.has(reader));
  return { state, writer, late };
}

/**
 * The product of a writer such as w - step * rate, and the rate, one number: what can be made to wait. The
 * rate may be a state too: its gate reads it before the product would have.
 */
function rateOf(
  links: Links,
  { writer, state }: Candidate,
): { product: GraphNode; rate: Value } | undefined {
  const step = writer.inputs.find(({ name }) => name !== state);
  const product = step && links.producers.get(step.name);
  const isUsedOnce = step && links.consumers.get(step.name)?.length === 1;
  if (product?.op !== 'Mul' || !isUsedOnce) return undefined;
  const rate = product.inputs.find(({ shape }) => sizeOf(shape) === 1);
  return rate?.dtype === 'float32' ? { product, rate } : undefined;
}

/** A rate and those who wait by it: it is handed out when all readers have read. */
interface Gate {
  readonly rate: Value;
  readonly products: ReadonlySet<GraphNode>;
  readonly readers: ReadonlySet<GraphNode>;
  readonly states: readonly string[];
}

/** Whether a number of what a reader computes can stand behind a rate. */
const hasToken = ({ output }: GraphNode): boolean =>
  output.dtype === 'float32' && sizeOf(output.shape) > 0;

function gatesOf(links: Links, candidates: readonly Candidate[]): Gate[] {
  const gates = new Map<string, Gate>();
  for (const candidate of candidates) {
    const found = rateOf(links, candidate);
    if (!found || !candidate.late.every(hasToken)) continue;
    const { name } = found.rate;
    const gate = gates.get(name);
    const wider: Gate = {
      rate: found.rate,
      products: new Set([...(gate?.products ?? []), found.product]),
      readers: new Set([...(gate?.readers ?? []), ...candidate.late]),
      states: [...(gate?.states ?? []), candidate.state],
    };
    // Who waits for a reader must not be waited for by it, by way of other gates neither.
    const before = upTo(links, wider.readers, [...new Map(gates).set(name, wider).values()]);
    if ([...wider.products].some((product) => before.has(product))) continue;
    gates.set(name, wider);
  }
  return [...gates.values()];
}

const vector = (name: string, length: number): Value => ({
  name,
  shape: [length],
  dtype: 'float32',
});
const list = (name: string, data: readonly number[]): Value => ({
  name,
  shape: [data.length],
  dtype: 'int64',
  data,
});

/** The nodes that hand out a rate: the first of [rate, a number of each reader's result]. */
function gateNodes({ rate, readers }: Gate, name: string): { nodes: GraphNode[]; rate: Value } {
  const [first, flat] = [list(`${name}:first`, [0]), list(`${name}:all sizes`, [-1])];
  const one = list(`${name}:one`, [1]);
  const nodes: GraphNode[] = [];
  const add = (op: string, inputs: readonly Value[], output: Value, attributes = {}): Value => {
    nodes.push({ op, inputs, attributes, output });
    return output;
  };
  const asVector = (value: Value, as: string): Value =>
    add('Reshape', [value, one], vector(as, 1), { allowzero: 0 });
  const firsts = [...readers].map(({ output }, i) => {
    const size = sizeOf(output.shape);
    const numbers = add('Reshape', [output, flat], vector(`${name}:flat${i}`, size), {
      allowzero: 0,
    });
    return add('Gather', [numbers, first], vector(`${name}:token${i}`, 1), { axis: 0 });
  });
  const all = [asVector(rate, `${name}:rate`), ...firsts];
  const joined = add('Concat', all, vector(`${name}:all`, all.length), { axis: 0 });
  const handed = add('Gather', [joined, first], vector(`${name}:handed`, 1), { axis: 0 });
  const shape = list(`${name}:shape`, rate.shape);
  const output = { name: `${name}:out`, shape: rate.shape, dtype: rate.dtype };
  return { nodes, rate: add('Reshape', [handed, shape], output, { allowzero: 0 }) };
}

/** The same nodes, each after those that compute its inputs, else in their order. */
function sorted(nodes: readonly GraphNode[]): GraphNode[] {
  const producers = new Map(nodes.map((node) => [node.output.name, node]));
  const order = new Set<GraphNode>();
  const visit = (node: GraphNode): void => {
    if (order.has(node)) return;
    for (const { name } of node.inputs) {
      const producer = producers.get(name);
      if (producer) visit(producer);
    }
    order.add(node);
  };
  nodes.forEach(visit);
  return [...order];
}

/**
 * Let new values be written over old ones. A state may be if its last node reads it element by element
 * or not at all, and no other node reads it later. A runtime may run nodes in any order that their
 * inputs allow, so where another reader could come later, the update is made to wait for it: the rate
 * in w - step * rate is handed out when all have read. A state where that cannot be done keeps two buffers.
 *
 * @returns the nodes, and the states that may share one buffer
 */
export function updateInPlace(
  nodes: readonly GraphNode[],
  updates: Updates,
): { nodes: GraphNode[]; inPlace: string[] } {
  const links = linksOf(nodes);
  const candidates = Object.entries(updates)
    .map((update) => candidateOf(links, update))
    .filter((candidate) => candidate !== undefined);
  const free = candidates.filter(({ late }) => late.length === 0).map(({ state }) => state);
  const gates = gatesOf(
    links,
    candidates.filter(({ late }) => late.length > 0),
  );
  const made = gates.map((gate, i) => ({ gate, ...gateNodes(gate, `gate${i}`) }));
  const swapped = nodes.map((node) => {
    const gated = made.find(({ gate }) => gate.products.has(node));
    if (!gated) return node;
    const { gate, rate } = gated;
    return { ...node, inputs: node.inputs.map((v) => (v.name === gate.rate.name ? rate : v)) };
  });
  return {
    nodes: sorted([...swapped, ...made.flatMap((each) => each.nodes)]),
    inPlace: [...free, ...gates.flatMap(({ states }) => states)],
  };
}
