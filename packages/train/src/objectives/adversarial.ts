import * as tf from '@tensorflow/tfjs-core';
import type { Losses } from './objective.js';
import { between, gradientPenalty, penaltyWeight } from './wgan-gp.js';

/** What is told apart: pictures `[N, H, W, C]`, real and generated, and what judges them, `[N, h, w, 1]` a picture. */
interface Contest {
  readonly judge: (pictures: tf.Tensor) => tf.Tensor;
  readonly real: tf.Tensor;
  readonly generated: tf.Tensor;
  /** Uniform in (0, 1), `[N, 1, 1, 1]`; fed where `usesMix`. */
  readonly mix?: tf.Tensor | undefined;
}

/** The adversarial part of a translator's loss. */
export interface Adversarial {
  /** Whether the discriminator needs `mix`. */
  readonly usesMix: boolean;
  discriminator(contest: Contest): Losses;
  /** The loss of the generator by the logits of what it made. */
  generator(logits: tf.Tensor): tf.Scalar;
}

/** Mean sigmoid cross entropy of logits with labels that are all true, or all false. */
const crossEntropy = (logits: tf.Tensor, isReal: boolean): tf.Scalar =>
  tf.mean(tf.softplus(isReal ? tf.neg(logits) : logits));

/** Mean squared distance of scores to 1 or 0. */
const squares = (scores: tf.Tensor, isReal: boolean): tf.Scalar =>
  tf.mean(tf.square(isReal ? tf.sub(scores, 1) : scores));

/** Losses that compare with labels. The discriminator's is halved, so that it learns at half the generator's pace. */
const labelled = (distance: (logits: tf.Tensor, isReal: boolean) => tf.Scalar): Adversarial => ({
  usesMix: false,
  discriminator({ judge, real, generated }) {
    const terms = {
      real: distance(judge(real), true),
      generated: distance(judge(generated), false),
    };
    return { loss: tf.mul(tf.add(terms.real, terms.generated), 0.5), terms };
  },
  generator: (logits) => distance(logits, true),
});

/**
 * The adversarial parts by name: `bce` (Goodfellow et al. 2014, non-saturating; Isola et al. 2017), `lsgan`
 * (Mao et al. 2017; Zhu et al. 2017), `wgan-gp` (Gulrajani et al. 2017: the critic's score of a picture is the mean
 * over its patches; it wants a critic without batch norm).
 */
export const adversarials = {
  bce: labelled(crossEntropy),
  lsgan: labelled(squares),
  'wgan-gp': {
    usesMix: true,
    discriminator({ judge, real, generated, mix }) {
      const wasserstein: tf.Scalar = tf.sub(tf.mean(judge(real)), tf.mean(judge(generated)));
      const score = (pictures: tf.Tensor) => tf.mean(judge(pictures), [1, 2, 3]);
      const penalty = gradientPenalty(score, between(real, generated, mix as tf.Tensor));
      const loss: tf.Scalar = tf.sub(tf.mul(penalty, penaltyWeight), wasserstein);
      return { loss, terms: { wasserstein, penalty } };
    },
    generator: (logits) => tf.neg(tf.mean(logits)),
  },
} satisfies Record<string, Adversarial>;

export type AdversarialName = keyof typeof adversarials;
export const adversarialNames = Object.keys(adversarials) as AdversarialName[];
