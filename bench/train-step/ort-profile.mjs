// Reads the file that onnxruntime's profiler writes: one JSON list of events with times in microseconds.

const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** `[{ float: [1, 2] }, ...]`, as onnxruntime writes the shapes of a node, as a list of dtypes and shapes. */
const toTensors = (list) =>
  list.flatMap((tensor) => Object.entries(tensor).map(([dtype, shape]) => ({ dtype, shape })));

const bytesOf = ({ dtype, shape }) =>
  sizeOf(shape) * ({ int64: 8, double: 8, bool: 1 }[dtype] ?? 4);

/**
 * Two for each product of A [M, K] and B [K, N], either the same for a whole batch. A constant that is
 * packed when the session is made is missing; only B can be one.
 */
function productFlop([a, b], [out]) {
  const [rows, columns] = out.shape.slice(-2);
  const outputs = sizeOf(out.shape);
  const isAWhole = a.shape.length === out.shape.length;
  const inner = isAWhole
    ? sizeOf(a.shape) / (outputs / columns)
    : sizeOf(b.shape) / (outputs / rows);
  return 2 * outputs * inner;
}

// Every filter is [M, C, ...], M the channels of its output and, transposed, of its input.
const perPixel = (filter) => (filter ? sizeOf(filter.shape.slice(1)) : 0);

/** Floating-point operations of a node, by its op; onnxruntime fuses what stands beside products. */
const flopOf = {
  MatMul: productFlop,
  FusedMatMul: productFlop,
  Gemm: productFlop,
  FusedGemm: productFlop,
  Conv: ([, filter], [out]) => 2 * sizeOf(out.shape) * perPixel(filter),
  FusedConv: ([, filter], [out]) => 2 * sizeOf(out.shape) * perPixel(filter),
  ConvTranspose: ([x, filter]) => 2 * sizeOf(x.shape) * perPixel(filter),
};

const describe = ({ dtype, shape }) =>
  `${dtype === 'float' ? '' : `${dtype} `}[${shape.join(' ')}]`;

function toEvent({ name, dur, args }) {
  const inputs = toTensors(args.input_type_shape);
  const outputs = toTensors(args.output_type_shape);
  return {
    name: name.replace(/_kernel_time$/, ''),
    op: args.op_name,
    ms: dur / 1000,
    gflop: (flopOf[args.op_name]?.(inputs, outputs) ?? 0) / 1e9,
    bytes: [...inputs, ...outputs].map(bytesOf).reduce((a, b) => a + b, 0),
    shapes: `${args.op_name} ${inputs.map(describe).join(' ')} -> ${outputs.map(describe).join(' ')}`,
  };
}

/** The runs and the nodes in a profile, without the first `skippedRuns`. */
export function readProfile(text, { skippedRuns }) {
  const events = JSON.parse(text);
  const runs = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
  const start = runs[skippedRuns].ts;
  const nodes = events.filter(({ cat, name, ts }) => {
    return cat === 'Node' && name.endsWith('_kernel_time') && ts >= start;
  });
  return {
    runMs: runs.slice(skippedRuns).map(({ dur }) => dur / 1000),
    nodes: nodes.map(toEvent),
  };
}

const sumOf = (items, key) => items.reduce((sum, item) => sum + item[key], 0);

/** Sum the events that have the same key into means over the runs, those that take longest first. */
function grouped(events, key, runs) {
  const groups = new Map();
  for (const event of events) {
    if (!groups.has(event[key])) groups.set(event[key], []);
    groups.get(event[key]).push(event);
  }
  return [...groups.values()]
    .map((same) => ({
      ...same[0],
      calls: same.length / runs,
      ms: sumOf(same, 'ms') / runs,
      gflop: sumOf(same, 'gflop') / runs,
    }))
    .sort((a, b) => b.ms - a.ms);
}

/** Means over the runs: of a run, of each op and of the nodes of equal op and shapes. */
export function summarize({ runMs, nodes }) {
  const runs = runMs.length;
  return {
    runMs: runMs.reduce((a, b) => a + b, 0) / runs,
    nodeMs: sumOf(nodes, 'ms') / runs,
    gflop: sumOf(nodes, 'gflop') / runs,
    ops: grouped(nodes, 'op', runs),
    nodes: grouped(nodes, 'shapes', runs),
  };
}

/** A step's first result is one that onnxruntime-node cannot pass on: all are computed and none is copied. */
export const runWithoutResults = (session, feeds) =>
  session.run(feeds).catch((error) => {
    if (!error.message.startsWith('Non tensor type')) throw error;
  });
