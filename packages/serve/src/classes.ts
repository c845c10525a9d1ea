import type { Problem } from '@ganvas/core';
import type { Model } from './model.js';

/** A class as a request names it: by name or number. */
export type Label = string | number;

/** A class's number: by name, or failing that by number. Undefined where there is no such class. */
export function toClass(label: Label, names: readonly string[]): number | undefined {
  const index = typeof label === 'string' ? names.indexOf(label) : label;
  if (index >= 0 && index < names.length) return index;
  const isNumber = typeof label === 'string' && /^(0|[1-9]\d{0,8})$/.test(label);
  return isNumber && Number(label) < names.length ? Number(label) : undefined;
}

/** What is wrong with the class at `path`: nothing where none is asked for, or one that there is. */
export function classProblems(path: string, label: Label | undefined, model: Model): Problem[] {
  const { name, labels } = model.manifest;
  if (label === undefined) return [];
  if (labels === undefined) {
    return [{ path, message: `expected none, since ${name} has no classes` }];
  }
  if (toClass(label, labels) !== undefined) return [];
  const list = labels.length > 20 ? `${labels.slice(0, 20).join(', ')}, ...` : labels.join(', ');
  const got = JSON.stringify(label);
  return [{ path, message: `expected one of ${list} or 0 to ${labels.length - 1}, got ${got}` }];
}
