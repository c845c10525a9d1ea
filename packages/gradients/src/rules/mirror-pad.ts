import * as tf from '@tensorflow/tfjs-core';
import { padAxis, sliceAxis } from '../axes.js';
import { gradient } from '../gradient.js';

interface MirrorPadAttrs {
  readonly paddings: readonly (readonly [number, number])[];
  readonly mode: 'reflect' | 'symmetric';
}

interface Edges {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
  /** 1 where the edge itself is not repeated. */
  readonly skip: number;
}

/** Fold the padding of one axis back over the edge that it mirrors. */
function fold(dy: tf.Tensor, { axis, before, after, skip }: Edges): tf.Tensor {
  if (before + after === 0) return dy;
  const size = (dy.shape[axis] as number) - before - after;
  const mirrored = (begin: number, width: number): tf.Tensor =>
    tf.reverse(sliceAxis(dy, axis, { begin, size: width }), axis);
  const parts = [sliceAxis(dy, axis, { begin: before, size })];
  if (before > 0) {
    parts.push(padAxis(mirrored(0, before), axis, [skip, size - before - skip]));
  }
  if (after > 0) {
    parts.push(padAxis(mirrored(before + size, after), axis, [size - after - skip, skip]));
  }
  return tf.addN(parts);
}

/** Mirrored padding; tfjs's own gradient drops what falls on the padding. */
export const mirrorPad = gradient<'x', MirrorPadAttrs>([], ({ dy, attrs }) => ({
  x: () => {
    const skip = attrs.mode === 'reflect' ? 1 : 0;
    return attrs.paddings.reduce(
      (folded, [before, after], axis) => fold(folded, { axis, before, after, skip }),
      dy,
    );
  },
}));
