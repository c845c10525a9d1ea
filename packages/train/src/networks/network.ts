import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** What a pair of networks is built for. */
export interface NetworkShape {
  /** Sides of the pictures in pixels, multiples of `sizeMultiple`. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Length of the latent `z`. */
  readonly latentSize: number;
  /** Channels at half the picture's size: twice as many at a quarter, half as many at full size. */
  readonly baseChannels: number;
  /** Number of classes; absent where the model is not conditional. */
  readonly classCount?: number;
}

/** Both sides of a picture must be multiples of it: the networks halve them twice. */
export const sizeMultiple = 4;

/** Variables by a name that is the same in every process: `<network>/<layer>/<weight>`. */
export type Variables = Readonly<Record<string, tf.Variable>>;

/**
 * The weights of a model under the name of its network. tfjs's own names count up with each model built.
 *
 * @param options.trainable leave out what gradients do not change: running statistics
 */
export function variablesOf(
  model: tfl.LayersModel,
  network: string,
  { trainable = false }: { trainable?: boolean } = {},
): Variables {
  return Object.fromEntries(
    model.layers.flatMap((layer) =>
      (trainable ? layer.trainableWeights : layer.weights).map((weight) => {
        const own = weight.originalName.split('/').at(-1);
        return [`${network}/${layer.name}/${own}`, weight.read() as tf.Variable] as const;
      }),
    ),
  );
}

/** Numbers in all weights together. */
export const parameterCount = (variables: Variables): number =>
  Object.values(variables).reduce((sum, variable) => sum + variable.size, 0);
