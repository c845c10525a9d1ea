import type { Dataset } from './data/dataset.js';
import type { compileSteps } from './engines/onnx.js';
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
  /** Nodes of each step's graph. */
  readonly graphs: Readonly<Record<StepName, number>>;
  readonly stateBytes: number;
  /** About what the process will take, in bytes: Node and the libraries, the data, the state, and what each step keeps at once. */
  readonly expectedBytes: number;
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
// By the engine, by the run before it, and by tfjs.
const stateCopies = 3;

/** Describe a built GAN and its compiled steps. */
export function planOf(
  { config, dataset }: { config: RunConfig; dataset: Dataset },
  gan: Gan,
  compiled: ReturnType<typeof compileSteps<StepName>>,
): Plan {
  const stateBytes = 4 * parameterCount(gan.state);
  const names = Object.keys(compiled) as StepName[];
  const peaks = names.map((name) => compiled[name].model.peakBytes);
  return {
    config,
    networks: [networkPlan('generator', gan.generator), networkPlan('critic', gan.critic)],
    graphs: Object.fromEntries(
      names.map((name) => [name, compiled[name].model.nodeCount]),
    ) as Plan['graphs'],
    stateBytes,
    expectedBytes:
      processBytes +
      dataset.images.length +
      stateCopies * stateBytes +
      peaks.reduce((sum, bytes) => sum + bytes, 0),
  };
}
