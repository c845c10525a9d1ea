import { type Manifest, parseManifest } from '@ganvas/core';
import { describe, expect, it } from 'vitest';
import { parseFacts, parseLocalManifest } from './model.js';

const manifest: Manifest = {
  schemaVersion: 1,
  name: 'shapes',
  version: 2,
  task: 'sample',
  inputs: [
    { name: 'z', dtype: 'float32', shape: ['N', 8] },
    { name: 'label', dtype: 'int64', shape: ['N'] },
  ],
  outputs: [{ name: 'image', dtype: 'float32', shape: ['N', 3, 4, 4] }],
  latentSize: 8,
  labels: ['circle', 'square'],
  image: { width: 4, height: 4, channels: 3, range: [-1, 1] },
  opset: 17,
  license: 'MIT',
  variants: [{ precision: 'fp32', file: '2/model.onnx', bytes: 10, sha256: '0'.repeat(64) }],
};

/** Faults in what the client reads: the same are refused by the schema of core. */
const faults: readonly (readonly [path: string, change: object])[] = [
  ['schemaVersion', { schemaVersion: 2 }],
  ['name', { name: 7 }],
  ['version', { version: 0 }],
  ['latentSize', { latentSize: undefined }],
  ['labels', { labels: [1, 2] }],
  ['image.width', { image: { ...manifest.image, width: 1.5 } }],
  ['image.channels', { image: { ...manifest.image, channels: 2 } }],
  ['variants', { variants: [] }],
  ['variants', { variants: [{ ...manifest.variants[0], sha256: undefined }] }],
];

describe('parseLocalManifest', () => {
  it('takes a manifest that core takes', () => {
    expect(parseLocalManifest(parseManifest(manifest), 'ganvas.json')).toEqual(manifest);
  });

  it.each(faults)('refuses a wrong %s, as core does', (path, change) => {
    const faulty = { ...manifest, ...change };
    expect(() => parseManifest(faulty)).toThrow();
    const message = `ganvas.json: not a Ganvas model that can be sampled: ${path}: expected`;
    expect(() => parseLocalManifest(faulty, 'ganvas.json')).toThrow(message);
  });

  it('refuses a model that translates, which has no seeds', () => {
    const faulty = { ...manifest, task: 'translate' };
    const wanted = 'task: expected "sample", got "translate"';
    expect(() => parseLocalManifest(faulty, 'ganvas.json')).toThrow(wanted);
  });

  it.each([null, 'html', []])('refuses %j, naming everything that it lacks', (value) => {
    expect(() => parseLocalManifest(value, 'x')).toThrow(/schemaVersion.*latentSize.*variants/);
  });
});

describe('parseFacts', () => {
  it('takes what a server says without the list of files', () => {
    const { variants: _, ...facts } = manifest;
    expect(parseFacts(facts, 'server')).toEqual(facts);
    expect(() => parseFacts({ ...facts, image: undefined }, 'server')).toThrow('image.width');
  });
});
