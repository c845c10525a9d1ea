import { describe, expect, it } from 'vitest';
import { createUploadBudget } from './upload-budget.js';

describe('createUploadBudget', () => {
  it('refuses what goes beyond it until something was given back, once', () => {
    const budget = createUploadBudget(10);
    const release = budget.reserve(6);
    expect(() => budget.reserve(5)).toThrow(expect.objectContaining({ code: 'queue-full' }));
    budget.reserve(4);
    release();
    release();
    budget.reserve(6);
    expect(() => budget.reserve(1)).toThrow(/at most 10 bytes/);
  });
});
