import { describe, expect, it } from 'vitest';
import { devicesFor, devicesOn, openOnFirst, reasonOf } from './devices.js';

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

describe('reasonOf', () => {
  it('leaves out the place in the source that onnxruntime begins with', () => {
    const message =
      '/onnxruntime_src/onnxruntime/core/a.cc:136 ns::f(const C&)::<lambda()> r.status == S::Success was false. No adapter:\n none';
    expect(reasonOf(new Error(message))).toBe('No adapter: none');
  });
});

describe('devicesFor', () => {
  it('tries a device that is named alone, and CUDA before the CPU otherwise', () => {
    expect(devicesFor('webgpu')).toEqual(['webgpu']);
    expect(devicesFor('auto')).toEqual(['cuda', 'cpu']);
  });
});

describe('devicesOn', () => {
  it('lists what onnxruntime-node has for a platform, and the CPU for one that it does not know', () => {
    expect(devicesOn('win32', 'x64')).toContain('dml');
    expect(devicesOn('linux', 'x64')).not.toContain('dml');
    expect(devicesOn('sunos', 'x64')).toEqual(['cpu']);
  });
});
