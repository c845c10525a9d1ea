import { describe, expect, it } from 'vitest';
import { describeEngine } from '../testing/engine-suite.js';
import { createEngine } from './index.js';

describeEngine('the engine onnx on cpu', (steps) =>
  createEngine(steps, { engine: 'onnx', device: 'cpu' }),
);
describeEngine('the engine tfjs', (steps) => createEngine(steps, { engine: 'tfjs' }));

describe('createEngine', () => {
  it('says which library computes, and why those before it do not', async () => {
    const engine = await createEngine({}, { engine: 'tfjs' });
    expect(engine).toMatchObject({ engine: 'tfjs', device: 'cpu' });
    const reasons = engine.refusals.map(({ device, reason }) => `${device}: ${reason}`);
    expect(reasons).toEqual([
      expect.stringMatching(/^@tensorflow\/tfjs-node-gpu: not installed$/),
      expect.stringMatching(/^@tensorflow\/tfjs-node: not installed$/),
    ]);
  });

  it('names all devices of this platform where it chooses by itself', async () => {
    const engine = await createEngine({});
    const names = [engine.device, ...engine.refusals.map(({ device }) => device)];
    expect(names).toEqual(expect.arrayContaining(['cpu', 'webgpu']));
    await engine.dispose();
  });

  it('refuses a device that is not there, with the reason', async () => {
    await expect(createEngine({}, { device: 'dml' })).rejects.toThrow(
      /no usable device among dml: dml: .*backend not found/,
    );
    await expect(createEngine({}, { engine: 'tfjs', device: 'webgpu' })).rejects.toThrow(
      'device: expected auto, cuda or cpu with the engine tfjs, got webgpu',
    );
  });
});
