import { InputError, type Manifest } from '@ganvas/core';

/**
 * The class number of `label`: a class's name as the manifest has it, or else its number.
 * Throws an InputError that lists the classes.
 */
export function toClass({ name, labels }: Manifest, label: string): number {
  if (labels === undefined) {
    throw new InputError(`--label: expected none, since ${name} has no classes, got "${label}"`);
  }
  const byName = labels.indexOf(label);
  if (byName >= 0) return byName;
  const number = /^\d+$/.test(label) ? Number(label) : Number.NaN;
  if (number < labels.length) return number;
  throw new InputError(`--label: expected one of ${labels.join(', ')}, got "${label}"`);
}
