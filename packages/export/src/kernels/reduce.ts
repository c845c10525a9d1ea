import * as tf from '@tensorflow/tfjs-core';
import { nhwcToNchw } from '../backend.js';
import { inputOf, type Rule, rule } from './rule.js';

interface ReduceAttrs {
  readonly axis: number | number[];
  /** What Max calls its axes. */
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

/** Ops that take their axes as an input since opset 13; the others take an attribute until opset 18. */
const axesAsInput = new Set(['ReduceSum']);

const reduce = (op: string): Rule =>
  rule<ReduceAttrs>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = inputOf(call, 'x');
    const axes = tf.util.parseAxisParam(attrs.reductionIndices ?? attrs.axis, x.shape);
    if (axes.length === 0) return backend.tensor(backend.value(x));
    const [reduced] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
    const kept = tf.backend_util.expandShapeToKeepDim(reduced, axes);
    const shape = attrs.keepDims ? kept : reduced;
    // Held in NCHW order, the axes are renamed; that is right only if the result is NCHW as well.
    const channelsFirst = attrs.keepDims && backend.isChannelsFirst(x);
    const held = channelsFirst ? nhwcToNchw.map((axis) => shape[axis] as number) : shape;
    const heldAxes = channelsFirst ? axes.map((axis) => nhwcToNchw.indexOf(axis as 0)) : axes;
    const value = channelsFirst ? backend.channelsFirstValue(x) : backend.value(x);
    const spec = { shape: held, dtype: value.dtype };
    const keepdims = attrs.keepDims ? 1 : 0;
    const result = axesAsInput.has(op)
      ? graph.add(op, [value, graph.integers(heldAxes)], spec, { keepdims, noop_with_empty_axes: 0 })
      : graph.add(op, [value], spec, { axes: heldAxes, keepdims });
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
