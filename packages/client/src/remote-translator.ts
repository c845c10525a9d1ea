import { assertPicture, type Device, InputError, type Pixels } from '@ganvas/core';
import { createTranslator, type Translated, type TranslatorEngine } from './create-translator.js';
import { type Decode, decodeInBrowser, fromRgba, type Rgba } from './decode.js';
import { fetchFacts } from './fetch-facts.js';
import { fetchOk } from './http.js';
import { type ModelAddress, serverUrl } from './model-urls.js';
import { encodeInBrowser, toRgba } from './picture.js';
import type { PictureSource, Translator, TranslatorFacts } from './translator.js';

/** Turn pixels into a PNG file for the server. */
export type Encode = (picture: Rgba) => Promise<Blob>;

export interface RemoteTranslatorOptions extends ModelAddress {
  /** Turns a PNG into pixels, default the browser itself, which decodes all but transparent ones. */
  readonly decode?: Decode | undefined;
  /** Turns pixels into a PNG, default the browser itself; files go as they are. */
  readonly encode?: Encode | undefined;
  /** Ends the first look at the model: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

function assertFile({ type, size }: Blob): void {
  if (type.startsWith('image/')) return;
  throw new InputError(
    `translate: expected a Blob whose type is that of an image, such as image/png, got "${type}" of ${size} bytes`,
  );
}

function assertCanEncode(): void {
  if (typeof OffscreenCanvas === 'function') return;
  throw new Error(
    'createRemoteTranslator: expected a browser, which encodes PNG; elsewhere give encode, as in README "In Node", or a Blob',
  );
}

/** `Pixels` as RGBA; what a browser has made stays as it is. */
function toPlain(source: Pixels | ImageData | ImageBitmap) {
  if (!('count' in source)) return source;
  assertPicture(source, 'translate');
  const { width, height, data, channels } = source;
  return { width, height, data: toRgba(data, channels) };
}

const toDrawable = (picture: ReturnType<typeof toPlain>): ImageData | ImageBitmap =>
  picture instanceof ImageData || picture instanceof ImageBitmap
    ? picture
    : new ImageData(picture.data, picture.width);

async function toFile(source: PictureSource, encode: Encode | undefined): Promise<Blob> {
  if (source instanceof Blob) {
    assertFile(source);
    return source;
  }
  const picture = toPlain(source);
  if (encode && 'data' in picture) return await encode(picture);
  assertCanEncode();
  return await encodeInBrowser(toDrawable(picture), 'image/png');
}

function createEngine(model: TranslatorFacts, options: RemoteTranslatorOptions): TranslatorEngine {
  const { decode = decodeInBrowser } = options;
  const url = serverUrl(options.url, `translate?model=${encodeURIComponent(model.name)}`);
  // As the server said, until an answer says it anew.
  let { device } = model as TranslatorFacts & { device?: Device };
  return {
    model,
    get device() {
      return device;
    },
    refusals: [],
    async translate(source, { signal, onProgress }): Promise<Translated> {
      const file = await toFile(source, options.encode);
      const response = await fetchOk(url, {
        method: 'POST',
        headers: { accept: 'image/png', 'content-type': file.type },
        body: file,
        signal,
      });
      device = (response.headers.get('x-ganvas-device') as Device | null) ?? device;
      const png = await response.blob();
      const { width, height, data } = await decode(png);
      const { channels } = model.image;
      const pixels = {
        data: fromRgba({ width, height, data }, channels),
        count: 1,
        width,
        height,
        channels,
      };
      onProgress?.({ done: 1, total: 1 });
      return { pixels, png };
    },
    close: () => Promise.resolve(),
  };
}

/** Translate with a model on a server of Ganvas. */
export async function createRemoteTranslator(
  options: RemoteTranslatorOptions,
): Promise<Translator> {
  const model = await fetchFacts(options, 'translate');
  return createTranslator(createEngine(model, options));
}
