import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { CycleNetworks } from '../families/cyclegan-steps.js';
import type { PoolDraws } from '../history-pool.js';
import { variablesOf } from '../networks/network.js';

export type LossValues = Readonly<Record<string, number>>;

/** What one step is fed: a picture of each domain, and what the pools draw. */
export interface CycleFeeds {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly drawsA: PoolDraws;
  readonly drawsB: PoolDraws;
}

/** A pool as the paper tells it: a list of tensors. */
function createListPool() {
  const pool: tf.Tensor[] = [];
  return (picture: tf.Tensor, { slot, recall }: PoolDraws): tf.Tensor => {
    if (pool.length < 50) {
      pool.push(tf.keep(picture));
      return picture;
    }
    if (recall[0] === 0) return picture;
    const old = pool[slot[0] as number] as tf.Tensor;
    pool[slot[0] as number] = tf.keep(picture);
    return old;
  };
}

const apply = (model: LayersModel, x: tf.Tensor): tf.Tensor => {
  const ones = model.inputs.slice(1).map(() => tf.ones([1, 1, 1, 1]));
  return model.apply(ones.length > 0 ? [x, ...ones] : x) as tf.Tensor;
};
const weights = (...models: LayersModel[]) =>
  models.flatMap((model) => Object.values(variablesOf(model, '')));
const l1 = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => tf.losses.absoluteDifference(x, y);
const toLabel = (x: tf.Tensor, label: number): tf.Scalar =>
  tf.losses.meanSquaredError(tf.fill(x.shape, label), x);
const numberOf = (x: tf.Tensor): number => x.dataSync()[0] as number;

/**
 * CycleGAN written a second time, to compare with: LSGAN, cycle 10, identity 5, with tfjs's own losses and
 * Adam (2e-4, 0.5, 0.999), one picture a batch. The losses of each step, before its update.
 */
export function learnByHand(
  { aToB, bToA, discriminatorA, discriminatorB }: CycleNetworks,
  { feedsAt, length }: { feedsAt: (step: number) => CycleFeeds; length: number },
): LossValues[] {
  const adams = [0, 1].map(() => tf.train.adam(2e-4, 0.5, 0.999, 1e-8)) as tf.Optimizer[] as [
    tf.Optimizer,
    tf.Optimizer,
  ];
  const pools = { a: createListPool(), b: createListPool() };
  const [input] = aToB.inputs as [SymbolicTensor];
  const shape = [1, ...(input.shape.slice(1) as number[])];
  const learnOnce = (feeds: CycleFeeds): LossValues => {
    const [a, b] = [tf.tensor(feeds.a, shape), tf.tensor(feeds.b, shape)];
    const [fakeB, fakeA] = [apply(aToB, a), apply(bToA, b)];
    const terms = () => ({
      adversarialAtoB: toLabel(apply(discriminatorB, apply(aToB, a)), 1),
      adversarialBtoA: toLabel(apply(discriminatorA, apply(bToA, b)), 1),
      cycleA: l1(apply(bToA, apply(aToB, a)), a),
      cycleB: l1(apply(aToB, apply(bToA, b)), b),
      identityA: l1(apply(bToA, a), a),
      identityB: l1(apply(aToB, b), b),
    });
    const told = Object.entries(terms()).map(([name, x]) => [name, numberOf(x)] as const);
    const whole = (): tf.Scalar => {
      const t = terms();
      const cycle: tf.Scalar = tf.mul(tf.add(t.cycleA, t.cycleB), 10);
      const identity: tf.Scalar = tf.mul(tf.add(t.identityA, t.identityB), 5);
      return tf.addN([t.adversarialAtoB, t.adversarialBtoA, cycle, identity]);
    };
    adams[0].minimize(whole, false, weights(aToB, bToA));
    const shownA = pools.a(fakeA, feeds.drawsA);
    const shownB = pools.b(fakeB, feeds.drawsB);
    const half = (model: LayersModel, real: tf.Tensor, fake: tf.Tensor): tf.Scalar =>
      tf.div(tf.add(toLabel(apply(model, real), 1), toLabel(apply(model, fake), 0)), 2);
    const halves = () =>
      [half(discriminatorA, a, shownA), half(discriminatorB, b, shownB)] as const;
    const [discriminatorALoss, discriminatorBLoss] = halves().map(numberOf) as [number, number];
    adams[1].minimize(() => tf.addN([...halves()]), false, weights(discriminatorA, discriminatorB));
    return { ...Object.fromEntries(told), discriminatorALoss, discriminatorBLoss };
  };
  return Array.from({ length }, (_, step) => {
    let losses: LossValues = {};
    tf.tidy(() => {
      losses = learnOnce(feedsAt(step));
    });
    return losses;
  });
}
