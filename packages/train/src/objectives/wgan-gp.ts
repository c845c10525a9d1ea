import * as tf from '@tensorflow/tfjs-core';
import '@ganvas/gradients';
import type { CriticOutputs, Objective } from './objective.js';

/** Weight of the gradient penalty: lambda of the paper. */
export const penaltyWeight = 10;
// Keeps the square root away from zero, where its gradient is infinite.
const epsilon = 1e-12;

/**
 * The gradient penalty: mean over the batch of (|d score / d image| - 1)^2, taken at points between
 * real and generated pictures (Gulrajani et al., "Improved training of Wasserstein GANs", 2017,
 * equation 3 without lambda). Differentiable by the critic's weights, so it needs gradients that
 * are right at second order.
 *
 * @param score the critic: `[N, H, W, C]` -> `[N, 1]`
 * @param images the points, `[N, H, W, C]`
 */
export function gradientPenalty(
  score: (images: tf.Tensor) => tf.Tensor,
  images: tf.Tensor,
): tf.Scalar {
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(score(x)))(images);
  const norm = tf.sqrt(tf.add(tf.sum(tf.square(gradient), [1, 2, 3]), epsilon));
  return tf.mean(tf.square(tf.sub(norm, 1)));
}

/** Points on the lines between pairs of pictures: mix * real + (1 - mix) * generated, mix `[N, 1, 1, 1]`. */
export const between = (real: tf.Tensor, generated: tf.Tensor, mix: tf.Tensor): tf.Tensor =>
  tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), generated));

/** Mean cross entropy of one-hot labels and logits, both `[N, classCount]`. */
export const crossEntropy = (labels: tf.Tensor, logits: tf.Tensor): tf.Scalar =>
  tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1)));

/** The class term, where the critic classifies. */
const classTerm = (
  label: tf.Tensor | undefined,
  { logits }: CriticOutputs,
): { class?: tf.Scalar } => (label && logits ? { class: crossEntropy(label, logits) } : {});

const withClass = (loss: tf.Scalar, term: { class?: tf.Scalar }): tf.Scalar =>
  term.class ? tf.add(loss, term.class) : loss;

/**
 * Wasserstein GAN with gradient penalty. Critic: E[score(generated)] - E[score(real)] + 10 penalty;
 * generator: -E[score(generated)]. Where the critic classifies, both add the cross entropy of the
 * asked class with weight 1 (the critic on real pictures, the generator on its own).
 */
export const wganGp: Objective = {
  critic({ critic, real, generated, label, mix }) {
    const count = real.shape[0] as number;
    const twice = label && tf.concat([label, label]);
    const both = critic(tf.concat([real, generated]), twice);
    const part = (x: tf.Tensor, start: number) => tf.slice(x, [start, 0], [count, -1]);
    const wasserstein: tf.Scalar = tf.sub(
      tf.mean(part(both.score, 0)),
      tf.mean(part(both.score, count)),
    );
    const points = between(real, generated, mix);
    const penalty = gradientPenalty((images) => critic(images, label).score, points);
    const logits = both.logits && part(both.logits, 0);
    const classLoss = classTerm(label, { score: both.score, logits });
    const terms = { wasserstein, penalty, ...classLoss };
    const loss: tf.Scalar = tf.sub(tf.mul(penalty, penaltyWeight), wasserstein);
    return { loss: withClass(loss, classLoss), terms };
  },

  generator({ critic, generated, label }) {
    const outputs = critic(generated, label);
    const loss: tf.Scalar = tf.neg(tf.mean(outputs.score));
    const terms = classTerm(label, outputs);
    return { loss: withClass(loss, terms), terms };
  },
};
