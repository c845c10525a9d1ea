import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.js';
import { combine, elementwise, mapElements, type Write } from './broadcast.js';
import { join, test, unary, viaFloat, where } from './nodes.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';

/** x above 0, alpha (e^x - 1) below. */
const elu = (graph: Graph, x: Value, alpha = 1): Value =>
  unary(graph, 'Elu', x, { alpha: { float: alpha } });

// Self-normalizing networks (Klambauer et al. 2017): scale times elu with this alpha.
const { SELU_SCALE: seluScale, SELU_SCALEALPHA: seluScaleAlpha } = tf.backend_util;

const relu: Write = (graph, x) => unary(graph, 'Relu', x);
const relu6: Write = (graph, x) => join(graph, 'Clip', [x, 0, 6]);
const sigmoid: Write = (graph, x) => unary(graph, 'Sigmoid', x);

/** x above 0, alpha x below. */
const leakyRelu =
  (alpha: number): Write =>
  (graph, x) =>
    unary(graph, 'LeakyRelu', graph.cast(x, 'float32'), {
      alpha: { float: Math.fround(alpha) },
    });

/** x above 0, alpha x below, where alpha has numbers of its own. */
function prelu(graph: Graph, x: Value, alpha: Value): Value {
  const [y, slope] = [graph.cast(x, 'float32'), graph.cast(alpha, 'float32')];
  return where(graph, test(graph, 'Less', y, 0), join(graph, 'Mul', [slope, y]), y);
}

/** 0, 1 and what lies between are kept, below 0 comes alpha. */
const step =
  (alpha: number): Write =>
  (graph, x) => {
    const slopes = [1, alpha].map((slope) => graph.scalar(slope, x.dtype)) as [Value, Value];
    return where(graph, test(graph, 'Greater', x, 0), ...slopes);
  };

export const activationRules = {
  Elu: elementwise((graph, x) => viaFloat(graph, x, (y) => elu(graph, y))),
  /** dy above 0, dy (y + 1) below, where y is elu's result: dy (min(y, 0) + 1). */
  EluGrad: rule((call) =>
    combine(call.backend, [inputOf(call, 'dy'), inputOf(call, 'y')], (graph, [dy, y]) => {
      const slope = join(graph, 'Add', [join(graph, 'Min', [y as Value, 0]), 1]);
      return join(graph, 'Mul', [dy as Value, slope]);
    }),
  ),
  LeakyRelu: rule<{ alpha: number }>((call) =>
    mapElements(call.backend, inputOf(call, 'x'), leakyRelu(call.attrs.alpha)),
  ),
  Prelu: rule((call) =>
    combine(call.backend, [inputOf(call, 'x'), inputOf(call, 'alpha')], (graph, [x, alpha]) =>
      prelu(graph, x as Value, alpha as Value),
    ),
  ),
  Relu: elementwise(relu),
  Relu6: elementwise(relu6),
  Selu: elementwise((graph, x) =>
    viaFloat(graph, x, (y) =>
      join(graph, 'Mul', [elu(graph, y, seluScaleAlpha / seluScale), seluScale]),
    ),
  ),
  Sigmoid: elementwise((graph, x) => viaFloat(graph, x, (y) => sigmoid(graph, y))),
  Softplus: elementwise((graph, x) => viaFloat(graph, x, (y) => unary(graph, 'Softplus', y))),
  Step: rule<{ alpha: number }>((call) =>
    mapElements(call.backend, inputOf(call, 'x'), step(call.attrs.alpha)),
  ),
} satisfies Rules;

/** The attributes of the kernels that end in an activation. */
export interface FusedAttrs {
  readonly activation: string;
  readonly leakyreluAlpha?: number;
}

type Finish = (call: Call<FusedAttrs>, x: tf.TensorInfo) => tf.TensorInfo;

const apply =
  (write: Write): Finish =>
  (call, x) =>
    mapElements(call.backend, x, write);

/** The activations that tfjs fuses into a convolution or matrix product, by tfjs's names. */
const activations: Readonly<Record<string, Finish | undefined>> = {
  linear: (_, x) => x,
  relu: apply(relu),
  relu6: apply(relu6),
  elu: apply((graph, x) => elu(graph, x)),
  sigmoid: apply(sigmoid),
  leakyrelu: (call, x) => mapElements(call.backend, x, leakyRelu(call.attrs.leakyreluAlpha ?? 0.2)),
  prelu: (call, x) =>
    combine(call.backend, [x, inputOf(call, 'preluActivationWeights')], (graph, [y, alpha]) =>
      prelu(graph, y as Value, alpha as Value),
    ),
};

/** What tfjs fuses behind a product or convolution: add the call's bias, then apply its activation. */
export function finishFused(call: Call<FusedAttrs>, product: tf.TensorInfo): tf.TensorInfo {
  const { backend, inputs, attrs } = call;
  const finish = activations[attrs.activation];
  if (!finish) {
    throw new Error(
      `trace: expected a fused activation of ${Object.keys(activations).join()}, got "${attrs.activation}"`,
    );
  }
  const bias = inputs['bias'];
  const biased = bias
    ? combine(backend, [product, bias], (graph, [x, b]) =>
        join(graph, 'Add', [x as Value, b as Value]),
      )
    : product;
  const result = finish(call, biased);
  for (const dataId of new Set([product.dataId, biased.dataId])) {
    if (dataId !== result.dataId) backend.disposeData(dataId);
  }
  return result;
}
