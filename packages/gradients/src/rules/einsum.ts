import * as tf from '@tensorflow/tfjs-core';
import type { Gradient } from '../gradient.js';

interface Term {
  readonly indices: string;
  readonly tensor: tf.Tensor;
}

/** The sum of products that has these indices; scalars only scale it. */
function contract(terms: readonly Term[], indices: string): tf.Tensor {
  const scalars = terms.filter((term) => term.indices === '');
  const others = terms.filter((term) => term.indices !== '');
  const product = sumOfProducts(others, indices);
  return scalars.reduce((scaled, { tensor }) => tf.mul(scaled, tensor), product);
}

function sumOfProducts(terms: readonly Term[], indices: string): tf.Tensor {
  const [first] = terms;
  if (!first) return tf.scalar(1);
  if (terms.length === 1 && first.indices === indices) return tf.clone(first.tensor);
  const operands = terms.map((term) => term.indices).join(',');
  return tf.einsum(`${operands}->${indices}`, ...terms.map((term) => term.tensor));
}

/** The derivative by one operand: dy and the other operands, contracted to its indices. */
function byOperand(operand: Term, rest: readonly Term[]): tf.Tensor {
  const known = rest.map((term) => term.indices).join('');
  const isKnown = [...operand.indices].map((index) => known.includes(index));
  const contracted = contract(rest, [...operand.indices].filter((_, i) => isKnown[i]).join(''));
  if (isKnown.every((each) => each)) return contracted;
  // An index that the operand alone was summed over: every element counts the same.
  const { shape } = operand.tensor;
  const expanded = shape.map((size, i) => (isKnown[i] ? size : 1));
  return tf.mul(tf.reshape(contracted, expanded), tf.ones(shape));
}

/** Einstein sums of one or two operands, as many as tfjs takes; it has no gradient for them. */
export const einsum: Gradient = {
  saveAllInputs: true,
  gradFunc: (dy, saved, attrs) => {
    const equation = (attrs['equation'] as string).replaceAll(' ', '');
    const [left, right] = equation.split('->') as [string, string];
    if (left === right) {
      // tfjs returns the operand itself then, and its tape counts the derivative twice.
      throw new Error(
        `Einsum: expected an equation that changes its operand, got "${equation}": use tf.clone instead`,
      );
    }
    const terms = left.split(',').map((indices, i) => {
      return { indices, tensor: saved[i] as tf.Tensor };
    });
    const output = { indices: right, tensor: dy as tf.Tensor };
    return Object.fromEntries(
      terms.map((term, i) => [
        i,
        () => byOperand(term, [output, ...terms.filter((_, j) => j !== i)]),
      ]),
    );
  },
};
