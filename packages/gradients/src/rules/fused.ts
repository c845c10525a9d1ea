import * as tf from '@tensorflow/tfjs-core';
import type { Rewrite } from '../engine.js';
import { runKernel } from '../gradient.js';

/**
 * A fused kernel as the kernel that it begins with, and a bias. Under a gradient tfjs fuses no
 * activation. Its own custom gradient computes every derivative where one is asked for.
 */
export const unfused =
  (kernelName: string, operands: readonly [string, string]): Rewrite =>
  (inputs, attrs) => {
    if (attrs['activation'] !== 'linear') return undefined;
    const given = operands.map((name) => [name, inputs[name] as tf.Tensor] as const);
    const product = runKernel(kernelName, Object.fromEntries(given), attrs);
    return inputs['bias'] ? tf.add(product, inputs['bias']) : product;
  };
