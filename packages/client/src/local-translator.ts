import { sourceSizeOf } from '@ganvas/core';
import { createTranslator } from './create-translator.js';
import { type LoadOptions, loadLocal } from './load-local.js';
import type { Inputs } from './messages.js';
import type { PictureSource, Translator, TranslatorFacts } from './translator.js';

/** A blank picture of the size that the model learned to take. */
function toWarmUp({ source, image }: TranslatorFacts): Inputs {
  const { width, height } = sourceSizeOf(image);
  const { sizeMultiple = 1 } = image;
  const sides = [height, width].map((side) => Math.ceil(side / sizeMultiple) * sizeMultiple);
  const dims = [1, source.channels, ...sides];
  const data = new Float32Array(dims.reduce((product, dim) => product * dim));
  return { source: { data, dims } };
}

/** What is posted in place of a source: posting a view would copy all the memory that it looks into. */
const toOwn = (source: PictureSource): PictureSource =>
  'count' in source ? { ...source, data: source.data.slice() } : source;

const transferOf = (source: PictureSource): Transferable[] =>
  'count' in source ? [source.data.buffer as ArrayBuffer] : [];

/**
 * Load a model into a worker of this page and translate there, on the visitor's GPU or CPU: reading files, padding and
 * cutting into pieces included. A request that is aborted leaves the worker free after the piece in work.
 */
export async function createLocalTranslator(options: LoadOptions): Promise<Translator> {
  const { manifest, calls, opened } = await loadLocal(options, { task: 'translate', toWarmUp });
  // A manifest may hold more than can be posted.
  const model = { source: manifest.source, image: manifest.image };
  return createTranslator({
    model: manifest,
    ...opened,
    async translate(source, asked) {
      const own = toOwn(source);
      const message = { source: own, model };
      const pixels = await calls.call('translate', message, {
        ...asked,
        transfer: transferOf(own),
      });
      return { pixels };
    },
    close: async () => calls.end(),
  });
}
