import type * as tf from '@tensorflow/tfjs-core';

/** What a critic says of pictures: scores `[N, 1]`, and class logits `[N, classCount]` if it classifies. */
export interface CriticOutputs {
  readonly score: tf.Tensor;
  readonly logits: tf.Tensor | undefined;
}

export type Critic = (images: tf.Tensor, label: tf.Tensor | undefined) => CriticOutputs;

/** A loss to descend, and the terms it is made of, each a scalar for the log. */
export interface Losses {
  readonly loss: tf.Scalar;
  readonly terms: Readonly<Record<string, tf.Scalar>>;
}

/** Pictures are `[N, H, W, C]` in [-1, 1], labels one-hot `[N, classCount]`. */
interface GeneratorBatch {
  readonly critic: Critic;
  readonly generated: tf.Tensor;
  readonly label: tf.Tensor | undefined;
}

interface CriticBatch extends GeneratorBatch {
  readonly real: tf.Tensor;
  /** Uniform in (0, 1), `[N, 1, 1, 1]`. */
  readonly mix: tf.Tensor;
}

/** What the two networks of a GAN descend. */
export interface Objective {
  critic(batch: CriticBatch): Losses;
  generator(batch: GeneratorBatch): Losses;
}
