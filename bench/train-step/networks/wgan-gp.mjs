// WGAN-GP (Gulrajani et al. 2017) without classes on MNIST's size, 64 and 128 channels.
// Its other side: ../torch/wgan_gp.py.
import { createAdam } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import { createNetwork, differentiate } from '../layers.mjs';
import { createSource, quickUniforms } from '../random.mjs';

const latentSize = 128;
const adam = { beta1: 0, beta2: 0.9 };
const learningRate = 1e-4;
// PyTorch's padding of 2 on every side; stride 2 never reaches the last row and column of it.
const pad = [
  [0, 0],
  [2, 1],
  [2, 1],
  [0, 0],
];

function buildGenerator() {
  const network = createNetwork('generator', { deviation: 0.05, seed: 1 });
  const map = [7, 7, 128];
  const fc = network.dense('fc', latentSize, 7 * 7 * 128, { toMap: map });
  const [bn0, c1] = [network.batchNorm('bn0', 128), network.upConv('c1', 128, 64)];
  const [bn1, c2] = [network.batchNorm('bn1', 64), network.upConv('c2', 64, 1)];
  const apply = (z) => {
    const x = tf.relu(bn0(tf.reshape(fc(z), [-1, ...map])));
    return tf.tanh(c2(tf.relu(bn1(c1(x)))));
  };
  return { ...network, apply };
}

function buildCritic() {
  const network = createNetwork('critic', { deviation: 0.05, seed: 101 });
  const c1 = network.conv('c1', 1, 64, { size: 5, stride: 2, pad });
  const c2 = network.conv('c2', 64, 128, { size: 5, stride: 2, pad });
  const fc = network.dense('fc', 7 * 7 * 128, 1, { fromMap: [7, 7, 128] });
  const apply = (image) => {
    const x = tf.leakyRelu(c2(tf.leakyRelu(c1(image), 0.2)), 0.2);
    return fc(tf.reshape(x, [-1, 7 * 7 * 128]));
  };
  return { ...network, apply };
}

function criticLoss(critic, { real, fake, mix }) {
  // The critic has no batch statistics: one pass over both batches.
  const [onReal, onFake] = tf.split(critic(tf.concat([real, fake])), 2);
  const points = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
  const gradient = tf.grad((x) => tf.sum(critic(x)))(points);
  const norm = tf.sqrt(tf.sum(tf.square(gradient), [1, 2, 3]));
  const penalty = tf.mul(tf.mean(tf.square(tf.sub(norm, 1))), 10);
  return tf.add(tf.sub(tf.mean(onFake), tf.mean(onReal)), penalty);
}

export function build({ batchSize }) {
  const [generator, critic] = [buildGenerator(), buildCritic()];
  const generatorAdam = createAdam('generator-adam', generator.variables, adam);
  const criticAdam = createAdam('critic-adam', critic.variables, adam);
  const z = { shape: [batchSize, latentSize], dtype: 'float32' };
  const real = { shape: [batchSize, 28, 28, 1], dtype: 'float32' };
  const mix = { shape: [batchSize, 1, 1, 1], dtype: 'float32' };
  const steps = {
    critic: {
      inputs: { real, z, mix },
      state: {
        ...critic.variables,
        ...criticAdam.state,
        ...generator.variables,
        ...generator.statistics,
      },
      run: (inputs) => {
        const fake = generator.apply(inputs.z);
        const { loss, gradients } = differentiate(
          () => criticLoss(critic.apply, { ...inputs, fake }),
          critic.variables,
        );
        criticAdam.apply(gradients, tf.scalar(learningRate));
        return { criticLoss: loss };
      },
    },
    generator: {
      inputs: { z },
      state: {
        ...generator.variables,
        ...generator.statistics,
        ...generatorAdam.state,
        ...critic.variables,
      },
      run: (inputs) => {
        const { loss, gradients } = differentiate(
          () => tf.neg(tf.mean(critic.apply(generator.apply(inputs.z)))),
          generator.variables,
        );
        generatorAdam.apply(gradients, tf.scalar(learningRate));
        return { generatorLoss: loss };
      },
    },
  };
  const source = createSource(1);
  const pictures = quickUniforms(batchSize * 28 * 28, 2);
  const latent = () => source.normals(batchSize * latentSize);
  return {
    steps,
    networks: [generator, critic],
    draw: {
      critic: () => ({ real: pictures, z: latent(), mix: source.uniforms(batchSize) }),
      generator: () => ({ z: latent() }),
    },
  };
}
