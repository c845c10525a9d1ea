import { describe, expect, it } from 'vitest';
import { openOnFirst } from './devices.js';

describe('openOnFirst', () => {
  it('tries one device at a time and keeps the reasons of those refused', async () => {
    const tried: string[] = [];
    const opened = await openOnFirst(['cuda', 'webgpu', 'cpu'], async (device) => {
      tried.push(device);
      if (device !== 'cpu') throw new Error(`no ${device}\n here`);
      return 'open';
    });
    expect(tried).toEqual(['cuda', 'webgpu', 'cpu']);
    expect(opened).toEqual({
      value: 'open',
      device: 'cpu',
      refusals: [
        { device: 'cuda', reason: 'no cuda here' },
        { device: 'webgpu', reason: 'no webgpu here' },
      ],
    });
  });

  it('throws every reason when none works', async () => {
    const open = async () => {
      throw new Error('absent');
    };
    await expect(openOnFirst(['cuda', 'cpu'], open)).rejects.toThrow('cuda: absent; cpu: absent');
  });
});
