import * as tf from '@tensorflow/tfjs-core';

/** The variables that a function changed, each with the tensor that it held before. */
export type Changes = ReadonlyMap<tf.Variable, tf.Tensor>;

/** What variables are called in errors. */
type NameOf = (variable: tf.Variable) => string;

const spell = ({ dtype, shape }: tf.TensorInfo): string => `${dtype}[${shape}]`;

function assertSameType(variable: tf.Variable, next: tf.TensorInfo, nameOf: NameOf): void {
  if (spell(next) === spell(variable)) return;
  throw new Error(
    `trace: ${nameOf(variable)}: expected ${spell(variable)} to be assigned, got ${spell(next)}: a variable keeps its shape and dtype`,
  );
}

/** Run `body` with other methods on variables. tfjs tells nobody of an assignment. */
function withMethods<T>(
  methods: Pick<tf.Variable, 'assign' | 'dispose'> & ThisType<tf.Variable>,
  body: () => T,
): T {
  const { assign, dispose } = tf.Variable.prototype;
  Object.assign(tf.Variable.prototype, methods);
  try {
    return body();
  } finally {
    Object.assign(tf.Variable.prototype, { assign, dispose });
  }
}

/**
 * Run `body`, note which variables it assigns, and give every one the tensor back that it held before,
 * also when `body` throws. Refuses another shape or dtype, and the disposal of a variable from outside.
 *
 * @param nameOf what to call a variable in an error
 * @param body is given the changes as they happen
 */
export function restoringVariables<T>(nameOf: NameOf, body: (changes: Changes) => T): T {
  const { assign, dispose } = tf.Variable.prototype;
  const outside = new Set(Object.values(tf.engine().registeredVariables));
  const before = new Map<tf.Variable, tf.Tensor>();
  const methods: Parameters<typeof withMethods>[0] = {
    assign(next) {
      assertSameType(this, next, nameOf);
      if (!before.has(this)) before.set(this, tf.keep(tf.clone(this as tf.Tensor)));
      assign.call(this, next);
    },
    dispose() {
      if (outside.has(this)) {
        throw new Error(
          `trace: ${nameOf(this)}: expected it to outlive the function, got it disposed of inside: dispose of it after the last run`,
        );
      }
      before.get(this)?.dispose();
      before.delete(this);
      dispose.call(this);
    },
  };
  try {
    return withMethods(methods, () => body(before));
  } finally {
    for (const [variable, tensor] of before) {
      assign.call(variable, tensor);
      tensor.dispose();
    }
  }
}
