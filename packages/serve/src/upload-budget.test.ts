import { describe, expect, it } from 'vitest';
import { createUploadBudget } from './upload-budget.js';

describe('createUploadBudget', () => {
  it('refuses what goes beyond it until a share was given back, once', () => {
    const budget = createUploadBudget(10);
    const first = budget.open();
    const second = budget.open();
    first.add(2);
    first.add(4);
    expect(() => second.add(5)).toThrow(expect.objectContaining({ code: 'queue-full' }));
    second.add(4);
    first.release();
    first.release();
    second.add(6);
    expect(() => second.add(1)).toThrow(/at most 10 bytes/);
  });

  it('lets nothing be held by a share that was given back', () => {
    const share = createUploadBudget(10).open();
    share.release();
    expect(() => share.add(1)).toThrow(expect.objectContaining({ code: 'aborted' }));
  });
});
