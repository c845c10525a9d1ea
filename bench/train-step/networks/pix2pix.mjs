// Pix2Pix (Isola et al. 2017) at 256x256: a U-Net of 64 to 512 channels and a PatchGAN of 70 pixels, one
// update of each, which share the picture that the generator draws. Its other side: ../torch/pix2pix.py.
import { createAdam } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import { createNetwork, crossEntropy, differentiate } from '../layers.mjs';
import { createSource, quickUniforms } from '../random.mjs';

const side = 256;
const widths = [64, 128, 256, 512, 512, 512, 512, 512];
const adam = { beta1: 0.5, beta2: 0.999 };
const learningRate = 2e-4;
const distanceWeight = 100;
// The paper tests with the statistics of the picture itself, so none are kept.
const isTracked = false;
/** Sides of what the first three layers of the decoder make, each followed by dropout. */
const droppedSides = [2, 4, 8];

function buildGenerator() {
  const network = createNetwork('generator', { seed: 1 });
  // The first encoder has no norm, and the last cannot: it makes one pixel.
  const encoders = widths.map((width, i) => {
    const isBare = i === 0 || i === widths.length - 1;
    const options = { size: 4, stride: 2, pad: 1, bias: isBare };
    const conv = network.conv(`down${i}`, widths[i - 1] ?? 3, width, options);
    const norm = isBare ? (x) => x : network.batchNorm(`down_norm${i}`, width, { isTracked });
    return (x) => norm(conv(i === 0 ? x : tf.leakyRelu(x, 0.2)));
  });
  const outputs = widths.slice(0, -1).reverse();
  const decoders = outputs.map((width, i) => {
    const from = i === 0 ? 512 : 2 * outputs[i - 1];
    const conv = network.upConv(`up${i}`, from, width, { bias: false });
    const norm = network.batchNorm(`up_norm${i}`, width, { isTracked });
    return (x) => norm(conv(tf.relu(x)));
  });
  const last = network.upConv('image', 2 * 64, 3);
  const apply = (picture, masks) => {
    const skips = [];
    for (const encode of encoders) skips.push(encode(skips.at(-1) ?? picture));
    let x = skips.pop();
    for (const [i, decode] of decoders.entries()) {
      const decoded = decode(x);
      const kept = masks[i] ? tf.mul(decoded, masks[i]) : decoded;
      x = tf.concat([kept, skips.pop()], 3);
    }
    return tf.tanh(last(tf.relu(x)));
  };
  return { ...network, apply };
}

function buildDiscriminator() {
  const network = createNetwork('discriminator', { seed: 101 });
  const layer = (i, from, to, options) =>
    network.conv(`c${i}`, from, to, { size: 4, pad: 1, ...options });
  const convs = [
    layer(0, 6, 64, { stride: 2 }),
    layer(1, 64, 128, { stride: 2, bias: false }),
    layer(2, 128, 256, { stride: 2, bias: false }),
    layer(3, 256, 512, { stride: 1, bias: false }),
    layer(4, 512, 1, { stride: 1 }),
  ];
  const norms = [128, 256, 512].map((width, i) =>
    network.batchNorm(`bn${i + 1}`, width, { isTracked }),
  );
  const apply = (input, output) => {
    const first = tf.leakyRelu(convs[0](tf.concat([input, output], 3)), 0.2);
    const x = norms.reduce((held, norm, i) => tf.leakyRelu(norm(convs[i + 1](held)), 0.2), first);
    return convs[4](x);
  };
  return { ...network, apply };
}

export function build({ batchSize }) {
  const [generator, discriminator] = [buildGenerator(), buildDiscriminator()];
  const generatorAdam = createAdam('generator-adam', generator.variables, adam);
  const discriminatorAdam = createAdam('discriminator-adam', discriminator.variables, adam);
  const run = ({ input, target, ...given }) => {
    const masks = droppedSides.map((_, i) => given[`mask${i}`]);
    const fake = generator.apply(input, masks);
    const judging = differentiate(() => {
      const onReal = crossEntropy(discriminator.apply(input, target), true);
      const onFake = crossEntropy(discriminator.apply(input, fake), false);
      // Halved, as in the paper: the discriminator learns at half the generator's pace.
      return tf.mul(tf.add(onReal, onFake), 0.5);
    }, discriminator.variables);
    discriminatorAdam.apply(judging.gradients, tf.scalar(learningRate));
    const drawing = differentiate(() => {
      const again = generator.apply(input, masks);
      const distance = tf.mean(tf.abs(tf.sub(again, target)));
      const fooling = crossEntropy(discriminator.apply(input, again), true);
      return tf.add(fooling, tf.mul(distance, distanceWeight));
    }, generator.variables);
    generatorAdam.apply(drawing.gradients, tf.scalar(learningRate));
    return { discriminatorLoss: judging.loss, generatorLoss: drawing.loss };
  };
  const networks = [generator, discriminator];
  const picture = { shape: [batchSize, side, side, 3], dtype: 'float32' };
  const maskShapes = droppedSides.map((size) => [batchSize, size, size, 512]);
  const maskInputs = maskShapes.map((shape, i) => [`mask${i}`, { shape, dtype: 'float32' }]);
  const source = createSource(1);
  const pixels = (seed) => quickUniforms(batchSize * side * side * 3, seed);
  const [input, target] = [pixels(2), pixels(3)];
  // Half of the numbers are dropped, the others doubled.
  const mask = (shape) =>
    source.uniforms(tf.util.sizeFromShape(shape)).map((x) => (x < 0.5 ? 0 : 2));
  const drawMasks = () =>
    Object.fromEntries(maskShapes.map((shape, i) => [`mask${i}`, mask(shape)]));
  return {
    steps: {
      both: {
        inputs: { input: picture, target: picture, ...Object.fromEntries(maskInputs) },
        state: Object.assign(
          {},
          ...networks.map(({ variables }) => variables),
          generatorAdam.state,
          discriminatorAdam.state,
        ),
        run,
      },
    },
    networks,
    draw: { both: () => ({ input, target, ...drawMasks() }) },
  };
}
