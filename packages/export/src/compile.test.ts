import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import * as ort from 'onnxruntime-node';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { decodeModel } from './onnx.js';

const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

beforeEach(() => {
  void tf.setBackend('cpu');
});

/** One step of gradient descent on mean((x w - y)^2); returns the loss before it. */
const descend =
  (w: tf.Variable) =>
  ({ x, y }: Readonly<Record<string, tf.Tensor>>) => {
    const { value, grads } = tf.variableGrads(
      () =>
        tf.mean(
          tf.square(tf.sub(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), y as tf.Tensor)),
        ) as tf.Scalar,
      [w],
    );
    w.assign(tf.sub(w, tf.mul(grads[w.name] as tf.Tensor, 0.1)));
    return { loss: value };
  };

describe('compile', () => {
  it('makes a step of a function that changes its variables', async () => {
    const w = tf.variable(tf.tensor2d([1, 2], [2, 1]));
    const { model, next } = compile(descend(w), {
      name: 'descend',
      form: 'gather',
      inputs: { x: float(2, 2), y: float(2, 1) },
      state: { weights: w },
    });
    expect(next).toEqual({ weights: 'weights:next' });
    const session = await ort.InferenceSession.create(model.bytes);
    const results = await session.run({
      x: new ort.Tensor('float32', [1, 0, 0, 1], [2, 2]),
      y: new ort.Tensor('float32', [0, 0], [2, 1]),
      weights: new ort.Tensor('float32', [3, 5], [2, 1]),
    });
    await session.release();
    // x is the identity: loss (9 + 25) / 2, gradient 2 w / 2 = w, so w becomes 0.9 w
    expect(results['loss']?.data[0]).toBeCloseTo(17, 6);
    expect(results['weights:next']?.data[0]).toBeCloseTo(2.7, 6);
    expect(results['weights:next']?.data[1]).toBeCloseTo(4.5, 6);
    w.dispose();
  });

  it('leaves the variables, the backend and the number of tensors as they were', () => {
    const w = tf.variable(tf.tensor2d([1, 2], [2, 1]));
    const before = tf.memory();
    const options = {
      name: 'descend',
      form: 'gather' as const,
      inputs: { x: float(2, 2), y: float(2, 1) },
      state: { weights: w },
    };
    compile(descend(w), options);
    compile(descend(w), options);
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers, after.numBytes]).toEqual([
      before.numTensors,
      before.numDataBuffers,
      before.numBytes,
    ]);
    expect(tf.getBackend()).toBe('cpu');
    expect([...w.dataSync()]).toEqual([1, 2]);
    w.dispose();
  });

  it("leaves tfjs's cpu backend in use where none was chosen yet", () => {
    Object.assign(tf.engine(), { backendName: undefined });
    const exp = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({ y: tf.exp(x as tf.Tensor) });
    compile(exp, { name: 'exp', form: 'gather', inputs: { x: float(3) } });
    expect(tf.getBackend()).toBe('cpu');
  });

  it('restores the variables when the function throws', () => {
    const w = tf.variable(tf.scalar(4));
    const numTensors = tf.memory().numTensors;
    const fail = () => {
      w.assign(tf.mul(w, 2) as tf.Scalar);
      throw new Error('in the middle');
    };
    expect(() => compile(fail, { name: 'fail', form: 'gather', inputs: {}, state: { w } })).toThrow(
      'in the middle',
    );
    expect(w.dataSync()[0]).toBe(4);
    expect(tf.memory().numTensors).toBe(numTensors);
    w.dispose();
  });

  it('says what to do when the function reads a value', () => {
    const read = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({
      y: tf.scalar((x as tf.Tensor).dataSync()[0] as number),
    });
    expect(() => compile(read, { name: 'read', form: 'gather', inputs: { x: float(3) } })).toThrow(
      /shape \[3\] was read while its function was being traced; .* return the tensor/,
    );
  });

  it('computes what is written twice once, and leaves out what nothing needs', () => {
    const twice = ({ x }: Readonly<Record<string, tf.Tensor>>) => {
      tf.exp(x as tf.Tensor);
      return { y: tf.add(tf.tanh(x as tf.Tensor), tf.tanh(x as tf.Tensor)) };
    };
    const { model } = compile(twice, { name: 'twice', form: 'gather', inputs: { x: float(3) } });
    const ops = decodeModel(model.bytes).graph.node.map(({ opType }) => opType);
    expect(ops).toEqual(['Tanh', 'Add']);
  });

  it('refuses an output that has the name of an input', () => {
    const same = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({ x: tf.exp(x as tf.Tensor) });
    expect(() => compile(same, { name: 'same', form: 'gather', inputs: { x: float(3) } })).toThrow(
      'same: expected outputs named unlike the inputs, got x for both',
    );
  });

  it('folds what is known', () => {
    const known = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({
      y: tf.mul(x as tf.Tensor, tf.exp(tf.add(tf.scalar(1), tf.scalar(2)))),
    });
    const { model } = compile(known, { name: 'known', form: 'gather', inputs: { x: float(3) } });
    const { node, initializer } = decodeModel(model.bytes).graph;
    expect(node.map(({ opType }) => opType)).toEqual(['Mul']);
    const bytes = initializer?.[0]?.rawData as Uint8Array;
    const constant = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
    expect(constant).toBeCloseTo(Math.exp(3), 4);
  });
});
