// Train what is not a GAN: a classifier of digits, with a model, a loss and an optimizer of TensorFlow.js.
// `compile` makes one native graph of the whole step. Run: node examples/mnist-classifier.mjs [steps]
import { compile, createBatches, loadDataset } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

const steps = Number(process.argv[2] ?? 600);
await tf.setBackend('cpu');

const convolution = (filters) =>
  tfl.layers.conv2d({ filters, kernelSize: 5, strides: 2, padding: 'same', activation: 'relu' });
const layers = [
  convolution(16),
  convolution(32),
  tfl.layers.flatten(),
  tfl.layers.dense({ units: 10 }),
];
const pictures = tfl.input({ shape: [28, 28, 1] });
const model = tfl.model({
  inputs: pictures,
  outputs: layers.reduce((x, layer) => layer.apply(x), pictures),
});
const optimizer = tf.train.adam(2e-3);

const inputsOf = (batchSize) => ({
  image: { shape: [batchSize, 28, 28, 1], dtype: 'float32' },
  label: { shape: [batchSize], dtype: 'int32' },
});
const learn = await compile(
  ({ image, label }) => {
    const wanted = tf.oneHot(label, 10);
    const lossOf = () => tf.losses.softmaxCrossEntropy(wanted, model.apply(image));
    return { loss: optimizer.minimize(lossOf, true) };
  },
  {
    inputs: inputsOf(64),
    state: Object.fromEntries(model.weights.map((weight) => [weight.name, weight.read()])),
  },
);
const batchAt = createBatches(await loadDataset('mnist'), { batchSize: 64, key: [1, 2] });
for (let i = 0; i < steps; i++) {
  const { images: image, labels: label } = batchAt(i);
  const { loss } = await learn.run({ image, label });
  if (i % 100 === 0) console.log(`step ${i} of ${steps}: loss ${loss.data[0].toFixed(3)}`);
}

learn.updateVariables();
const judge = await compile(
  ({ image, label }) => ({ isRight: tf.equal(tf.argMax(model.apply(image), 1), label) }),
  { inputs: inputsOf(1000) },
);
const testAt = createBatches(await loadDataset('mnist', 'test'), { batchSize: 1000, key: [1, 2] });
let right = 0;
for (let i = 0; i < 10; i++) {
  const { images: image, labels: label } = testAt(i);
  const { isRight } = await judge.run({ image, label });
  right += isRight.data.reduce((sum, x) => sum + x);
}
console.log(`test accuracy: ${(right / 100).toFixed(2)} %`);
