import { InputError } from '@ganvas/core';
import type * as tf from '@tensorflow/tfjs-core';
import { toHeldAxis, toHeldShape } from './backend.js';
import { type Metadata, type Model, type Port, toModel } from './model.js';
import { liveNodes } from './passes/dead-code.js';
import { foldNorms } from './passes/fold-norms.js';
import {
  affineOf,
  type DynamicSize,
  dynamicSizes,
  type Probes,
  planProbes,
  type Sizes,
  spellAffine,
} from './probes.js';
import { createSizeNodes, type SizeSource } from './size-nodes.js';
import { type Inference, type Tensors, type Traced, trace } from './trace.js';
import { unifyTraces } from './unify-traces.js';

/**
 * An input of which some sizes are chosen at run time. `N` stands for the batch. A picture of any size is
 * `['N', 'H', 'W', channels]` for the function, and `[N, channels, H, W]` in the file.
 */
export interface DynamicInput {
  readonly shape: readonly (number | DynamicSize)[];
  readonly dtype: 'float32' | 'int64';
}

export type DynamicInputs = Readonly<Record<string, DynamicInput>>;

export interface DynamicOptions extends Inference {
  readonly name: string;
  readonly inputs: DynamicInputs;
  /** What `H` and `W` are multiples of, in pixels; default 1. */
  readonly sizeMultiple?: number | undefined;
  readonly metadata?: Metadata;
}

/** A model for any size. */
export interface DynamicModel extends Model {
  /** The tensors made outside of the function whose numbers the model has. */
  readonly weights: ReadonlySet<tf.DataId>;
}

/** Whether an input is a picture of any size, which files have in NCHW order. */
export const isPicture = ({ shape }: DynamicInput): boolean =>
  shape.includes('H') || shape.includes('W');

/** The sizes of an input as the function takes it. */
export const sizesOf = ({ shape }: DynamicInput, sizes: Sizes): number[] =>
  shape.map((size) => (typeof size === 'number' ? size : sizes[size]));

function assertInputs({ inputs, sizeMultiple = 1 }: DynamicOptions): void {
  if (!Number.isInteger(sizeMultiple) || sizeMultiple < 1) {
    throw new InputError(
      `export: expected a sizeMultiple of 1 or more whole pixels, got ${sizeMultiple}`,
    );
  }
  for (const [name, { shape }] of Object.entries(inputs)) {
    const [, height, width, channels] = shape;
    const isWhole = shape.length === 4 && height === 'H' && width === 'W';
    if (!isPicture({ shape, dtype: 'float32' }) || (isWhole && typeof channels === 'number'))
      continue;
    throw new InputError(
      `export: expected the input "${name}" as ['N', 'H', 'W', channels], since it has H or W, got [${shape}]`,
    );
  }
}

/** Say of what tfjs refuses which size it was: it is none that the caller gave. */
function naming<T>({ H, W }: Sizes, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const isOwn =
      error instanceof InputError || !(error instanceof Error) || /^trace: /.test(error.message);
    if (isOwn) throw error;
    throw new Error(
      `export: expected a function that takes any batch, and pictures of any size where H and W are given, but traced for ${W} x ${H} it throws: ${error.message}`,
      { cause: error },
    );
  }
}

function traceAt(
  fn: (inputs: Tensors) => Tensors,
  { inputs, weights }: DynamicOptions,
  sizes: Sizes,
): Traced {
  const specs = Object.entries(inputs).map(([name, input]) => {
    const { dtype } = input;
    return [
      name,
      { shape: sizesOf(input, sizes), dtype, channelsFirst: isPicture(input) },
    ] as const;
  });
  const options = {
    inputs: Object.fromEntries(specs),
    form: 'conv',
    inference: { weights },
  } as const;
  const traced = naming(sizes, () => trace(fn, options));
  const [changed] = traced.missing;
  if (!changed) return traced;
  throw new Error(
    `export: expected a function that changes no variable, got "${changed.name}" assigned: call layers with { training: false }`,
  );
}

/** Where each size can be read: the first input that has it. */
function sourcesOf(inputs: DynamicInputs, base: Traced): Partial<Record<DynamicSize, SizeSource>> {
  const sources: Partial<Record<DynamicSize, SizeSource>> = {};
  for (const input of base.graph.inputs) {
    const spec = inputs[input.name] as DynamicInput;
    for (const size of dynamicSizes) {
      const axis = spec.shape.indexOf(size);
      if (axis !== -1) sources[size] ??= { input, axis: toHeldAxis(axis, isPicture(spec)) };
    }
  }
  return sources;
}

/** The shape of a result, with what follows the sizes by name: `N`, `2*H`. */
function portOf(name: string, traces: readonly Traced[], probes: Probes): Port {
  const values = traces.map(({ outputs }) => outputs[name] as { shape: readonly number[] });
  const [{ dtype }] = [traces[0]?.outputs[name] as { dtype: Port['dtype'] }];
  const shapes = values.map(({ shape }) => shape);
  const shape = (shapes[0] as readonly number[]).map((size, axis) => {
    const sizes = shapes.map((each) => each[axis] as number);
    if (sizes.every((each) => each === size)) return size;
    const affine = affineOf(sizes, probes);
    if (affine) return spellAffine(affine, probes.multiple);
    throw new Error(
      `export: expected the output "${name}" to have sizes that are sums of multiples of ${probes.sizes.join(', ')}, got ${sizes.join()} for axis ${axis}`,
    );
  });
  return { name, dtype, shape };
}

/** An input as the file has it. */
const toPort = (name: string, input: DynamicInput): Port => {
  const { shape, dtype } = input;
  const order = toHeldShape([0, 1, 2, 3], isPicture(input));
  const held = isPicture(input) ? order.map((axis) => shape[axis] as number | string) : shape;
  return { name, dtype, shape: held };
};

/**
 * Compile a function for inference: any batch, and pictures of any size where an input has `H` and `W`; NCHW
 * pictures, weights as constants. `int64` inputs reach the function as tfjs's int32.
 */
export function compileDynamic(
  fn: (inputs: Tensors) => Tensors,
  options: DynamicOptions,
): DynamicModel {
  assertInputs(options);
  const { inputs, sizeMultiple = 1 } = options;
  const used = new Set(Object.values(inputs).flatMap(({ shape }) => shape));
  const probes = planProbes(
    dynamicSizes.filter((size) => used.has(size)),
    sizeMultiple,
  );
  const traces = probes.probes.map((sizes) => traceAt(fn, options, sizes));
  const [base] = traces as [Traced];
  const lists = traces.map(({ graph, outputs }) => liveNodes(graph.nodes, Object.values(outputs)));
  const sizeNodes = createSizeNodes(base.graph, sourcesOf(inputs, base), sizeMultiple);
  const unified = unifyTraces(lists, { probes, graph: base.graph, sizeNodes });
  const keepsFilters = options.weights === 'fp16';
  const nodes = foldNorms(unified, Object.values(base.outputs), { keepsFilters });
  const graph = { inputs: base.graph.inputs, nodes: [...sizeNodes.nodes, ...nodes] };
  const results = Object.entries(base.outputs).map(([name, value]) => {
    return { value, port: portOf(name, traces, probes) };
  });
  const ports = Object.entries(inputs).map(([name, input]) => toPort(name, input));
  return { ...toModel(graph, results, { ...options, inputs: ports }), weights: base.weights };
}
