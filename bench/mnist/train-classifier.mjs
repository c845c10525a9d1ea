// Train the judge of bench/mnist/agreement.mjs: a small classifier of real MNIST digits, written as
// bench/mnist/classifier.onnx. Run: node bench/mnist/train-classifier.mjs
import { writeFile } from 'node:fs/promises';
import { compileDynamic } from '@ganvas/export';
import { createAdam, createBatches, createEngine, loadDataset } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { accuracy, classifierFile } from './classifier.mjs';

const batchSize = 100;
const steps = 3000;
const learningRate = 2e-3;

await tf.setBackend('cpu');
const seeds = [11, 12, 13, 14];
const conv = (filters, inputShape) =>
  tfl.layers.conv2d({
    filters,
    kernelSize: 5,
    strides: 2,
    padding: 'same',
    activation: 'relu',
    kernelInitializer: tfl.initializers.heNormal({ seed: seeds.pop() }),
    ...(inputShape ? { inputShape } : {}),
  });
const dense = (units, activation) =>
  tfl.layers.dense({
    units,
    activation,
    kernelInitializer: tfl.initializers.heNormal({ seed: seeds.pop() }),
  });
const model = tfl.sequential({
  layers: [
    conv(16, [28, 28, 1]),
    conv(32),
    tfl.layers.flatten(),
    dense(64, 'relu'),
    dense(10, 'linear'),
  ],
});
const weights = Object.fromEntries(model.weights.map((w) => [w.originalName, w.read()]));
const adam = createAdam('adam', weights, { beta1: 0.9, beta2: 0.999 });

const step = {
  inputs: {
    image: { shape: [batchSize, 28, 28, 1], dtype: 'float32' },
    label: { shape: [batchSize], dtype: 'int32' },
    learningRate: { shape: [], dtype: 'float32' },
  },
  state: { ...weights, ...adam.state },
  run: ({ image, label, learningRate: rate }) => {
    const { value, grads } = tf.variableGrads(() => {
      const logits = model.apply(image, { training: true });
      const labels = tf.oneHot(label, 10, 1, 0, 'float32');
      return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1)));
    }, Object.values(weights));
    const gradients = Object.entries(weights).map(([name, w]) => [name, grads[w.name]]);
    adam.apply(Object.fromEntries(gradients), rate);
    return { loss: value };
  },
};

const engine = await createEngine({ step }, { device: 'cpu' });
const batchAt = createBatches(await loadDataset('mnist'), { batchSize, key: [1, 2] });
for (let i = 0; i < steps; i++) {
  const { images, labels } = batchAt(i);
  const rate = Float32Array.of(learningRate * (1 - i / steps));
  const { loss } = await engine.run('step', { image: images, label: labels, learningRate: rate });
  if (i % 500 === 0) console.log(`step ${i} of ${steps}, loss ${loss.data[0].toFixed(4)}`);
}
for (const [name, { data, shape }] of Object.entries(engine.readState())) {
  if (name in weights) weights[name].assign(tf.tensor(data, shape));
}
await engine.dispose();

const { bytes } = compileDynamic(
  // The model takes pictures as generators give them, [N, C, H, W].
  ({ image }) => ({ logits: model.apply(tf.transpose(image, [0, 2, 3, 1])) }),
  { name: 'mnist-classifier', inputs: { image: { shape: ['N', 1, 28, 28], dtype: 'float32' } } },
);
await writeFile(classifierFile, bytes);
const share = await accuracy(await loadDataset('mnist', 'test'));
console.log(
  `${(100 * share).toFixed(2)} % of the 10,000 test digits are right (${bytes.length} bytes)`,
);
