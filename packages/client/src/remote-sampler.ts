import { type Device, InputError, type Pixels } from '@ganvas/core';
import { createSampler, type Drawn, type Engine, toBatchSize } from './create-sampler.js';
import { type Decode, decodeInBrowser, fromDataUrl, fromRgba, type Rgba } from './decode.js';
import { fetchFacts } from './fetch-facts.js';
import { fetchOk } from './http.js';
import { type ModelAddress, serverUrl } from './model-urls.js';
import type { ModelFacts, Sampler } from './sampler.js';

export interface RemoteOptions extends ModelAddress {
  /** Pictures asked for at a time, default 16: progress and abort are between two batches. */
  readonly batchSize?: number | undefined;
  /** Turns a PNG into pixels, default the browser itself, which decodes all but transparent ones. */
  readonly decode?: Decode | undefined;
  /** Ends the first look at the model: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A server adds where the model runs. */
type ServedFacts = ModelFacts & { device?: Device };

/** The server's JSON answer, as far as it is read here. */
interface Answer {
  readonly device: Device;
  readonly images: readonly { readonly label?: number; readonly url: string }[];
}

function joinPixels(pictures: readonly Rgba[], { image }: ModelFacts, where: string): Pixels {
  const { width, height, channels } = image;
  const size = width * height * channels;
  const data = new Uint8Array(pictures.length * size);
  for (const [i, picture] of pictures.entries()) {
    if (picture.width !== width || picture.height !== height) {
      const got = `${picture.width} x ${picture.height}`;
      throw new InputError(`${where}: expected pictures of ${width} x ${height}, got ${got}`);
    }
    data.set(fromRgba(picture, channels), i * size);
  }
  return { data, count: pictures.length, width, height, channels };
}

function createEngine(model: ModelFacts, options: RemoteOptions): Engine {
  const { decode = decodeInBrowser } = options;
  // As the server said, until an answer says it anew.
  let { device } = model as ServedFacts;
  const ask = async (path: string, body: object, signal: AbortSignal): Promise<Drawn> => {
    const url = serverUrl(options.url, path);
    const response = await fetchOk(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ model: model.name, ...body }),
      signal,
    });
    const answer = (await response.json()) as Answer;
    device = answer.device;
    const pngs = answer.images.map((image) => fromDataUrl(image.url));
    const pixels = joinPixels(await Promise.all(pngs.map(decode)), model, `POST ${url}`);
    return { pixels, labels: answer.images.map(({ label }) => label), pngs };
  };
  return {
    model,
    get device() {
      return device;
    },
    refusals: [],
    sample: (request, signal) => ask('generate', request, signal),
    walk({ frames, ...walk }, signal) {
      return ask('interpolate', { ...walk, at: frames.map(({ at }) => at) }, signal);
    },
    close: () => Promise.resolve(),
  };
}

/** Sample a model on a server of Ganvas. */
export async function createRemoteSampler(options: RemoteOptions): Promise<Sampler> {
  const batchSize = toBatchSize(options.batchSize);
  const model = await fetchFacts(options, 'sample');
  return createSampler(createEngine(model, options), batchSize);
}
