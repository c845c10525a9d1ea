import * as tf from '@tensorflow/tfjs-core';
import { type Graph, sizeOf, type Value } from '../graph.js';
import { concat, matMul, range, slice } from './nodes.js';
import { inputOf, type Rules, rule } from './rule.js';
import { volumeAxes, type WindowAxis, windowSum, windowTaps } from './windows.js';

/**
 * Convolutions of volumes `[N, D, H, W, C]`: what the taps of a window see lies side by side in the rows
 * of a matrix, which a matrix of the filter's taps multiplies.
 */
interface VolumeAttrs {
  readonly strides: number | [number, number, number];
  readonly pad: 'valid' | 'same';
  readonly dataFormat?: 'NDHWC' | 'NCDHW';
  readonly dilations?: number | [number, number, number];
}

type Sizes = [number, number, number, number, number];

function infoOf(shape: readonly number[], filter: readonly number[], attrs: VolumeAttrs) {
  if (attrs.dataFormat === 'NCDHW') {
    throw new Error('trace: conv3d: expected dataFormat NDHWC, got NCDHW');
  }
  const dilations = attrs.dilations ?? 1;
  const { strides, pad } = attrs;
  return tf.backend_util.computeConv3DInfo(
    shape as Sizes,
    filter as Sizes,
    strides,
    dilations,
    pad,
  );
}

/** `[N, D, H, W, C]` -> `[N OD OH OW, K C]`, one row for each window. */
function windowRows(graph: Graph, x: Value, axes: readonly WindowAxis[]): Value {
  const seen = concat(graph, windowTaps(graph, x, axes, 0), 4);
  return asRows(graph, seen);
}

const asRows = (graph: Graph, x: Value): Value =>
  graph.reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) as number]);

/** Kernels of three-dimensional convolutions and their gradients. */
export const volumeRules = {
  Conv3D: rule<VolumeAttrs>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const [x, filter] = ['x', 'filter'].map((name) => backend.value(inputOf(call, name))) as [
      Value,
      Value,
    ];
    const info = infoOf(x.shape, filter.shape, attrs);
    const rows = windowRows(graph, x, volumeAxes(info));
    return backend.tensor(graph.reshape(matMul(graph, rows, asRows(graph, filter)), info.outShape));
  }),
  Conv3DBackpropFilterV2: rule<VolumeAttrs & { filterShape: number[] }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const [x, dy] = ['x', 'dy'].map((name) => backend.value(inputOf(call, name))) as [Value, Value];
    const info = infoOf(x.shape, attrs.filterShape, attrs);
    const rows = graph.transpose(windowRows(graph, x, volumeAxes(info)), [1, 0]);
    return backend.tensor(graph.reshape(matMul(graph, rows, asRows(graph, dy)), info.filterShape));
  }),
  Conv3DBackpropInputV2: rule<VolumeAttrs & { inputShape: number[] }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const [dy, filter] = ['dy', 'filter'].map((name) => backend.value(inputOf(call, name))) as [
      Value,
      Value,
    ];
    const info = infoOf(attrs.inputShape, filter.shape, attrs);
    const turned = graph.transpose(asRows(graph, filter), [1, 0]);
    const taps = matMul(graph, asRows(graph, dy), turned); // [N OD OH OW, K C]
    const channels = info.inChannels;
    const count = (taps.shape[1] as number) / channels;
    const parts = range(count).map((tap) => {
      const cut = { axis: 1, start: tap * channels, end: (tap + 1) * channels };
      return graph.reshape(slice(graph, taps, [cut]), [...dy.shape.slice(0, 4), channels]);
    });
    return backend.tensor(windowSum(graph, parts, volumeAxes(info)));
  }),
} satisfies Rules;
