import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { backendName, traceBackend } from './kernels/index.js';

type Fn = (x: tf.Tensor) => tf.Tensor;

const compiling = (fn: Fn) => () =>
  compile(({ x }) => ({ y: fn(x as tf.Tensor) }), {
    name: 'step',
    form: 'gather',
    inputs: { x: { shape: [2, 3], dtype: 'float32' } },
  });

/** A tensor as the input of a kernel that is none of tfjs's. */
const fed = (x: tf.Tensor) => ({ x }) as unknown as tf.NamedTensorMap;
const messageOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
};

const halve: tf.KernelFunc = ({ inputs, backend }) => {
  const { x } = inputs as unknown as { x: tf.TensorInfo };
  const cpu = backend as unknown as tf.KernelBackend;
  const [rows, columns] = x.shape as [number, number];
  const shape = [rows, Math.ceil(columns / 2)];
  const dataId = cpu.write(new Float32Array(tf.util.sizeFromShape(shape)), shape, 'float32');
  return { dataId, shape, dtype: 'float32' };
};

beforeEach(() => {
  void tf.setBackend('cpu');
  tf.registerKernel({ kernelName: 'Halve', backendName: 'cpu', kernelFunc: halve });
  tf.registerKernel({ kernelName: 'HalveAgain', backendName: 'cpu', kernelFunc: halve });
});
afterEach(() => {
  for (const kernelName of ['Halve', 'HalveAgain']) {
    tf.unregisterKernel(kernelName, 'cpu');
    if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  }
});

/** Call a kernel as a library of custom ops does. */
const run = (kernelName: string, x: tf.Tensor) =>
  tf.engine().runKernel<tf.Tensor>(kernelName, fed(x));

describe('refused kernels', () => {
  it('are told all at once, with where and how often each was called', () => {
    const halveTwice: Fn = (x) => {
      const first = tf.engine().runKernel<tf.Tensor>('Halve', fed(x));
      // [2, 3] -> [2, 2]: the shape of what stands in is what the cpu backend gives
      const sum = tf.add(first, tf.ones([2, 2]));
      const second = tf.engine().runKernel<tf.Tensor>('Halve', fed(sum));
      return tf.engine().runKernel('HalveAgain', fed(tf.concat([second, second], 1)));
    };
    const [title, ...lines] = messageOf(compiling(halveTwice)).split('\n');
    expect(title).toBe('trace: expected kernels that can be written as ONNX, got 2 that cannot:');
    const reason = "it is none of tfjs's own kernels: write what it computes with tf ops";
    const place = expect.stringMatching(/^ {4}at halveTwice \(.*refusals\.test\.ts:\d+\)$/);
    expect(lines).toEqual([
      `  Halve, called twice: ${reason}`,
      place,
      place,
      `  HalveAgain, called once: ${reason}`,
      place,
    ]);
    expect(lines[1]).not.toBe(lines[2]);
  });

  it('come with what ended the trace after them', () => {
    const read: Fn = (x) => tf.scalar(run('Halve', x).dataSync()[0] as number);
    expect(compiling(read)).toThrow(
      /Halve, called once: .*\n.*\n {2}then the trace ended: .* was read/,
    );
  });

  it('are told where no backend has the kernel', () => {
    expect(compiling((x) => run('Nowhere', run('Halve', x)))).toThrow(
      /got 2 that cannot:\n {2}Halve, .*\n.*\n {2}Nowhere, called once: no backend of tfjs has it\n {4}at run \(.*refusals\.test\.ts:\d+\)$/,
    );
  });

  it('are computed where their inputs are known', () => {
    const known: Fn = (x) => tf.add(x, run('Halve', tf.ones([2, 5])));
    expect(compiling(known)().model.nodeCount).toBeGreaterThan(0);
  });

  it('leave neither data nor a refusal behind', () => {
    const before = [tf.memory().numTensors, traceBackend().numDataIds()];
    expect(compiling((x) => run('Halve', x))).toThrow('Halve');
    expect([tf.memory().numTensors, traceBackend().numDataIds()]).toEqual(before);
    expect(compiling((x) => tf.exp(x))).not.toThrow();
  });
});
