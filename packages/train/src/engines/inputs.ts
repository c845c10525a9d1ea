import { InputError, type Problem } from '@ganvas/core';
import type { InputSpec } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import type { NumberArray, StepInputs } from './engine.js';

/** The arrays that hold an input's numbers. */
const arrays = { float32: Float32Array, int32: Int32Array, int64: Int32Array } as const;

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const inWords = ({ dtype, shape }: InputSpec): string =>
  `${dtype} [${shape.join(', ')}] as a ${arrays[dtype].name} of ${sizeOf(shape)}`;

/** What something is called that is neither an array nor numbers with a shape. */
function nameOf(given: unknown): string | undefined {
  if (given === undefined) return 'nothing';
  // Its `data` is a method.
  if (given instanceof tf.Tensor) return 'a tensor: give what its dataSync() returns';
  return given === null || typeof given !== 'object' ? String(given) : undefined;
}

/** What is wrong with one input; undefined where it is as declared. */
function faultOf(spec: InputSpec | undefined, given: StepInputs[string] | undefined) {
  if (!spec) return 'expected no input of this name';
  const expected = `expected ${inWords(spec)}`;
  const other = nameOf(given);
  if (given === undefined || other !== undefined) return `${expected}, got ${other}`;
  const { data, shape } = 'data' in given ? given : { data: given, shape: spec.shape };
  const isSame =
    data instanceof arrays[spec.dtype] &&
    data.length === sizeOf(spec.shape) &&
    String(shape) === String(spec.shape);
  if (isSame) return undefined;
  const told = 'data' in given ? ` for [${shape.join(', ')}]` : '';
  return `${expected}, got a ${data.constructor.name} of ${data.length}${told}`;
}

/**
 * The numbers of a step's inputs. Throws an InputError that names the step and lists every input that
 * is missing, unknown, or of another shape or dtype than the step declares.
 */
export function numbersOf(
  step: string,
  specs: Readonly<Record<string, InputSpec>>,
  inputs: StepInputs,
): Readonly<Record<string, NumberArray>> {
  const names = [...new Set([...Object.keys(specs), ...Object.keys(inputs)])];
  const problems = names.flatMap((path): Problem[] => {
    const message = faultOf(specs[path], inputs[path]);
    return message === undefined ? [] : [{ path, message }];
  });
  if (problems.length > 0) {
    const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new InputError(`${step}: inputs that do not fit: ${list}`, { problems });
  }
  const numbers = Object.entries(inputs).map(([name, given]) => {
    return [name, 'data' in given ? given.data : given] as const;
  });
  return Object.fromEntries(numbers);
}
