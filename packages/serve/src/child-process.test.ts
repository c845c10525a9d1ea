import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { watchExit } from './child-process.js';

describe('watchExit', () => {
  it('bears errors while the process lives, and reports its end alone', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 60_000)']);
    const exited = watchExit(child);
    child.emit('error', new Error('one'));
    child.emit('error', new Error('two'));
    child.kill('SIGKILL');
    expect(await exited).toBe('child process ended by SIGKILL');
  });
});
