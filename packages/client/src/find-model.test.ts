import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModel } from './find-model.js';
import { type AnswerServer, startAnswerServer } from './testing/answer-server.js';

const sha256 = '0123456789abcdef'.repeat(4);
const manifest = {
  schemaVersion: 1,
  name: 'shapes',
  version: 2,
  task: 'sample',
  latentSize: 8,
  image: { width: 4, height: 4, channels: 3 },
  variants: [
    { precision: 'fp16', file: '2/model.fp16.onnx', bytes: 5, sha256: '1'.repeat(64) },
    { precision: 'fp32', file: '2/model.onnx', bytes: 10, sha256 },
  ],
};
const served = { ...manifest, modelUrl: '/models/shapes/2/model.onnx?sha256=feed' };

const painter = {
  ...manifest,
  name: 'painter',
  task: 'translate',
  image: { ...manifest.image, sizeMultiple: 4 },
  source: { channels: 1, encoding: 'picture' },
};

/** What each path answers, as JSON. */
const answers: Readonly<Record<string, object>> = {
  '/files/ganvas.json': manifest,
  '/half/ganvas.json': { ...manifest, variants: manifest.variants.slice(0, 1) },
  '/models': { models: [painter, served] },
  '/models/shapes': served,
  '/below/models/shapes': served,
  '/silent/models/shapes': manifest,
};

describe('findModel', () => {
  let server: AnswerServer;
  let url: string;
  beforeAll(async () => {
    server = await startAnswerServer((request, response) => {
      const answer = answers[request.url ?? ''];
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer));
    });
    url = server.url;
  });
  afterAll(() => server.close());

  it.each([
    ['beside its manifest', '/files/ganvas.json', undefined, '/files/2/model.onnx'],
    ['where the server says', '', 'shapes', '/models/shapes/2/model.onnx?sha256=feed'],
    ['of the first model', '', undefined, '/models/shapes/2/model.onnx?sha256=feed'],
    ['below a path', '/below', 'shapes', '/below/models/shapes/2/model.onnx?sha256=feed'],
    ['where the server says nothing', '/silent', 'shapes', '/silent/models/shapes/2/model.onnx'],
  ])(
    'finds the fp32 file %s, by an address that changes with its bytes',
    async (_, path, model, file) => {
      const found = await findModel({ url: `${url}${path}`, model }, { task: 'sample' });
      const hash = file.includes('?') ? '' : '?sha256=0123456789abcdef';
      expect(found.file).toBe(`${url}${file}${hash}`);
      expect(found.variant.sha256).toBe(sha256);
    },
  );

  it('takes the first that does what is asked for, where none is named', async () => {
    const found = await findModel({ url }, { task: 'translate' });
    expect(found.manifest.name).toBe('painter');
    expect(new URL(found.file).pathname).toBe('/models/painter/2/model.onnx');
  });

  it('refuses a model that does something else', async () => {
    const wanted = /shapes: not a Ganvas model that translates: task: expected "translate"/;
    await expect(findModel({ url, model: 'shapes' }, { task: 'translate' })).rejects.toThrow(
      wanted,
    );
  });

  it('says which precisions there are where none is fp32', async () => {
    const wanted = 'shapes: expected a variant with precision fp32, got fp16';
    await expect(findModel({ url: `${url}/half/ganvas.json` }, { task: 'sample' })).rejects.toThrow(
      wanted,
    );
  });
});
