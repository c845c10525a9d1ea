import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const examples = fileURLToPath(new URL('../examples', import.meta.url));

/** What each example is run with here, and what it must have learned by then. */
const cases: Record<string, { args: string[]; isLearned: (output: string) => boolean }> = {
  'mnist-classifier.mjs': {
    args: ['300'],
    // A guess is right in 10 of 100; 600 steps make it 98.
    isLearned: (output) => Number(/test accuracy: ([\d.]+) %/.exec(output)?.[1]) > 95,
  },
};

describe('the examples', () => {
  it('all have a test', () => {
    const programs = readdirSync(examples).filter((name) => name.endsWith('.mjs'));
    expect(programs).toEqual(Object.keys(cases));
  });

  it.each(Object.entries(cases))('%s learns', (name, { args, isLearned }) => {
    const options = { cwd: examples, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [name, ...args], options);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(isLearned(stdout), stdout).toBe(true);
  });
});
