// DCGAN (Radford et al. 2015) on 64x64x3, 64 to 512 channels: one update of the discriminator and one of
// the generator, which share the pictures that the generator draws. Its other side: ../torch/dcgan.py.
import { createAdam } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import { createNetwork, crossEntropy, differentiate } from '../layers.mjs';
import { createSource, quickUniforms } from '../random.mjs';

const latentSize = 100;
const channels = [64, 128, 256, 512];
const adam = { beta1: 0.5, beta2: 0.999 };
const learningRate = 2e-4;
const map = [4, 4, 512];

function buildGenerator() {
  const network = createNetwork('generator', { seed: 1 });
  const widths = channels.toReversed();
  const fc = network.dense('fc', latentSize, 4 * 4 * 512, { toMap: map });
  const norms = widths.map((width, i) => network.batchNorm(`bn${i}`, width));
  const ups = widths.map((width, i) =>
    i === 3
      ? network.upConv('c3', width, 3)
      : network.upConv(`c${i}`, width, widths[i + 1], { bias: false }),
  );
  const apply = (z, options) => {
    const image = ups.reduce(
      (x, up, i) => up(tf.relu(norms[i](x, options))),
      tf.reshape(fc(z), [-1, ...map]),
    );
    return tf.tanh(image);
  };
  return { ...network, apply };
}

function buildDiscriminator() {
  const network = createNetwork('discriminator', { seed: 101 });
  const downs = channels.map((width, i) =>
    network.conv(`c${i}`, channels[i - 1] ?? 3, width, {
      size: 4,
      stride: 2,
      pad: 1,
      bias: i === 0,
    }),
  );
  const norms = channels.map((width, i) =>
    i === 0 ? (x) => x : network.batchNorm(`bn${i}`, width),
  );
  const fc = network.dense('fc', 4 * 4 * 512, 1, { fromMap: map });
  const apply = (image) => {
    const x = downs.reduce((held, down, i) => tf.leakyRelu(norms[i](down(held)), 0.2), image);
    return fc(tf.reshape(x, [-1, 4 * 4 * 512]));
  };
  return { ...network, apply };
}

export function build({ batchSize }) {
  const [generator, discriminator] = [buildGenerator(), buildDiscriminator()];
  const generatorAdam = createAdam('generator-adam', generator.variables, adam);
  const discriminatorAdam = createAdam('discriminator-adam', discriminator.variables, adam);
  const run = ({ real, z }) => {
    const fake = generator.apply(z);
    const judging = differentiate(() => {
      // Each with batch statistics of its own, as in the paper.
      const onReal = crossEntropy(discriminator.apply(real), true);
      return tf.add(onReal, crossEntropy(discriminator.apply(fake), false));
    }, discriminator.variables);
    discriminatorAdam.apply(judging.gradients, tf.scalar(learningRate));
    const drawing = differentiate(() => {
      // The same pictures as above; the running statistics have followed them already.
      const again = generator.apply(z, { isFollowed: false });
      return crossEntropy(discriminator.apply(again), true);
    }, generator.variables);
    generatorAdam.apply(drawing.gradients, tf.scalar(learningRate));
    return { discriminatorLoss: judging.loss, generatorLoss: drawing.loss };
  };
  const networks = [generator, discriminator];
  const parts = networks.flatMap(({ variables, statistics }) => [variables, statistics]);
  const source = createSource(1);
  const real = quickUniforms(batchSize * 64 * 64 * 3, 2);
  return {
    steps: {
      both: {
        inputs: {
          real: { shape: [batchSize, 64, 64, 3], dtype: 'float32' },
          z: { shape: [batchSize, latentSize], dtype: 'float32' },
        },
        state: Object.assign({}, ...parts, generatorAdam.state, discriminatorAdam.state),
        run,
      },
    },
    networks,
    draw: { both: () => ({ real, z: source.normals(batchSize * latentSize) }) },
  };
}
