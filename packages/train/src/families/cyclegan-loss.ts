import * as tf from '@tensorflow/tfjs-core';
import { type AdversarialName, adversarials } from '../objectives/adversarial.js';
import type { Losses } from '../objectives/objective.js';

/** What the generators of a CycleGAN descend. */
export interface CycleLoss {
  readonly adversarial: AdversarialName;
  /** Weight of the two cycle terms: lambda of the paper. */
  readonly cycleWeight: number;
  /** Weight of the two identity terms, half the cycle's as published; 0 leaves them out. */
  readonly identityWeight: number;
}

type Network = (pictures: tf.Tensor) => tf.Tensor;

/** The networks as functions of pictures `[N, H, W, C]`: two generators, and what judges their pictures. */
export interface CycleFunctions {
  readonly aToB: Network;
  readonly bToA: Network;
  readonly judgeA: Network;
  readonly judgeB: Network;
}

const distance = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => tf.mean(tf.abs(tf.sub(x, y)));

/**
 * The loss of both generators (Zhu et al. 2017, equations 1 to 3, and section 5.2 for the identity terms): what
 * they make passes for real (`adversarialAtoB`), comes back as it was (`cycleA`: mean |bToA(aToB(a)) - a|), and
 * a picture that is in a domain already stays (`identityA`: mean |bToA(a) - a|). Terms are told without weights.
 * A generator is given the pictures of both domains as one batch, which a batch norm would notice.
 *
 * @returns the loss, and the generated pictures, which outlive the scope of a gradient
 */
export function cycleLosses(
  { aToB, bToA, judgeA, judgeB }: CycleFunctions,
  { a, b }: { a: tf.Tensor; b: tf.Tensor },
  { adversarial, cycleWeight, identityWeight }: CycleLoss,
) {
  const isKept = identityWeight > 0;
  /** What becomes of the pictures of the other domain, and of those that are to stay. */
  const translate = (network: Network, others: tf.Tensor, own: tf.Tensor): tf.Tensor[] =>
    isKept ? tf.split(network(tf.concat([others, own])), 2) : [network(others)];
  const [generatedB, keptB] = translate(aToB, a, b) as [tf.Tensor, tf.Tensor];
  const [generatedA, keptA] = translate(bToA, b, a) as [tf.Tensor, tf.Tensor];
  const { generator } = adversarials[adversarial];
  const deceived = {
    adversarialAtoB: generator(judgeB(generatedB)),
    adversarialBtoA: generator(judgeA(generatedA)),
  };
  const returned = {
    cycleA: distance(bToA(generatedB), a),
    cycleB: distance(aToB(generatedA), b),
  };
  const kept: Record<string, tf.Scalar> = isKept
    ? { identityA: distance(keptA, a), identityB: distance(keptB, b) }
    : {};
  const sum = (terms: Readonly<Record<string, tf.Scalar>>, weight: number): tf.Scalar[] =>
    Object.values(terms).map((term) => tf.mul(term, weight));
  const loss: tf.Scalar = tf.addN([
    ...Object.values(deceived),
    ...sum(returned, cycleWeight),
    ...sum(kept, identityWeight),
  ]);
  const losses: Losses = { loss, terms: { ...deceived, ...returned, ...kept } };
  const generated = { generatedA: tf.keep(generatedA), generatedB: tf.keep(generatedB) };
  return { losses, generated };
}
