import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { countTests, sumOf, toLine } from '../scripts/count.mjs';
import { assertNode } from '../scripts/setup.mjs';

const passes = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const report = {
  numPassedTests: 1,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [passes],
};

describe('countTests', () => {
  it('takes the numbers of a green run as they are', () => {
    expect(countTests({ ...report, numPendingTests: 2, numTodoTests: 1 }, 0)).toEqual({
      passed: 1,
      failed: 0,
      skipped: 3,
    });
  });

  it('counts a file that cannot be loaded as a failure', () => {
    const broken = { status: 'failed', message: 'Cannot find module', assertionResults: [] };
    expect(countTests({ ...report, testResults: [passes, broken] }, 1).failed).toBe(1);
  });

  it('counts a failed test once, not again for its file', () => {
    const red = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    expect(countTests({ ...report, numFailedTests: 1, testResults: [red] }, 1).failed).toBe(1);
  });

  it('counts a run that fails outside every test', () => {
    expect(countTests(report, 1).failed).toBe(1);
  });

  it('counts a run without a single test as a failure', () => {
    expect(countTests({ ...report, numPassedTests: 0, testResults: [] }, 0).failed).toBe(1);
  });
});

describe('toLine', () => {
  it('names what was skipped only where something was', () => {
    expect(toLine(sumOf([{ passed: 2, failed: 0 }]))).toBe('2 passed, 0 failed');
    const sum = sumOf([
      { passed: 2, failed: 1 },
      { passed: 3, failed: 0, skipped: 4 },
    ]);
    expect(toLine(sum)).toBe('5 passed, 1 failed, 4 skipped');
  });
});

describe('assertNode', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '24.0.0', '26.1.0'])('accepts %s', (version) => {
    expect(() => assertNode(version)).not.toThrow();
  });

  it.each(['18.20.0', '20.18.3', '21.7.0', '22.11.0'])(
    'refuses %s, and says what to get',
    (version) => {
      expect(() => assertNode(version)).toThrow(/needs Node 20\.19 or newer/);
    },
  );
});

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('package-lock.json', () => {
  it('holds the build of every platform, so that npm ci works on those it was not made on', async () => {
    const text = await readFile(new URL('../package-lock.json', import.meta.url), 'utf8');
    const packages: Readonly<Record<string, Locked>> = JSON.parse(text).packages;
    const paths = Object.keys(packages);
    const wanted = Object.values(packages).flatMap((each) =>
      Object.keys(each.optionalDependencies ?? {}),
    );
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((name) => !paths.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
  });
});
