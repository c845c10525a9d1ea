import { type Manifest, parseManifest } from '@ganvas/core';
import { describe, expect, it } from 'vitest';
import { parseFacts, parseLocalManifest, type Task, taskOf } from './model.js';

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

const { latentSize: _, labels: __, ...shared } = manifest;
const translator: Manifest = {
  ...shared,
  task: 'translate',
  inputs: [{ name: 'source', dtype: 'float32', shape: ['N', 2, 'H', 'W'] }],
  image: { width: 8, height: 8, channels: 3, range: [-1, 1], sizeMultiple: 4, scale: 2 },
  source: {
    channels: 2,
    encoding: 'classes',
    classes: [
      { name: 'sky', color: [0, 0, 255] },
      { name: 'tree', color: [0, 255, 0] },
    ],
  },
};

const translatorFaults: readonly (readonly [path: string, change: object])[] = [
  ['version', { version: 0 }],
  ['image.height', { image: { ...translator.image, height: 0 } }],
  ['image.sizeMultiple', { image: { ...translator.image, sizeMultiple: undefined } }],
  ['image.scale', { image: { ...translator.image, scale: 3 } }],
  ['source', { source: undefined }],
  ['source', { source: { ...translator.source, encoding: 'sound' } }],
  ['source', { source: { ...translator.source, channels: 3 } }],
  ['source', { source: { ...translator.source, classes: undefined } }],
  ['source', { source: { ...translator.source, classes: [{ name: 'sky' }, { name: 'tree' }] } }],
  ['source', { source: { ...translator.source, encoding: 'picture' } }],
  ['variants', { variants: [] }],
];

const where = 'ganvas.json';
const parseAs = (task: Task, value: unknown) => parseLocalManifest(value, { task, where });

describe.each([
  ['sample', manifest, faults, 'can be sampled'],
  ['translate', translator, translatorFaults, 'translates'],
] as const)('parseLocalManifest, to %s', (task, right, wrong, does) => {
  it('takes a manifest that core takes', () => {
    expect(parseAs(task, parseManifest(right))).toEqual(right);
  });

  it.each(wrong)('refuses a wrong %s, as core does', (path, change) => {
    const faulty = { ...right, ...change };
    expect(() => parseManifest(faulty)).toThrow();
    const message = `ganvas.json: not a Ganvas model that ${does}: ${path}: expected`;
    expect(() => parseAs(task, faulty)).toThrow(message);
  });
});

describe('parseLocalManifest', () => {
  it('refuses a model of another task', () => {
    const wanted = 'task: expected "sample", got "translate"';
    expect(() => parseAs('sample', translator)).toThrow(wanted);
    expect(() => parseAs('translate', manifest)).toThrow('task: expected "translate", got');
  });

  it('takes a semantic map for what it is only with its classes', () => {
    const picture = { channels: 3, encoding: 'picture' };
    expect(() => parseAs('translate', { ...translator, source: picture })).not.toThrow();
  });

  it.each([null, 'html', []])('refuses %j, naming everything that it lacks', (value) => {
    expect(() => parseAs('sample', value)).toThrow(/schemaVersion.*variants.*latentSize/);
    expect(() => parseAs('translate', value)).toThrow(/variants.*sizeMultiple.*source/);
  });
});

describe('parseFacts', () => {
  it.each([
    ['sample', manifest],
    ['translate', translator],
  ] as const)('takes what a server says without the list of files, to %s', (task, right) => {
    const { variants: _, ...facts } = right;
    expect(parseFacts(facts, { task, where })).toEqual(facts);
    const faulty = { ...facts, image: undefined };
    expect(() => parseFacts(faulty, { task, where })).toThrow('image.width');
  });
});

describe('taskOf', () => {
  it.each([
    [translator, 'translate'],
    [manifest, 'sample'],
    [null, 'sample'],
  ])('says what a model is for, unless it is none', (value, task) => {
    expect(taskOf(value)).toBe(task);
  });
});
