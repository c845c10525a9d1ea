import * as tf from '@tensorflow/tfjs-core';
import { nhwcToNchw, type TraceBackend, toHeldShape } from '../backend.js';
import type { ElementType, Graph, OutputSpec, Value } from '../graph.js';
import { inputOf, type Rule, rule } from './rule.js';

/** Write what happens to each element of one value. */
export type Write = (graph: Graph, x: Value) => Value;

/** Apply an op to each element; the order of axes is kept. */
export function mapElements(backend: TraceBackend, x: tf.TensorInfo, write: Write): tf.TensorInfo {
  const channelsFirst = backend.isChannelsFirst(x);
  const value = write(backend.graph, backend.valueIn(x, channelsFirst));
  return backend.tensor(value, { shape: x.shape, channelsFirst });
}

/** A rule for a kernel of one input `x` that goes element by element. */
export const elementwise = (write: Write): Rule =>
  rule((call) => mapElements(call.backend, inputOf(call, 'x'), write));

/** An operand in NCHW order that broadcasts as the tensor does in its own: a vector `[C]` as `[1, C, 1, 1]`. */
function channelsFirstOperand(backend: TraceBackend, tensor: tf.TensorInfo): Value {
  const { graph } = backend;
  if (backend.isChannelsFirst(tensor)) return backend.channelsFirstValue(tensor);
  const value = backend.value(tensor);
  if (tensor.shape.length === 0) return value;
  const [n, h, w, c] = [1, 1, 1, ...tensor.shape].slice(-4) as [number, number, number, number];
  if (h === 1 && w === 1) return graph.reshape(value, [n, c, 1, 1]);
  return graph.transpose(graph.reshape(value, [n, h, w, c]), nhwcToNchw);
}

/** Write what happens to elements that meet by broadcasting; `spec` has the shape and the first operand's dtype. */
export type WriteJoint = (graph: Graph, values: readonly Value[], spec: OutputSpec) => Value;

/** Combine tensors with broadcasting; NCHW order is kept where any is held in it. */
export function combine(
  backend: TraceBackend,
  tensors: readonly tf.TensorInfo[],
  write: WriteJoint,
): tf.TensorInfo {
  const shape = tensors
    .map((tensor) => tensor.shape)
    .reduce((a, b) => tf.backend_util.assertAndGetBroadcastShape(a, b));
  const channelsFirst =
    shape.length === 4 && tensors.some((tensor) => backend.isChannelsFirst(tensor));
  const values = tensors.map((tensor) =>
    channelsFirst ? channelsFirstOperand(backend, tensor) : backend.value(tensor),
  );
  const dtype = values[0]?.dtype as ElementType;
  const value = write(backend.graph, values, { shape: toHeldShape(shape, channelsFirst), dtype });
  return backend.tensor(value, { shape, channelsFirst });
}

/** A rule for a kernel of two inputs `a` and `b` that meet element by element. */
export const pairwise = (write: (graph: Graph, a: Value, b: Value) => Value): Rule =>
  rule((call) =>
    combine(call.backend, [inputOf(call, 'a'), inputOf(call, 'b')], (graph, [a, b]) =>
      write(graph, a as Value, b as Value),
    ),
  );
