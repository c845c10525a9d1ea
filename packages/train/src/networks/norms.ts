import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

// What a layer's `build` and `call` are given; tfjs-layers does not export its names for them.
type Shape = (number | null)[];

const epsilon = 1e-5;
/** How much of the running statistics a step replaces. */
const momentum = 0.1;

/** Both axes of a picture, or those of the batch as well. */
const axes = { instance: [1, 2], batch: [0, 1, 2] } as const;

/** How a network normalizes: each picture by itself, the batch together, or not at all. */
export const normNames = ['instance', 'batch', 'none'] as const;
export type NormName = (typeof normNames)[number];

/**
 * A norm over the pixels of each channel: (x - mean) / sqrt(variance + 1e-5) * gain + bias.
 * `instance` (Ulyanov et al., "Instance normalization", 2016) takes each picture's own statistics, in training and
 * after it. `batch` (Ioffe and Szegedy, 2015) takes those of the batch in training and keeps running ones, which
 * it takes afterwards.
 *
 * Input and output: `[N, H, W, C]`.
 */
class ChannelNorm extends tfl.layers.Layer {
  static readonly className = 'ChannelNorm';
  readonly #kind: keyof typeof axes;
  #gain!: ReturnType<ChannelNorm['addWeight']>;
  #bias!: ReturnType<ChannelNorm['addWeight']>;
  #running:
    | { mean: ReturnType<ChannelNorm['addWeight']>; variance: ReturnType<ChannelNorm['addWeight']> }
    | undefined;

  constructor({ name, kind }: { name: string; kind: keyof typeof axes }) {
    super({ name });
    this.#kind = kind;
  }

  override build(inputShape: Shape | Shape[]): void {
    const size = [(inputShape as Shape)[3] as number];
    const { ones, zeros } = tfl.initializers;
    this.#gain = this.addWeight('gain', size, 'float32', ones());
    this.#bias = this.addWeight('bias', size, 'float32', zeros());
    if (this.#kind === 'batch') {
      const kept = (name: string, initializer: ReturnType<typeof ones>) =>
        this.addWeight(name, size, 'float32', initializer, undefined, false);
      this.#running = {
        mean: kept('running_mean', zeros()),
        variance: kept('running_variance', ones()),
      };
    }
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape as Shape;
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training = false }: { training?: boolean },
  ): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs;
      const { mean, variance } =
        this.#running && !training
          ? { mean: this.#running.mean.read(), variance: this.#running.variance.read() }
          : this.#measure(x);
      const scale = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), this.#gain.read());
      return tf.add(tf.mul(tf.sub(x, mean), scale), this.#bias.read());
    });
  }

  /** The statistics of `x`, `[N or 1, 1, 1, C]`; running ones follow them. */
  #measure(x: tf.Tensor) {
    const mean = tf.mean(x, [...axes[this.#kind]], true);
    const variance = tf.mean(tf.square(tf.sub(x, mean)), [...axes[this.#kind]], true);
    if (this.#running) {
      const count = x.size / (x.shape[3] as number);
      const follow = (kept: tf.Tensor, next: tf.Tensor): void => {
        const value = tf.reshape(next, kept.shape);
        (kept as tf.Variable).assign(tf.add(tf.mul(kept, 1 - momentum), tf.mul(value, momentum)));
      };
      follow(this.#running.mean.read(), mean);
      // The running variance is the unbiased one.
      follow(this.#running.variance.read(), tf.mul(variance, count / Math.max(1, count - 1)));
    }
    return { mean, variance };
  }
}

/** Normalize by the named norm; `none` leaves `x` as it is. */
export function normalize(kind: NormName, name: string, x: tfl.SymbolicTensor): tfl.SymbolicTensor {
  if (kind === 'none') return x;
  return new ChannelNorm({ name, kind }).apply(x) as tfl.SymbolicTensor;
}
