import { describe, expect, it } from 'vitest';
import { createLocalSampler } from './local.js';
import { createRemoteSampler } from './remote.js';

// Nothing listens there: what is refused before anything is fetched does not notice.
const url = 'http://127.0.0.1:1';

describe.each([
  ['createLocalSampler', createLocalSampler],
  ['createRemoteSampler', createRemoteSampler],
])('%s', (_, create) => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses batches of %s',
    async (batchSize) => {
      const wanted = `batchSize: expected an integer of at least 1, got ${batchSize}`;
      await expect(create({ url, batchSize })).rejects.toThrow(wanted);
    },
  );
});
