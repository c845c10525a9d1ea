import type { InputSpec } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createAdam } from '../adam.js';
import { type Variables, variablesOf } from '../networks/network.js';
import { withoutDropout } from '../networks/translator.js';
import { type AdversarialName, adversarials } from '../objectives/adversarial.js';
import { differentiate, float, named, type Step } from '../step.js';

/** The networks of a paired translator. */
export interface PairedNetworks {
  /** Takes `source` and the masks of its dropout. */
  readonly generator: LayersModel;
  /** Takes source and picture, joined. */
  readonly discriminator: LayersModel;
  /** Shapes of the masks for one picture, `[H, W, C]`. */
  readonly masks: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

export interface PairedLoss {
  readonly adversarial: AdversarialName;
  /** Weight of the mean absolute difference beside the adversarial term: lambda of the paper. */
  readonly distanceWeight: number;
  readonly beta1: number;
  readonly beta2: number;
}

/** `train` updates both networks, `sample` translates what is on the sheet. */
export type PairedStep = 'train' | 'sample';

/**
 * Make the steps of Pix2Pix (Isola et al. 2017, equations 1 to 4): both networks learn from one generated picture,
 * the discriminator to tell it from the target beside its source, the generator by
 * adversarial + distanceWeight * mean |target - generated|.
 */
export function createPairedSteps(
  networks: PairedNetworks,
  loss: PairedLoss,
  sizes: { batchSize: number; sheetCount: number },
): { steps: Readonly<Record<PairedStep, Step>>; state: Variables } {
  const { generator, discriminator, masks } = networks;
  const { batchSize, sheetCount } = sizes;
  const variables = {
    generator: variablesOf(generator, 'generator'),
    discriminator: variablesOf(discriminator, 'discriminator'),
  };
  const trained = {
    generator: variablesOf(generator, 'generator', { trainable: true }),
    discriminator: variablesOf(discriminator, 'discriminator', { trainable: true }),
  };
  const adams = {
    generator: createAdam('generator-adam', trained.generator, loss),
    discriminator: createAdam('discriminator-adam', trained.discriminator, loss),
  };
  const adversarial = adversarials[loss.adversarial];
  const shapeOf = (model: LayersModel): number[] =>
    (model.inputs[0] as { shape: (number | null)[] }).shape.slice(1) as number[];
  const sourceShape = shapeOf(generator);
  const targetShape = generator.outputs[0]?.shape.slice(1) as number[];
  const maskInputs = masks.map(({ name, shape }) => [name, float(batchSize, ...shape)] as const);

  const inputs: Record<string, InputSpec> = {
    source: float(batchSize, ...sourceShape),
    target: float(batchSize, ...targetShape),
    learningRate: float(),
    ...Object.fromEntries(maskInputs),
    ...(adversarial.usesMix && { mix: float(batchSize, 1, 1, 1) }),
  };
  const isLarger = sourceShape[0] !== targetShape[0];
  /** The source at the size of the picture that it is judged beside. */
  const beside = (source: tf.Tensor): tf.Tensor =>
    isLarger
      ? tf.image.resizeNearestNeighbor(
          source as tf.Tensor4D,
          targetShape.slice(0, 2) as [number, number],
        )
      : source;
  const run: Step['run'] = ({ source, target, learningRate, mix, ...given }) => {
    const drawn = [source as tf.Tensor, ...masks.map(({ name }) => given[name] as tf.Tensor)];
    const judge = (picture: tf.Tensor) => {
      const pair = tf.concat([beside(source as tf.Tensor), picture], 3);
      return discriminator.apply(pair, { training: true }) as tf.Tensor;
    };
    let generated: tf.Tensor | undefined;
    const drawing = differentiate(() => {
      // Kept beyond the gradient: both networks learn from one picture.
      generated = tf.keep(generator.apply(drawn, { training: true }) as tf.Tensor);
      const terms = {
        adversarial: adversarial.generator(judge(generated)),
        distance: tf.mean(tf.abs(tf.sub(generated, target as tf.Tensor))) as tf.Scalar,
      };
      const weighted: tf.Scalar = tf.mul(terms.distance, loss.distanceWeight);
      return { loss: tf.add(terms.adversarial, weighted), terms };
    }, trained.generator);
    const contest = { judge, real: target as tf.Tensor, generated: generated as tf.Tensor, mix };
    const judging = differentiate(() => adversarial.discriminator(contest), trained.discriminator);
    tf.dispose(generated);
    adams.discriminator.apply(judging.gradients, learningRate as tf.Tensor);
    adams.generator.apply(drawing.gradients, learningRate as tf.Tensor);
    return { ...named('discriminator', judging.losses), ...named('generator', drawing.losses) };
  };

  const state = {
    ...variables.generator,
    ...variables.discriminator,
    ...adams.generator.state,
    ...adams.discriminator.state,
  };
  const translate = withoutDropout(generator);
  return {
    state,
    steps: {
      train: { inputs, state, run },
      sample: {
        inputs: { source: float(sheetCount, ...sourceShape) },
        state: variables.generator,
        run: ({ source }) => ({ image: translate(source as tf.Tensor) }),
      },
    },
  };
}
