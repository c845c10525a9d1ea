import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Problem } from './finite-differences.js';
import { type Input, toProblem } from './op-case.js';
import { createRandom } from './random.js';

type Layer = tfl.layers.Layer;

/** A layer on inputs, all of which are differentiated, as are its trainable weights. */
export interface LayerCase {
  readonly build: () => Layer;
  readonly inputs: readonly Input[];
  readonly call: (layer: Layer, inputs: tf.Tensor[]) => tf.Tensor;
}

const apply =
  (training: boolean): LayerCase['call'] =>
  (layer, inputs) =>
    layer.apply(inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs, { training }) as tf.Tensor;

/** Name the layer and its inputs in one line. */
export const layerCase = (build: () => Layer, ...inputs: readonly Input[]): LayerCase => ({
  build,
  inputs,
  call: apply(false),
});

/** The layer as it behaves in training. */
export const inTraining = (layer: LayerCase): LayerCase => ({ ...layer, call: apply(true) });

/** Draw the inputs and the weights; the layer's own initial weights hide derivatives: many are zero. */
export function toLayerProblem({ build, inputs, call }: LayerCase, seed: number): Problem {
  const layer = build();
  const problem = toProblem({ inputs, op: (...given) => call(layer, given) }, seed);
  tf.tidy(() => void problem.forward());
  const random = createRandom(~seed);
  const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  for (const weight of weights) {
    const values = Float32Array.from({ length: weight.size }, () => 0.3 + 1.2 * random() - 0.6);
    weight.assign(tf.tensor(values, weight.shape));
  }
  return { ...problem, variables: [...problem.variables, ...weights] };
}
