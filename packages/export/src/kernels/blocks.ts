import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.js';
import { pad, slice } from './nodes.js';
import { inputOf, type Rules, rule } from './rule.js';

const util = tf.backend_util;

/** Channels become pixels: `[N, H, W, B B C]` -> `[N, H B, W B, C]`. */
function depthToSpace(graph: Graph, x: Value, block: number): Value {
  const [n, h, w, depth] = x.shape as [number, number, number, number];
  const channels = depth / (block * block);
  const parts = graph.reshape(x, [n, h, w, block, block, channels]);
  const interleaved = graph.transpose(parts, [0, 1, 3, 2, 4, 5]);
  return graph.reshape(interleaved, [n, h * block, w * block, channels]);
}

/** The same in NCHW order, where ONNX has an op for it. */
function depthToSpaceChannelsFirst(graph: Graph, x: Value, block: number): Value {
  const [n, depth, h, w] = x.shape as [number, number, number, number];
  const spec = { shape: [n, depth / (block * block), h * block, w * block], dtype: x.dtype };
  return graph.add('DepthToSpace', [x], spec, { blocksize: block, mode: 'DCR' });
}

/** Kernels that move pixels between the batch or the channels and the picture. */
export const blockRules = {
  BatchToSpaceND: rule<{ blockShape: number[]; crops: number[][] }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const { blockShape, crops } = attrs;
    const x = backend.value(inputOf(call, 'x'));
    const count = blockShape.reduce((a, b) => a * b, 1);
    const parts = graph.reshape(x, util.getReshaped([...x.shape], blockShape, count));
    const moved = graph.transpose(parts, util.getPermuted(parts.shape.length, blockShape.length));
    const whole = util.getReshapedPermuted([...x.shape], blockShape, count);
    const cuts = crops.map(([before = 0, after = 0], i) => {
      return { axis: i + 1, start: before, end: (whole[i + 1] as number) - after };
    });
    return backend.tensor(slice(graph, graph.reshape(moved, whole), cuts));
  }),
  DepthToSpace: rule<{ blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>((call) => {
    const { backend, attrs } = call;
    const x = inputOf(call, 'x');
    if (attrs.dataFormat !== 'NHWC') {
      throw new Error(`trace: depthToSpace: expected dataFormat NHWC, got ${attrs.dataFormat}`);
    }
    const channelsFirst = backend.form === 'conv' && x.dtype === 'float32';
    const write = channelsFirst ? depthToSpaceChannelsFirst : depthToSpace;
    const value = write(backend.graph, backend.valueIn(x, channelsFirst), attrs.blockSize);
    const [n, h, w, depth] = x.shape as [number, number, number, number];
    const { blockSize: block } = attrs;
    const shape = [n, h * block, w * block, depth / (block * block)];
    return backend.tensor(value, { shape, channelsFirst });
  }),
  SpaceToBatchND: rule<{ blockShape: number[]; paddings: number[][] }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const { blockShape, paddings } = attrs;
    const x = backend.value(inputOf(call, 'x'));
    const margins = x.shape.map((_, i) => {
      const [before = 0, after = 0] = paddings[i - 1] ?? [];
      return [before, after] as const;
    });
    const padded = pad(graph, x, margins);
    const sizes = [...padded.shape];
    const count = blockShape.reduce((a, b) => a * b, 1);
    const parts = graph.reshape(padded, util.getReshaped(sizes, blockShape, count, false));
    const perm = util.getPermuted(parts.shape.length, blockShape.length, false);
    const flat = util.getReshapedPermuted(sizes, blockShape, count, false);
    return backend.tensor(graph.reshape(graph.transpose(parts, perm), flat));
  }),
} satisfies Rules;
