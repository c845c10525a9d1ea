import * as tf from '@tensorflow/tfjs-core';
import { gradient, unbroadcast } from '../gradient.js';

interface MatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Matrix products; tfjs's own gradient throws where one operand's batch is broadcast. */
export const batchMatMul = gradient<'a' | 'b', MatMulAttrs>(
  ['a', 'b'],
  ({ dy, saved: { a, b }, attrs: { transposeA, transposeB } }) => ({
    a: () => {
      const product = transposeA
        ? tf.matMul(b, dy, transposeB, true)
        : tf.matMul(dy, b, false, !transposeB);
      return unbroadcast(product, a.shape);
    },
    b: () => {
      const product = transposeB
        ? tf.matMul(dy, a, true, transposeA)
        : tf.matMul(a, dy, !transposeA, false);
      return unbroadcast(product, b.shape);
    },
  }),
);
