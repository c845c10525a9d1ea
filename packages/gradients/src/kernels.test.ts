import '@tensorflow/tfjs-backend-cpu';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { customOps } from './custom-ops.js';
import { kernels } from './kernels.js';
import type { Row } from './row.js';
import { compositeCases } from './testing/composite-cases.js';
import { customCases } from './testing/custom-cases.js';
import { kernelCases } from './testing/kernel-cases.js';
import { type OpCase, toProblem } from './testing/op-case.js';
import { right, verdictOf } from './testing/verdict.js';

// Before the repairs: what tfjs registers by itself.
const registry = (globalThis as unknown as { _tfGlobals: Map<string, Map<string, unknown>> })
  ._tfGlobals;
const ofTfjs = [...(registry.get('gradRegistry') as Map<string, unknown>).keys()];

beforeAll(async () => {
  await tf.setBackend('cpu');
  await import('./index.js');
});

const rows: Readonly<Record<string, Row>> = kernels;

describe('kernels', () => {
  it('has a row for every kernel that tfjs has a gradient for', () => {
    expect(ofTfjs.length).toBeGreaterThan(90);
    expect(ofTfjs.filter((name) => !(name in rows))).toEqual([]);
  });

  it('leaves to tfjs only gradients that tfjs has', () => {
    const left = Object.keys(rows).filter((name) =>
      ['right', 'firstOrderOnly'].includes(rows[name]?.kind as string),
    );
    expect(left.filter((name) => !ofTfjs.includes(name))).toEqual([]);
  });

  it('has a row for every kernel of the cpu backend', () => {
    const names = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
    expect(names.length).toBeGreaterThan(150);
    expect(names.filter((name) => !(name in rows))).toEqual([]);
  });

  it.each(Object.entries(kernelCases))(
    '%s: finite differences agree at both orders',
    (name, given) => {
      const cases: readonly OpCase[] = given;
      expect(cases.length).toBeGreaterThan(0);
      cases.forEach((each, i) => {
        expect(
          verdictOf((seed) => toProblem(each, seed)),
          `${name}, case ${i}`,
        ).toBe(right);
      });
    },
  );
});

/** The ops whose source calls customGrad, by the name that tfjs gives their scope. */
function opsWithCustomGradients(): string[] {
  const require = createRequire(import.meta.url);
  const folder = join(
    dirname(require.resolve('@tensorflow/tfjs-core/package.json')),
    'dist',
    'ops',
  );
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js') && !path.endsWith('_test.js'))
    .map(
      (path) => readFileSync(join(folder, path), 'utf8').split('//# sourceMappingURL')[0] as string,
    )
    .filter((source) => source.includes('customGrad('));
  return sources.flatMap((source) =>
    [...source.matchAll(/\bop\(\{ (\w+)_ \}\)/g)].map((found) => found[1] as string),
  );
}

describe('customOps', () => {
  it('has a row for every op of tfjs that states a custom gradient', () => {
    expect(opsWithCustomGradients().sort()).toEqual(Object.keys(customOps).sort());
  });

  it.each(Object.entries(customCases))(
    '%s: finite differences agree at both orders',
    (name, given) => {
      const cases: readonly OpCase[] = given;
      cases.forEach((each, i) => {
        expect(
          verdictOf((seed) => toProblem(each, seed)),
          `${name}, case ${i}`,
        ).toBe(right);
      });
    },
  );
});

describe('ops that run several kernels', () => {
  it.each(Object.entries(compositeCases))(
    '%s: finite differences agree at both orders',
    (name, cases) => {
      cases.forEach((each, i) => {
        expect(
          verdictOf((seed) => toProblem(each, seed)),
          `${name}, case ${i}`,
        ).toBe(right);
      });
    },
  );
});
