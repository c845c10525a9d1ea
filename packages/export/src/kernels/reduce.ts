import * as tf from '@tensorflow/tfjs-core';
import { toHeldAxis, toHeldShape } from '../backend.js';
import type { Graph, OutputSpec, Value } from '../graph.js';
import { inputOf, type Rule, rule } from './rule.js';

interface ReduceAttrs {
  readonly axis: number | number[];
  /** What Max calls its axes. */
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

type Write = (
  graph: Graph,
  x: Value,
  axes: readonly number[],
  options: { spec: OutputSpec; keepdims: number },
) => Value;

/** Axes as an attribute, until opset 18. */
const byAttribute =
  (op: string): Write =>
  (graph, x, axes, { spec, keepdims }) =>
    graph.add(op, [x], spec, { axes, keepdims });

const writers = {
  ReduceMax: byAttribute('ReduceMax'),
  ReduceMean: byAttribute('ReduceMean'),
  ReduceMin: byAttribute('ReduceMin'),
  /** Axes as an input, since opset 13. */
  ReduceSum: (graph, x, axes, { spec, keepdims }) => {
    const attributes = { keepdims, noop_with_empty_axes: 0 };
    return graph.add('ReduceSum', [x, graph.integers(axes)], spec, attributes);
  },
} satisfies Record<string, Write>;

/**
 * The mean over the channels of an NCHW value as a 1x1 convolution. onnxruntime's reductions over this
 * axis add in another order for one picture than for several, and a batch must not change a picture.
 */
const meanOverChannels: Write = (graph, x, _, { spec }) => {
  const channels = x.shape[1] as number;
  const shares = new Float32Array(channels).fill(1 / channels);
  const filter = graph.constant(shares, [1, channels, 1, 1], 'float32');
  return graph.add('Conv', [x, filter], spec, {
    auto_pad: 'NOTSET',
    dilations: [1, 1],
    group: 1,
    kernel_shape: [1, 1],
    pads: [0, 0, 0, 0],
    strides: [1, 1],
  });
};

const reduce = (op: keyof typeof writers): Rule =>
  rule<ReduceAttrs>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = inputOf(call, 'x');
    const axes = tf.util.parseAxisParam(attrs.reductionIndices ?? attrs.axis, x.shape);
    const [reduced] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
    const kept = tf.backend_util.expandShapeToKeepDim(reduced, axes);
    const shape = attrs.keepDims ? kept : reduced;
    // Held in NCHW order, the axes are renamed; that is right only if the result is NCHW as well.
    const channelsFirst = attrs.keepDims && backend.isChannelsFirst(x);
    // tfjs's mean of whole numbers is a float32.
    const held = backend.valueIn(x, channelsFirst);
    const value = op === 'ReduceMean' ? graph.cast(held, 'float32') : held;
    if (axes.length === 0) return backend.tensor(value, { shape: x.shape, channelsFirst });
    const heldAxes = axes.map((axis) => toHeldAxis(axis, channelsFirst));
    const spec = { shape: toHeldShape(shape, channelsFirst), dtype: value.dtype };
    const keepdims = attrs.keepDims ? 1 : 0;
    const isChannelMean = op === 'ReduceMean' && channelsFirst && heldAxes.join() === '1';
    const write = isChannelMean ? meanOverChannels : writers[op];
    const result = write(graph, value, heldAxes, { spec, keepdims });
    return backend.tensor(result, { shape, channelsFirst });
  });

const alongLastAxis = (op: string): Rule =>
  rule((call) => {
    const { backend } = call;
    const value = backend.value(inputOf(call, 'logits'));
    const axis = value.shape.length - 1;
    return backend.tensor(
      backend.graph.add(op, [value], { shape: value.shape, dtype: value.dtype }, { axis }),
    );
  });

export const reduceRules = {
  LogSoftmax: alongLastAxis('LogSoftmax'),
  Max: reduce('ReduceMax'),
  Mean: reduce('ReduceMean'),
  Min: reduce('ReduceMin'),
  Softmax: alongLastAxis('Softmax'),
  Sum: reduce('ReduceSum'),
};
