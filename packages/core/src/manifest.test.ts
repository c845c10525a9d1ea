import { describe, expect, it } from 'vitest';
import { InputError } from './errors.js';
import { type Manifest, parseManifest, parseModelDescription } from './manifest.js';

const manifest: Manifest = {
  schemaVersion: 1,
  name: 'digits',
  version: 1,
  task: 'sample',
  inputs: [
    { name: 'z', dtype: 'float32', shape: ['N', 64] },
    { name: 'label', dtype: 'int64', shape: ['N'] },
  ],
  outputs: [{ name: 'image', dtype: 'float32', shape: ['N', 1, 28, 28] }],
  latentSize: 64,
  labels: ['0', '1'],
  image: { width: 28, height: 28, channels: 1, range: [-1, 1] },
  opset: 17,
  license: 'MIT',
  variants: [{ precision: 'fp32', file: '1/model.onnx', bytes: 10, sha256: 'a'.repeat(64) }],
};

function problemsOf(value: unknown): string[] {
  try {
    parseManifest(value);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ path }) => path).sort();
    throw error;
  }
  return [];
}

function translatorOf(source: object, image: object = {}) {
  const { latentSize: _, labels: __, ...rest } = manifest;
  return {
    ...rest,
    task: 'translate',
    inputs: [{ name: 'source', dtype: 'float32', shape: ['N', 3, 'H', 'W'] }],
    outputs: [{ name: 'image', dtype: 'float32', shape: ['N', 1, 'H', 'W'] }],
    image: { ...manifest.image, sizeMultiple: 4, ...image },
    source,
  };
}

describe('parseManifest', () => {
  it('takes a whole manifest and gives it back', () => {
    expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  it('lists every problem with its path', () => {
    const broken = {
      ...manifest,
      name: 'No Spaces',
      inputs: [{ name: 'z', dtype: 'float16', shape: ['N', 64] }, manifest.inputs[1]],
      image: { ...manifest.image, width: 0 },
    };
    expect(problemsOf(broken)).toEqual(['image.width', 'inputs[0].dtype', 'name']);
  });

  it('refuses fields that it does not know', () => {
    expect(() => parseManifest({ ...manifest, colour: 'red' })).toThrow('colour');
  });

  it('wants a latent of a sampler, and labels and their input together', () => {
    const { latentSize: _, labels: __, ...rest } = manifest;
    expect(problemsOf(rest)).toEqual(['labels', 'latentSize']);
    expect(problemsOf({ ...manifest, inputs: [manifest.inputs[0]] })).toEqual(['inputs']);
  });

  it('wants a size multiple and a source of a translator, and the classes of a semantic map', () => {
    const source = { channels: 3, encoding: 'picture' };
    const translator = translatorOf(source);
    expect(problemsOf(translator)).toEqual([]);
    expect(problemsOf({ ...translator, source: undefined })).toEqual(['source']);
    expect(problemsOf({ ...translator, image: manifest.image })).toEqual(['image.sizeMultiple']);
    expect(problemsOf({ ...translator, inputs: manifest.outputs })).toEqual(['inputs']);
    expect(problemsOf({ ...manifest, source })).toEqual(['source']);
    const classes = [
      { name: 'sky', color: [0, 0, 255] },
      { name: 'sea', color: [0, 255, 0] },
    ];
    const map = { channels: 2, encoding: 'classes', classes };
    expect(problemsOf({ ...translator, source: map })).toEqual([]);
    expect(problemsOf({ ...translator, source: { ...map, channels: 3 } })).toEqual([
      'source.channels',
    ]);
    expect(problemsOf({ ...translator, source: { ...source, classes } })).toEqual([
      'source.classes',
    ]);
  });

  it('takes what can be translated only', () => {
    expect(problemsOf(translatorOf({ channels: 2, encoding: 'picture' }))).toEqual([
      'source.channels',
    ]);
    expect(problemsOf(translatorOf({ channels: 1, encoding: 'picture' }))).toEqual([]);
    expect(problemsOf(translatorOf({ channels: 3, encoding: 'masked' }))).toEqual([
      'source.channels',
    ]);
    const masked = { channels: 4, encoding: 'masked' };
    expect(problemsOf(translatorOf(masked))).toEqual([]);
    expect(problemsOf(translatorOf(masked, { scale: 2 }))).toEqual(['image.scale']);
    const picture = { channels: 3, encoding: 'picture' };
    expect(problemsOf(translatorOf(picture, { scale: 4 }))).toEqual([]);
    expect(problemsOf(translatorOf(picture, { scale: 4, width: 30 }))).toEqual(['image.width']);
  });

  it('lets a sampler have neither a scale nor a size multiple', () => {
    const image = { ...manifest.image, scale: 2, sizeMultiple: 4 };
    expect(problemsOf({ ...manifest, image })).toEqual(['image.scale', 'image.sizeMultiple']);
  });

  it('lets weights be narrower than fp32 only', () => {
    const halved = (precision: string) => [{ ...manifest.variants[0], precision, weights: 'fp16' }];
    expect(problemsOf({ ...manifest, variants: halved('fp32') })).toEqual([]);
    expect(problemsOf({ ...manifest, variants: halved('fp16') })).toEqual(['variants[0].weights']);
  });

  it.each(['../model.onnx', '/etc/passwd', '1/../../x', ''])('refuses the file %j', (file) => {
    const variants = [{ ...manifest.variants[0], file }];
    expect(problemsOf({ ...manifest, variants })).toEqual(['variants[0].file']);
  });

  it('names the file it read', () => {
    expect(() => parseManifest(null, 'models/a/ganvas.json')).toThrow(/^models\/a\/ganvas\.json: /);
  });
});

describe('parseModelDescription', () => {
  it('is the manifest without its files', () => {
    const { variants: _, ...description } = manifest;
    expect(parseModelDescription(description)).toEqual(description);
    expect(() => parseModelDescription(manifest)).toThrow('variants');
  });
});
