import type { InputSpec } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import { createAdam } from '../adam.js';
import { buildCritic } from '../networks/critic.js';
import { buildGenerator } from '../networks/generator.js';
import { type NetworkShape, variablesOf } from '../networks/network.js';
import { streamKey } from '../noise.js';
import { objectives } from '../objectives/index.js';
import type { Critic } from '../objectives/objective.js';
import type { GanRecipe } from '../recipes.js';
import { applied, differentiate, float, named, type Step } from '../step.js';
import type { Training } from './family.js';

/** A GAN ready to be trained: its networks, its whole state, and the functions that an engine runs. */
export interface Gan extends Training {
  /** `critic` and `generator` change the state and return losses; `sample` draws with the average. */
  readonly steps: Readonly<Record<StepName, Step>>;
}

export type StepName = 'critic' | 'generator' | 'sample';

/**
 * Build the networks of a recipe and the steps that train them.
 *
 * @param sampleCount how many pictures the `sample` step draws at once
 */
export function buildGan(
  shape: NetworkShape,
  recipe: GanRecipe,
  options: { seed: number; batchSize: number; sampleCount: number },
): Gan {
  const { seed, batchSize } = options;
  const generator = buildGenerator(shape, streamKey(seed, 'generatorWeights'));
  const average = buildGenerator(shape, streamKey(seed, 'generatorWeights'));
  const critic = buildCritic(shape, streamKey(seed, 'criticWeights'));
  const variables = {
    generator: variablesOf(generator, 'generator'),
    average: variablesOf(average, 'average'),
    critic: variablesOf(critic, 'critic'),
  };
  const criticAdam = createAdam('critic-adam', variables.critic, recipe);
  const generatorAdam = createAdam('generator-adam', variables.generator, recipe);
  const objective = objectives[recipe.objective];

  const oneHot = (label: tf.Tensor | undefined): tf.Tensor | undefined =>
    label && tf.oneHot(label as tf.Tensor1D, shape.classCount as number, 1, 0, 'float32');
  const learning = applied(generator, { training: true });
  const sampling = applied(average, { training: false });
  const judging = applied(critic, { training: true });
  const judge: Critic = (images, label) => {
    const [score, logits] = judging(images, label) as [tf.Tensor, tf.Tensor?];
    return { score, logits };
  };
  const follow = (decay: tf.Tensor): void => {
    const pairs = Object.keys(variables.generator).map((name) => {
      const mean = variables.average[name.replace('generator', 'average')] as tf.Variable;
      return [mean, variables.generator[name] as tf.Variable] as const;
    });
    for (const [mean, value] of pairs) {
      mean.assign(tf.add(tf.mul(mean, decay), tf.mul(value, tf.sub(1, decay))));
    }
  };

  const condition = (count: number): Record<string, InputSpec> =>
    shape.classCount ? { label: { shape: [count], dtype: 'int32' } } : {};
  const drawn = (count: number) => ({ z: float(count, shape.latentSize), ...condition(count) });

  const steps: Gan['steps'] = {
    critic: {
      inputs: {
        real: float(batchSize, shape.height, shape.width, shape.channels),
        mix: float(batchSize, 1, 1, 1),
        learningRate: float(),
        ...drawn(batchSize),
      },
      state: { ...variables.critic, ...criticAdam.state, ...variables.generator },
      run: ({ real, mix, z, label, learningRate }) => {
        const hot = oneHot(label);
        const generated = learning(z, hot)[0] as tf.Tensor;
        const batch = { critic: judge, real, mix, generated, label: hot } as const;
        const { losses, gradients } = differentiate(
          () => objective.critic(batch as Parameters<typeof objective.critic>[0]),
          variables.critic,
        );
        criticAdam.apply(gradients, learningRate as tf.Tensor);
        return named('critic', losses);
      },
    },
    generator: {
      inputs: { learningRate: float(), averageDecay: float(), ...drawn(batchSize) },
      state: {
        ...variables.generator,
        ...generatorAdam.state,
        ...variables.average,
        ...variables.critic,
      },
      run: ({ z, label, learningRate, averageDecay }) => {
        const hot = oneHot(label);
        const { losses, gradients } = differentiate(() => {
          const generated = learning(z, hot)[0] as tf.Tensor;
          return objective.generator({ critic: judge, generated, label: hot });
        }, variables.generator);
        generatorAdam.apply(gradients, learningRate as tf.Tensor);
        follow(averageDecay as tf.Tensor);
        return named('generator', losses);
      },
    },
    sample: {
      inputs: drawn(options.sampleCount),
      state: variables.average,
      run: ({ z, label }) => ({ image: sampling(z, oneHot(label))[0] as tf.Tensor }),
    },
  };
  const state = {
    ...variables.generator,
    ...variables.average,
    ...variables.critic,
    ...generatorAdam.state,
    ...criticAdam.state,
  };
  return { networks: { generator, critic }, state, steps };
}
