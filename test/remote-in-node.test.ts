import { createRemoteSampler } from '@ganvas/client/remote';
import { type RunningServer, startServer } from '@ganvas/serve';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelRepository } from './browser/models.js';

/** Decode with sharp, as the README of the client shows. */
async function decode(png: Blob) {
  const image = sharp(await png.arrayBuffer())
    .toColourspace('srgb')
    .ensureAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

describe('createRemoteSampler in Node', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ repository: modelRepository, port: 0 });
  });
  afterAll(() => server?.stop());

  it('draws with a decoder that is given to it', async () => {
    const sampler = await createRemoteSampler({ url: server.url, model: 'mnist', decode });
    const [picture] = await sampler.sample({ seed: 1, label: 7 });
    const file = await fetch(`${server.url}/generate?seed=1&label=7`);
    const expected = await sharp(await file.arrayBuffer())
      .extractChannel(0)
      .raw()
      .toBuffer();
    expect(Buffer.from(picture?.data ?? []).equals(expected)).toBe(true);
    expect(sampler.device).toBe('cpu');
  });

  it('gives the file that the server sent', async () => {
    const sampler = await createRemoteSampler({ url: server.url, decode });
    const [picture] = await sampler.sample({ seed: 1, label: 7 });
    const file = await fetch(`${server.url}/generate?seed=1&label=7`);
    const blob = await picture?.toBlob();
    expect(await blob?.arrayBuffer()).toEqual(await file.arrayBuffer());
  });

  it('says what is missing without a decoder', async () => {
    const sampler = await createRemoteSampler({ url: server.url });
    await expect(sampler.sample({ seed: 1 })).rejects.toThrow('elsewhere give decode');
  });
});
