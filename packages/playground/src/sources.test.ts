import { describe, expect, it } from 'vitest';
import { createSources, type Source } from './sources.js';

const onDevice: Source = { where: 'device', device: 'auto', model: 'a' };

/** Sources whose first opening may fail; each has a number, and says whether it is disposed. */
function counted({ failsFirst = false } = {}) {
  let count = 0;
  return createSources(async () => {
    const number = ++count;
    if (failsFirst && number === 1) throw new Error('no device');
    let isDisposed = false;
    return {
      number,
      isDisposed: () => isDisposed,
      async dispose() {
        isDisposed = true;
      },
    };
  });
}

describe('createSources', () => {
  it('keeps what it opened, by the model and the place', async () => {
    const sources = counted();
    const first = await sources.open(onDevice);
    expect(await sources.open({ ...onDevice })).toBe(first);
    expect((await sources.open({ ...onDevice, device: 'wasm' })).number).toBe(2);
    expect((await sources.open({ ...onDevice, where: 'server' })).number).toBe(3);
  });

  it('opens anew what failed to open', async () => {
    const sources = counted({ failsFirst: true });
    await expect(sources.open(onDevice)).rejects.toThrow('no device');
    expect((await sources.open(onDevice)).number).toBe(2);
  });

  it('frees what is forgotten, and opens it anew', async () => {
    const sources = counted();
    const broken = await sources.open(onDevice);
    // Everybody who waited for it hears that it broke.
    await Promise.all([sources.forget(onDevice), sources.forget(onDevice)]);
    expect(broken.isDisposed()).toBe(true);
    expect((await sources.open(onDevice)).number).toBe(2);
    expect(broken.number).toBe(1);
  });

  it('forgets nothing where nothing is open', async () => {
    await expect(counted().forget(onDevice)).resolves.toBeUndefined();
  });
});
