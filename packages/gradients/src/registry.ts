import * as tf from '@tensorflow/tfjs-core';
import type { Gradient } from './gradient.js';
import type { Row } from './row.js';

/** tfjs's gradient at first order; an error where it is differentiated again. */
function once(kernelName: string, own: tf.GradConfig, instead: string): Gradient {
  const refuse = (): never => {
    throw new Error(
      `${kernelName}: expected ops that can be differentiated twice under a gradient penalty, got ${kernelName}: use ${instead} instead`,
    );
  };
  const { kernelName: _, ...config } = own;
  return {
    ...config,
    gradFunc: (dy, saved, attrs) => {
      const derivatives = own.gradFunc(dy, saved, attrs);
      const inputs = [...(Array.isArray(dy) ? dy : [dy]), ...saved];
      const guarded = (name: string) => () =>
        tf.customGrad(() => ({
          value: (derivatives[name] as () => tf.Tensor)(),
          gradFunc: refuse,
        }))(...inputs);
      return Object.fromEntries(Object.keys(derivatives).map((name) => [name, guarded(name)]));
    },
  };
}

/** An error wherever the kernel is on the way from what is differentiated to the result. */
const refused = (kernelName: string, instead: string): Gradient => ({
  gradFunc: () => {
    throw new Error(
      `${kernelName}: expected an op that has a gradient between the input and the result, got ${kernelName}: use ${instead} instead`,
    );
  },
});

function gradientOf(kernelName: string, row: Row): Gradient | undefined {
  if (row.kind === 'repaired') return row.gradient;
  if (row.kind === 'notDifferentiable') return refused(kernelName, row.instead);
  if (row.kind === 'firstOrderOnly') {
    return once(kernelName, tf.getGradient(kernelName), row.instead);
  }
  return undefined;
}

/** Register what the rows say in place of tfjs's own gradients. */
export function repairRegistry(rows: Readonly<Record<string, Row>>): void {
  for (const [kernelName, row] of Object.entries(rows)) {
    const gradient = gradientOf(kernelName, row);
    if (!gradient) continue;
    if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
    tf.registerGradient({ ...gradient, kernelName });
  }
}
