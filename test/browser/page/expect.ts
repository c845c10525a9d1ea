import { InputError } from '@ganvas/core';

/** Fail with both values where they are not equal as JSON. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`);
}

/** What a promise rejects with; an error where it does not. */
export const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('expected a rejection, got a result');
    },
    (reason: unknown) => reason,
  );

/** What a promise rejects with, which must be an InputError. */
export async function inputErrorOf(promise: Promise<unknown>): Promise<InputError> {
  const reason = await reasonOf(promise);
  if (reason instanceof InputError) return reason;
  throw new Error(`expected an InputError, got ${reason}`);
}
