import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { inTraining, type LayerCase, layerCase } from './layer-case.js';

const { layers } = tfl;

const image = [1, 4, 4, 2] as const;
const volume = [1, 2, 2, 4, 1] as const;
const sequence = [2, 3, 2] as const;
const rows = [3, 4] as const;

/** The reason why a factory of tfjs-layers has no cases. */
const another = (name: string): string => `another name of ${name}`;
const base = 'a base class: what it computes is its subclass';
const draws = 'draws other numbers at each call, which are constants to the gradient';

// The default, an orthogonal matrix, is made with methods that tfjs-core alone does not have.
const recurrentInitializer = 'glorotNormal';

const activations = [
  'elu',
  'hardSigmoid',
  'linear',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'tanh',
  'swish',
  'mish',
  'gelu',
  'gelu_new',
] as const;

const normalization = (args: Parameters<typeof layers.batchNormalization>[0] = {}) =>
  layerCase(() => layers.batchNormalization(args), [2, 2, 2, 3]);

const cellCase = (cell: () => tfl.RNN | tfl.layers.Layer): LayerCase => layerCase(cell, sequence);

/** Every factory of tfjs-layers: its cases, or why it has none. The compiler names one without. */
export const layerCases = {
  Layer: base,
  RNN: base,
  RNNCell: base,
  activation: activations.map((activation) =>
    layerCase(() => layers.activation({ activation }), rows),
  ),
  add: [layerCase(() => layers.add(), rows, rows)],
  alphaDropout: draws,
  average: [layerCase(() => layers.average(), rows, rows)],
  averagePooling1d: [layerCase(() => layers.averagePooling1d({ poolSize: 2 }), [1, 4, 2])],
  averagePooling2d: [
    layerCase(() => layers.averagePooling2d({}), image),
    layerCase(() => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }), image),
  ],
  averagePooling3d: [layerCase(() => layers.averagePooling3d({ poolSize: 2 }), volume)],
  avgPool1d: another('averagePooling1d'),
  avgPool2d: another('averagePooling2d'),
  avgPool3d: another('averagePooling3d'),
  avgPooling1d: another('averagePooling1d'),
  avgPooling2d: another('averagePooling2d'),
  avgPooling3d: another('averagePooling3d'),
  batchNormalization: [
    normalization(),
    normalization({ scale: false, center: false }),
    inTraining(normalization()),
    inTraining(layerCase(() => layers.batchNormalization(), [4, 3])),
    inTraining(layerCase(() => layers.batchNormalization(), [2, 3, 2])),
  ],
  bidirectional: [
    layerCase(
      () =>
        layers.bidirectional({
          layer: layers.simpleRNN({ units: 2, recurrentInitializer }) as tfl.RNN,
          mergeMode: 'concat',
        }),
      sequence,
    ),
  ],
  categoryEncoding: 'takes indices and gives counts: there is nothing to differentiate',
  centerCrop: 'crops with cropAndResize, which has no gradient: cropping2D has one',
  concatenate: [layerCase(() => layers.concatenate(), rows, [3, 2])],
  conv1d: [
    layerCase(() => layers.conv1d({ filters: 2, kernelSize: 2, padding: 'same' }), [1, 4, 2]),
  ],
  conv2d: [
    layerCase(
      () => layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
      image,
    ),
    layerCase(() => layers.conv2d({ filters: 2, kernelSize: 2, activation: 'tanh' }), image),
    layerCase(
      () => layers.conv2d({ filters: 1, kernelSize: 2, dilationRate: 2, useBias: false }),
      image,
    ),
  ],
  conv2dTranspose: [
    layerCase(
      () => layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
      [1, 2, 2, 2],
    ),
  ],
  conv3d: [layerCase(() => layers.conv3d({ filters: 1, kernelSize: 2 }), [1, 3, 2, 3, 1])],
  conv3dTranspose: [
    layerCase(
      () => layers.conv3dTranspose({ filters: 1, kernelSize: 2, strides: 2 }),
      [1, 1, 2, 1, 2],
    ),
  ],
  convLstm2d: [
    layerCase(
      () => layers.convLstm2d({ filters: 1, kernelSize: 2, padding: 'same', recurrentInitializer }),
      [1, 2, 2, 2, 1],
    ),
  ],
  convLstm2dCell: 'run by convLstm2d',
  cropping2D: [
    layerCase(
      () =>
        layers.cropping2D({
          cropping: [
            [1, 0],
            [1, 2],
          ],
        }),
      image,
    ),
  ],
  dense: [
    layerCase(() => layers.dense({ units: 2 }), rows),
    layerCase(() => layers.dense({ units: 2, activation: 'sigmoid' }), sequence),
  ],
  depthwiseConv2d: [
    layerCase(
      () => layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, strides: 2 }),
      image,
    ),
  ],
  dot: [layerCase(() => layers.dot({ axes: 1 }), rows, rows)],
  dropout: [inTraining(layerCase(() => layers.dropout({ rate: 0.4, seed: 7 }), rows))],
  elu: [layerCase(() => layers.elu(), rows)],
  embedding: [
    {
      ...layerCase(() => layers.embedding({ inputDim: 3, outputDim: 2 }), [2, 2, 2]),
      call: (layer: tfl.layers.Layer, [x]: tf.Tensor[]) => {
        const indices = tf.tensor2d(
          [
            [0, 2],
            [2, 1],
          ],
          [2, 2],
          'int32',
        );
        return tf.mul(x as tf.Tensor, layer.apply(indices) as tf.Tensor);
      },
    },
  ],
  flatten: [layerCase(() => layers.flatten(), image)],
  gaussianDropout: draws,
  gaussianNoise: draws,
  globalAveragePooling1d: [layerCase(() => layers.globalAveragePooling1d(), sequence)],
  globalAveragePooling2d: [layerCase(() => layers.globalAveragePooling2d({}), image)],
  globalMaxPool1d: another('globalMaxPooling1d'),
  globalMaxPool2d: another('globalMaxPooling2d'),
  globalMaxPooling1d: [layerCase(() => layers.globalMaxPooling1d(), sequence)],
  globalMaxPooling2d: [layerCase(() => layers.globalMaxPooling2d({}), image)],
  gru: [cellCase(() => layers.gru({ units: 2, recurrentInitializer }))],
  gruCell: 'run by gru',
  input: 'makes a symbolic tensor',
  inputLayer: 'makes a symbolic tensor',
  layerNormalization: [
    layerCase(() => layers.layerNormalization(), rows),
    layerCase(() => layers.layerNormalization({ axis: [1, 2, 3] }), [2, 2, 2, 2]),
    layerCase(() => layers.layerNormalization({ center: false, scale: false }), rows),
  ],
  leakyReLU: [layerCase(() => layers.leakyReLU({ alpha: 0.2 }), rows)],
  lstm: [cellCase(() => layers.lstm({ units: 2, recurrentInitializer }))],
  lstmCell: 'run by lstm',
  masking: [layerCase(() => layers.masking({ maskValue: 0 }), sequence)],
  maxPool1d: another('maxPooling1d'),
  maxPool2d: another('maxPooling2d'),
  maxPooling1d: [layerCase(() => layers.maxPooling1d({ poolSize: 2 }), [1, 4, 2])],
  maxPooling2d: [
    layerCase(() => layers.maxPooling2d({}), image),
    layerCase(
      () => layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 'same' }),
      [1, 3, 3, 1],
    ),
  ],
  maxPooling3d: [layerCase(() => layers.maxPooling3d({ poolSize: 2 }), volume)],
  maximum: [layerCase(() => layers.maximum(), rows, rows)],
  minimum: [layerCase(() => layers.minimum(), rows, rows)],
  multiply: [layerCase(() => layers.multiply(), rows, rows)],
  permute: [layerCase(() => layers.permute({ dims: [2, 1] }), sequence)],
  prelu: [
    layerCase(() => layers.prelu(), rows),
    layerCase(() => layers.prelu({ sharedAxes: [1, 2] }), image),
  ],
  randomWidth: draws,
  reLU: [layerCase(() => layers.reLU(), rows), layerCase(() => layers.reLU({ maxValue: 1 }), rows)],
  repeatVector: [layerCase(() => layers.repeatVector({ n: 3 }), rows)],
  rescaling: [layerCase(() => layers.rescaling({ scale: 2, offset: -1 }), rows)],
  reshape: [layerCase(() => layers.reshape({ targetShape: [2, 2] }), rows)],
  resizing: [
    layerCase(() => layers.resizing({ height: 3, width: 5 }), image),
    layerCase(() => layers.resizing({ height: 3, width: 5, interpolation: 'nearest' }), image),
  ],
  rnn: [
    layerCase(
      () =>
        layers.rnn({
          cell: layers.simpleRNNCell({ units: 2, recurrentInitializer }),
          returnSequences: true,
        }),
      sequence,
    ),
  ],
  separableConv2d: [
    layerCase(() => layers.separableConv2d({ filters: 2, kernelSize: 2, strides: 2 }), image),
  ],
  simpleRNN: [cellCase(() => layers.simpleRNN({ units: 2, recurrentInitializer }))],
  simpleRNNCell: 'run by simpleRNN',
  softmax: [layerCase(() => layers.softmax(), rows)],
  spatialDropout1d: [layerCase(() => layers.spatialDropout1d({ rate: 0.4, seed: 7 }), sequence)],
  stackedRNNCells: [
    layerCase(
      () =>
        layers.rnn({
          cell: layers.stackedRNNCells({
            cells: [
              layers.gruCell({ units: 2, recurrentInitializer }),
              layers.simpleRNNCell({ units: 1, recurrentInitializer }),
            ],
          }),
        }),
      sequence,
    ),
  ],
  thresholdedReLU: [layerCase(() => layers.thresholdedReLU({ theta: 0.3 }), rows)],
  timeDistributed: [
    layerCase(() => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }), sequence),
  ],
  upSampling2d: [
    layerCase(() => layers.upSampling2d({}), [1, 2, 2, 2]),
    layerCase(() => layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }), [1, 2, 2, 1]),
    layerCase(() => layers.upSampling2d({ dataFormat: 'channelsFirst' }), [1, 2, 2, 1]),
  ],
  zeroPadding2d: [
    layerCase(
      () =>
        layers.zeroPadding2d({
          padding: [
            [1, 0],
            [2, 1],
          ],
        }),
      image,
    ),
  ],
} as const satisfies Record<keyof typeof layers, readonly LayerCase[] | string>;
