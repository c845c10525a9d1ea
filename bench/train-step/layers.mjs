// Layers in tfjs ops, of variables that are named and shaped like PyTorch's, so that one set of weights
// fits both sides of a comparison.
import * as tf from '@tensorflow/tfjs-core';
import { quickUniforms } from './random.mjs';

const batchNormEpsilon = 1e-5;
const momentum = 0.1;

/**
 * Start a network: its layers are functions of NHWC tensors.
 *
 * @param name prefix of the variables, `<name>.<layer>.weight`
 * @param deviation standard deviation of initial weights
 */
export function createNetwork(name, { deviation = 0.02, seed = 1 } = {}) {
  /** What is trained. */
  const variables = {};
  /** Running statistics. */
  const statistics = {};
  /** How a variable becomes PyTorch's: split into `view`, its axes put into the order `axes`. */
  const layouts = {};
  const variable = (path, shape, { mean = 0, spread = 0, view = shape, axes } = {}) => {
    const numbers = quickUniforms(tf.util.sizeFromShape(shape), seed + Object.keys(layouts).length);
    const scale = spread * Math.sqrt(3);
    layouts[path] = { view, axes: axes ?? view.map((_, axis) => axis) };
    const initial = numbers.map((x) => mean + scale * x);
    return tf.tidy(() => tf.variable(tf.tensor(initial, shape)));
  };
  const trained = (layer, kind, shape, options) => {
    const path = `${name}.${layer}.${kind}`;
    variables[path] = variable(path, shape, options);
    return variables[path];
  };
  const running = (layer, kind, shape, options) => {
    const path = `${name}.${layer}.${kind}`;
    statistics[path] = variable(path, shape, options);
    return statistics[path];
  };
  const withBias = (layer, shape, options, apply) => {
    const bias = trained(layer, 'bias', shape, options);
    return (x) => tf.add(apply(x), bias);
  };
  const filterAxes = [3, 2, 0, 1];

  return {
    variables,
    statistics,
    layouts,

    /** `[N, from]` -> `[N, to]`; `fromMap` or `toMap` is the `[H, W, C]` that one side is, flattened. */
    dense(layer, from, to, { fromMap, toMap } = {}) {
      const weight = trained(layer, 'weight', [from, to], {
        spread: deviation,
        ...(fromMap && { view: [...fromMap, to], axes: [3, 2, 0, 1] }),
        ...(toMap && { view: [from, ...toMap], axes: [3, 1, 2, 0] }),
        ...(!fromMap && !toMap && { axes: [1, 0] }),
      });
      const order = toMap && { view: toMap, axes: [2, 0, 1] };
      return withBias(layer, [to], order, (x) => tf.matMul(x, weight));
    },

    conv(layer, from, to, { size, stride, pad, bias = true }) {
      const shape = [size, size, from, to];
      const filter = trained(layer, 'weight', shape, { spread: deviation, axes: filterAxes });
      const apply = (x) => tf.conv2d(x, filter, stride, pad);
      return bias ? withBias(layer, [to], {}, apply) : apply;
    },

    /** Twice as high and wide. */
    upConv(layer, from, to, { bias = true } = {}) {
      const shape = [4, 4, to, from];
      const filter = trained(layer, 'weight', shape, { spread: deviation, axes: filterAxes });
      const apply = (x) => {
        const [n, height, width] = x.shape;
        return tf.conv2dTranspose(x, filter, [n, 2 * height, 2 * width, to], 2, 'same');
      };
      return bias ? withBias(layer, [to], {}, apply) : apply;
    },

    /** By the statistics of the batch; running ones follow them where the layer keeps any. */
    batchNorm(layer, channels, { isTracked = true } = {}) {
      const gain = trained(layer, 'weight', [channels], { mean: 1 });
      const bias = trained(layer, 'bias', [channels]);
      const runningMean = isTracked && running(layer, 'running_mean', [channels]);
      const runningVariance = isTracked && running(layer, 'running_var', [channels], { mean: 1 });
      const follow = (kept, next) =>
        kept.assign(tf.add(tf.mul(kept, 1 - momentum), tf.mul(next, momentum)));
      return (x, { isFollowed = isTracked } = {}) => {
        const count = x.size / channels;
        const mean = tf.mean(x, [0, 1, 2]);
        const centred = tf.sub(x, mean);
        const variance = tf.mean(tf.square(centred), [0, 1, 2]);
        if (isFollowed) {
          follow(runningMean, mean);
          // As PyTorch does, the running variance is the unbiased one.
          follow(runningVariance, tf.mul(variance, count / (count - 1)));
        }
        const scale = tf.mul(tf.rsqrt(tf.add(variance, batchNormEpsilon)), gain);
        return tf.add(tf.mul(centred, scale), bias);
      };
    },
  };
}

/** A loss and its gradients, by the names of the variables. */
export function differentiate(loss, variables) {
  const { value, grads } = tf.variableGrads(loss, Object.values(variables));
  const gradients = Object.entries(variables).map(([path, { name }]) => [path, grads[name]]);
  return { loss: value, gradients: Object.fromEntries(gradients) };
}

/** Mean sigmoid cross entropy of logits with labels that are all true, or all false. */
export const crossEntropy = (logits, isTrue) =>
  tf.mean(tf.softplus(isTrue ? tf.neg(logits) : logits));
