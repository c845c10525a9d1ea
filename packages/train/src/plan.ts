import type { Engine, EngineName, GraphSize } from './engines/engine.js';
import type { Prepared, Training } from './families/family.js';
import { parameterCount, variablesOf } from './networks/network.js';
import type { RunConfig } from './run-config.js';

/** A network as a list of its layers. */
export interface NetworkPlan {
  readonly name: string;
  readonly parameters: number;
  readonly layers: readonly {
    readonly name: string;
    readonly type: string;
    readonly outputShape: readonly (number | null)[];
    readonly parameters: number;
  }[];
}

/** What a run is going to do. */
export interface Plan {
  readonly config: RunConfig;
  readonly networks: readonly NetworkPlan[];
  readonly engine: EngineName;
  /** Nodes of each step's graph; absent where the engine makes no graphs. */
  readonly graphs?: Readonly<Record<string, number>>;
  readonly stateBytes: number;
  /**
   * About what the process will take, in bytes: Node and the libraries, the data, the state, and what each
   * step keeps at once. Absent where there are no graphs to tell from.
   */
  readonly expectedBytes?: number;
}

const networkPlan = (name: string, model: Training['networks'][string]): NetworkPlan => ({
  name,
  parameters: parameterCount(variablesOf(model, name)),
  layers: model.layers.map((layer) => ({
    name: layer.name,
    type: layer.getClassName(),
    outputShape: layer.outputShape as (number | null)[],
    parameters: layer.countParams(),
  })),
});

// Node with tfjs and onnxruntime, before anything of the run is loaded.
const processBytes = 150e6;
// The engine's, second buffers where it cannot write in place, and the copy that becomes a checkpoint.
const stateCopies = 3;

/** What the graphs add to a plan. */
function graphPlan(graphs: Readonly<Record<string, GraphSize>>, otherBytes: number) {
  const entries = Object.entries(graphs);
  const nodes = entries.map(([name, { nodeCount }]) => [name, nodeCount] as const);
  return {
    graphs: Object.fromEntries(nodes) as Record<string, number>,
    expectedBytes: entries.reduce((sum, [, { peakBytes }]) => sum + peakBytes, otherBytes),
  };
}

/** Describe networks that are built and the engine that is to run them. */
export function planOf(
  { config, dataBytes }: Pick<Prepared, 'config' | 'dataBytes'>,
  { networks, state }: Pick<Training, 'networks' | 'state'>,
  { engine, graphs }: Pick<Engine<string>, 'engine' | 'graphs'>,
): Plan {
  const stateBytes = 4 * parameterCount(state);
  const otherBytes = processBytes + dataBytes + stateCopies * stateBytes;
  return {
    config,
    networks: Object.entries(networks).map(([name, model]) => networkPlan(name, model)),
    engine,
    stateBytes,
    ...(graphs && graphPlan(graphs, otherBytes)),
  };
}
