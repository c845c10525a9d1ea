import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from './random.js';

/** A function of variables whose first and second derivatives are measured. */
export interface Problem {
  readonly variables: readonly tf.Variable[];
  /** The variables whose gradient is penalized, as a gradient penalty does. */
  readonly penalized: readonly tf.Variable[];
  /** Reads the variables; the result may have any shape. */
  readonly forward: () => tf.Tensor;
}

/** Relative errors of tfjs's gradients against central differences. */
export interface Errors {
  /** Of the gradient of a loss. */
  readonly first: number;
  /** Of the gradient of a penalty on that gradient. */
  readonly second: number;
}

interface Measure {
  /** The gradient that tfjs gives, in the order of the variables. */
  readonly gradient: () => tf.Tensor[];
  /** The same function, its last sum in float64. */
  readonly value: () => number;
}

const directionCount = 3;
/** Tried in turn: a long step loses less to rounding, a short one crosses fewer kinks. */
const steps = [2e-2, 6e-2, 1e-2] as const;
/** A slope below this share of the value is lost in its rounding. */
const noise = 5e-2;
/** Central differences at two steps that differ by more than this crossed a kink. */
const smoothness = 3e-4;

const numbersOf = (tensor: tf.Tensor): Float32Array => tensor.dataSync() as Float32Array;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

const norm = (values: readonly number[]): number => Math.sqrt(dot(values, values));

/** Weights that do not depend on the values they weigh, so every element counts differently. */
const weights = (shape: readonly number[], phase: number): tf.Tensor => {
  const size = tf.util.sizeFromShape([...shape]);
  const values = Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + phase) + 0.3);
  return tf.tensor(values, [...shape]);
};

const gradients = (f: () => tf.Tensor, variables: readonly tf.Variable[]): tf.Tensor[] => {
  const { grads } = tf.variableGrads(() => f() as tf.Scalar, [...variables]);
  return variables.map((variable) => grads[variable.name] ?? tf.zeros(variable.shape));
};

/** c y + d y^2 / 2: the second term makes the derivative by y depend on y. */
const lossOf = ({ variables, forward }: Problem): Measure & { tensor: () => tf.Tensor } => {
  const terms = () => {
    const y = forward();
    const [c, d] = [weights(y.shape, 1), weights(y.shape, 2)];
    return tf.mul(y, tf.add(c, tf.mul(y, tf.mul(d, 0.5))));
  };
  const tensor = () => tf.sum(terms());
  return {
    tensor,
    gradient: () => gradients(tensor, variables),
    value: () => numbersOf(terms()).reduce((sum, term) => sum + term, 0),
  };
};

/** The weighted sum of the squares of the loss's gradient by the penalized variables. */
const penaltyOf = (problem: Problem): Measure => {
  const loss = lossOf(problem).tensor;
  const terms = () =>
    gradients(loss, problem.penalized).map((gradient, i) =>
      tf.mul(tf.square(gradient), tf.abs(weights(gradient.shape, 3 + i))),
    );
  return {
    gradient: () => gradients(() => tf.addN(terms().map((x) => tf.sum(x))), problem.variables),
    value: () => terms().reduce((sum, term) => sum + numbersOf(term).reduce((a, b) => a + b, 0), 0),
  };
};

type Direction = readonly Float32Array[];

function drawDirection(variables: readonly tf.Variable[], random: () => number): Direction {
  const parts = variables.map(({ size }) =>
    Float32Array.from({ length: size }, () => 2 * random() - 1),
  );
  const length = Math.sqrt(parts.reduce((sum, part) => sum + dot(part, part), 0));
  return parts.map((part) => part.map((value) => value / length));
}

/** Run `measure` with every variable moved along the direction, and put them back. */
function at(
  variables: readonly tf.Variable[],
  direction: Direction,
  { distance, measure }: { distance: number; measure: () => number },
): number {
  const originals = variables.map((variable) => numbersOf(variable).slice());
  const assign = (values: readonly Float32Array[]) => {
    variables.forEach((variable, i) => {
      variable.assign(tf.tensor(values[i] as Float32Array, variable.shape));
    });
  };
  assign(
    originals.map((values, i) =>
      values.map((value, j) => value + distance * ((direction[i] as Float32Array)[j] as number)),
    ),
  );
  const result = tf.tidy(measure);
  assign(originals);
  return result;
}

/** The relative error of a gradient, or undefined where the differences cross a kink. */
function errorOf(
  problem: Problem,
  measure: Measure,
  { random, step }: { random: () => number; step: number },
): number | undefined {
  const { variables } = problem;
  const exact: number[] = [];
  const coarse: number[] = [];
  const fine: number[] = [];
  const gradient = measure.gradient().map((tensor) => numbersOf(tensor));
  for (let i = 0; i < directionCount; i++) {
    const direction = drawDirection(variables, random);
    const slope = (distance: number) => {
      const [ahead, behind] = [distance, -distance].map((signed) =>
        at(variables, direction, { distance: signed, measure: measure.value }),
      ) as [number, number];
      return (ahead - behind) / (2 * distance);
    };
    exact.push(gradient.reduce((sum, part, j) => sum + dot(part, direction[j] as Float32Array), 0));
    coarse.push(slope(step));
    fine.push(slope(step / 2));
  }
  // Of a value of float32 no more than a few parts in a million are left in a difference.
  const scale = Math.max(norm(fine), noise * Math.abs(measure.value())) || 1;
  const difference = (a: readonly number[], b: readonly number[]) =>
    norm(a.map((value, i) => value - (b[i] as number))) / scale;
  if (!(difference(coarse, fine) < smoothness)) return undefined;
  // Richardson: the error of both steps is of second order, so this has one of fourth.
  const best = fine.map((value, i) => (4 * value - (coarse[i] as number)) / 3);
  return difference(exact, best);
}

/**
 * Compare tfjs's gradients with central differences at first and at second order, in float32 with
 * sums in float64. Undefined where a kink lies between the points: try other numbers.
 */
export function measureErrors(problem: Problem, seed: number): Errors | undefined {
  const random = createRandom(seed);
  const step = steps[seed % steps.length] as number;
  return tf.tidy(() => {
    const errors = [lossOf(problem), penaltyOf(problem)].map((measure) =>
      errorOf(problem, measure, { random, step }),
    );
    const [first, second] = errors;
    return first === undefined || second === undefined
      ? (undefined as unknown as tf.TensorContainer)
      : ({ first, second } as unknown as tf.TensorContainer);
  }) as unknown as Errors | undefined;
}
