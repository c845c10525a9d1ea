import * as tf from '@tensorflow/tfjs-core';

/** What a function is traced with: inputs by their shape and dtype, state as variables. */
export interface Signature {
  readonly inputs: Readonly<Record<string, { shape: readonly number[]; dtype: string }>>;
  readonly state: Readonly<Record<string, tf.Variable>>;
}

const dtypes = ['float32', 'int32', 'int64'];
const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 0;

function inputFaults({ inputs }: Signature): string[] {
  return Object.entries(inputs).flatMap(([name, { shape, dtype }]) => {
    const faults: string[] = [];
    if (!Array.isArray(shape) || !shape.every(isSize)) {
      faults.push(`input "${name}": expected a shape of whole numbers from 0, got [${shape}]`);
    }
    if (!dtypes.includes(dtype)) {
      faults.push(`input "${name}": expected the dtype ${dtypes.join(', ')}, got ${dtype}`);
    }
    return faults;
  });
}

function stateFaults({ inputs, state }: Signature): string[] {
  const names = new Map<tf.Variable, string>();
  return Object.entries(state).flatMap(([name, variable]) => {
    const other = names.get(variable);
    names.set(variable, name);
    if (!(variable instanceof tf.Variable)) return [`state "${name}": expected a tf.Variable`];
    if (variable.isDisposed)
      return [`state "${name}": expected a variable that lives, got one disposed of`];
    if (name in inputs) return [`state "${name}": expected a name that no input has`];
    return other ? [`state "${name}": expected each variable once, got that of "${other}"`] : [];
  });
}

/** Throws, with every fault, unless a function can be traced with these inputs and this state. */
export function assertSignature(signature: Signature): void {
  const faults = [...inputFaults(signature), ...stateFaults(signature)];
  if (faults.length > 0) throw new Error(`trace: ${faults.join('\n')}`);
}

/** What a value that is not what it should be is called. */
function describe(value: unknown): string {
  if (value instanceof tf.Tensor) return value.isDisposed ? 'a tensor disposed of' : 'a tensor';
  if (value === null || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'a list' : `a ${value.constructor?.name ?? 'record'}`;
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

/** Throws unless a traced function returned live tensors by name, and returned them at once. */
export function assertTensors(
  returned: unknown,
): asserts returned is Readonly<Record<string, tf.Tensor>> {
  if (isPromise(returned)) {
    throw new Error(
      'trace: expected tensors by name at once, got a Promise: a function is traced while it runs, so it cannot be async, wait, or call tf ops that end in Async',
    );
  }
  const example = 'return them as { name: tensor }';
  if (
    typeof returned !== 'object' ||
    returned === null ||
    Array.isArray(returned) ||
    returned instanceof tf.Tensor
  ) {
    throw new Error(`trace: expected tensors by name, got ${describe(returned)}: ${example}`);
  }
  const faults = Object.entries(returned)
    .filter(([, value]) => !(value instanceof tf.Tensor) || value.isDisposed)
    .map(([name, value]) => `"${name}": expected a tensor, got ${describe(value)}`);
  if (faults.length > 0) throw new Error(`trace: outputs: ${faults.join('\n')}`);
}
