import type { Tensors } from '@ganvas/export';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type AdamOptions, createAdam } from '../adam.js';
import { createHistoryPool } from '../history-pool.js';
import { type Variables, variablesOf } from '../networks/network.js';
import { withoutDropout } from '../networks/translator.js';
import { adversarials } from '../objectives/adversarial.js';
import { differentiate, float, named, type Step } from '../step.js';
import { type CycleLoss, cycleLosses } from './cyclegan-loss.js';

/** The networks of an unpaired translator between domains A and B, whose pictures have one shape. */
export interface CycleNetworks {
  /** Make pictures of B from those of A, and back. */
  readonly aToB: LayersModel;
  readonly bToA: LayersModel;
  /** Judge pictures of A, and of B. */
  readonly discriminatorA: LayersModel;
  readonly discriminatorB: LayersModel;
}

/** `generators` first: it returns the pictures that `discriminators` is fed. */
export type CycleStep = 'generators' | 'discriminators' | 'sample';

const domains = ['A', 'B'] as const;
type Domain = (typeof domains)[number];

/** What the step `discriminators` takes of a domain: `generatedA`, `slotA`, `keepA`, `recallA`. */
export const ofDomain = <T>(domain: Domain, values: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name + domain, value]));

/** The weights of some of the networks. */
const weightsOf = (
  networks: CycleNetworks,
  names: readonly (keyof CycleNetworks)[],
  options: { trainable: boolean },
): Variables =>
  Object.assign({}, ...names.map((name) => variablesOf(networks[name], name, options)));

type Options = CycleLoss & AdamOptions;

/** Both generators at once. */
function generatorsStep(networks: CycleNetworks, options: Options, shape: number[]) {
  const names = ['aToB', 'bToA'] as const;
  const all = weightsOf(networks, names, { trainable: false });
  const trained = weightsOf(networks, names, { trainable: true });
  const judges = weightsOf(networks, ['discriminatorA', 'discriminatorB'], { trainable: false });
  const adam = createAdam('generators-adam', trained, options);
  const functions = {
    aToB: withoutDropout(networks.aToB, { training: true }),
    bToA: withoutDropout(networks.bToA, { training: true }),
    judgeA: withoutDropout(networks.discriminatorA, { training: true }),
    judgeB: withoutDropout(networks.discriminatorB, { training: true }),
  };
  const run: Step['run'] = ({ a, b, learningRate }) => {
    let generated: Tensors = {};
    const { losses, gradients } = differentiate(() => {
      const made = cycleLosses(functions, { a, b } as { a: tf.Tensor; b: tf.Tensor }, options);
      generated = made.generated;
      return made.losses;
    }, trained);
    adam.apply(gradients, learningRate as tf.Tensor);
    return { generatorsLoss: losses.loss, ...losses.terms, ...generated };
  };
  const step: Step = {
    inputs: { a: float(...shape), b: float(...shape), learningRate: float() },
    state: { ...all, ...adam.state, ...judges },
    run,
  };
  return { step, state: { ...all, ...adam.state } };
}

/** Both discriminators, each of pictures of its domain and of those that its history pool returns. */
function discriminatorsStep(networks: CycleNetworks, options: Options, shape: number[]) {
  const names = ['discriminatorA', 'discriminatorB'] as const;
  const all = weightsOf(networks, names, { trainable: false });
  const adam = createAdam(
    'discriminators-adam',
    weightsOf(networks, names, { trainable: true }),
    options,
  );
  const adversarial = adversarials[options.adversarial];
  const [batchSize, height, width, channels] = shape as [number, number, number, number];
  const sides = domains.map((domain) => {
    const name = `discriminator${domain}` as const;
    const pool = createHistoryPool(`pool${domain}`, { batchSize, height, width, channels });
    const inputs = {
      real: float(...shape),
      generated: float(...shape),
      ...pool.inputs,
      ...(adversarial.usesMix && { mix: float(batchSize, 1, 1, 1) }),
    };
    const trained = weightsOf(networks, [name], { trainable: true });
    const learn = (given: Tensors) => {
      const of = (input: string) => given[input + domain] as tf.Tensor;
      const draws = { slot: of('slot'), keep: of('keep'), recall: of('recall') };
      const contest = {
        judge: withoutDropout(networks[name], { training: true }),
        real: of('real'),
        generated: pool.exchange(of('generated'), draws),
        mix: given[`mix${domain}`],
      };
      return differentiate(() => adversarial.discriminator(contest), trained);
    };
    return { domain, name, pool, learn, inputs: ofDomain(domain, inputs) };
  });
  const run: Step['run'] = ({ learningRate, ...given }) => {
    const learned = sides.map(({ name, learn }) => ({ name, ...learn(given) }));
    const gradients = Object.assign({}, ...learned.map((each) => each.gradients));
    adam.apply(gradients, learningRate as tf.Tensor);
    return Object.assign({}, ...learned.map(({ name, losses }) => named(name, losses)));
  };
  const pools = Object.assign({}, ...sides.map(({ pool }) => pool.state)) as Variables;
  const state = { ...all, ...adam.state, ...pools };
  const inputs = Object.assign({ learningRate: float() }, ...sides.map((side) => side.inputs));
  return { step: { inputs, state, run } satisfies Step, state };
}

/**
 * Make the steps of CycleGAN. The discriminators learn from the pictures that the generators made before their
 * own update, as published. `sample` takes sources `a` and `b` and returns what becomes of them: `aToB`, `bToA`,
 * and `aToBToA`, `bToAToB`, which have come back.
 */
export function createCycleSteps(
  networks: CycleNetworks,
  options: Options,
  sizes: { batchSize: number; sheetCount: number },
): { steps: Readonly<Record<CycleStep, Step>>; state: Variables } {
  const picture = networks.aToB.inputs[0]?.shape.slice(1) as number[];
  const shape = [sizes.batchSize, ...picture];
  const generators = generatorsStep(networks, options, shape);
  const discriminators = discriminatorsStep(networks, options, shape);
  const [aToB, bToA] = [withoutDropout(networks.aToB), withoutDropout(networks.bToA)];
  const sample: Step = {
    inputs: { a: float(sizes.sheetCount, ...picture), b: float(sizes.sheetCount, ...picture) },
    state: weightsOf(networks, ['aToB', 'bToA'], { trainable: false }),
    run: ({ a, b }) => {
      const made = { aToB: aToB(a as tf.Tensor), bToA: bToA(b as tf.Tensor) };
      return { ...made, aToBToA: bToA(made.aToB), bToAToB: aToB(made.bToA) };
    },
  };
  return {
    steps: { generators: generators.step, discriminators: discriminators.step, sample },
    state: { ...generators.state, ...discriminators.state },
  };
}
