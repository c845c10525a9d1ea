import { describe, expect, it } from 'vitest';
import { probeDevices } from './probe-devices.js';

describe('probeDevices', () => {
  it('finds the CPU usable and gives the reason for each device that is not', async () => {
    const probes = await probeDevices();
    expect(probes[0]).toEqual({ device: 'cpu', usable: true });
    expect(probes.map(({ device }) => device)).toEqual(['cpu', 'cuda', 'webgpu', 'dml', 'coreml']);
    for (const { device, usable, reason } of probes) {
      if (!usable) expect(reason, device).toMatch(/\w+/);
    }
    expect(probes.filter(({ reason }) => reason?.includes('has none for')).length).toBeGreaterThan(
      0,
    );
  });

  it('does not wait for ever', async () => {
    const probes = await probeDevices({ timeoutMs: 1 });
    expect(probes[0]).toMatchObject({ usable: false, reason: 'no answer within 1 ms' });
  });
});
