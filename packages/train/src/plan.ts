import type { Dataset } from './data/dataset.js';
import type { Engine, EngineName, GraphSize } from './engines/engine.js';
import type { Gan, StepName } from './gan.js';
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
  readonly graphs?: Readonly<Record<StepName, number>>;
  readonly stateBytes: number;
  /**
   * About what the process will take, in bytes: Node and the libraries, the data, the state, and what each
   * step keeps at once. Absent where there are no graphs to tell from.
   */
  readonly expectedBytes?: number;
}

const networkPlan = (name: string, model: Gan['generator']): NetworkPlan => ({
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
function graphPlan(graphs: Readonly<Record<StepName, GraphSize>>, otherBytes: number) {
  const entries = Object.entries(graphs) as [StepName, GraphSize][];
  const nodes = entries.map(([name, { nodeCount }]) => [name, nodeCount] as const);
  return {
    graphs: Object.fromEntries(nodes) as Record<StepName, number>,
    expectedBytes: entries.reduce((sum, [, { peakBytes }]) => sum + peakBytes, otherBytes),
  };
}

/** Describe a built GAN and the engine that is to run it. */
export function planOf(
  { config, dataset }: { config: RunConfig; dataset: Dataset },
  gan: Gan,
  { engine, graphs }: Pick<Engine<StepName>, 'engine' | 'graphs'>,
): Plan {
  const stateBytes = 4 * parameterCount(gan.state);
  const otherBytes = processBytes + dataset.images.length + stateCopies * stateBytes;
  return {
    config,
    networks: [networkPlan('generator', gan.generator), networkPlan('critic', gan.critic)],
    engine,
    stateBytes,
    ...(graphs && graphPlan(graphs, otherBytes)),
  };
}
