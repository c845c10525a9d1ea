import {
  InputError,
  type NodeDevice,
  type PieceSize,
  type Pixels,
  type Refusal,
  type TranslateOptions,
  translatePixels,
} from '@ganvas/core';
import type { Model } from './model.js';
import { loadRuntime } from './runtime.js';
import { inTurn, openModel, type Session, type SessionOptions } from './session.js';

/** A model that turns pictures into pictures, opened on a device of this process. */
export interface Translator {
  readonly device: NodeDevice;
  /** The devices tried before, each with the runtime's own reason. */
  readonly refusals: readonly Refusal[];
  /** Translate one picture of any size, uint8 `[1, H, W, C]` with 1, 3 or 4 channels, by core's `translatePixels`. */
  translate(
    pixels: Pixels,
    options?: Pick<TranslateOptions, 'signal' | 'onProgress'>,
  ): Promise<Pixels>;
  dispose(): Promise<void>;
}

async function prepare({ manifest }: Model, session: Session): Promise<Translator> {
  const { Tensor } = await loadRuntime();
  const { device, refusals } = session;
  if (manifest.source === undefined) {
    throw new InputError(
      `${manifest.name}: expected a model that translates, got one without a source`,
    );
  }
  const { channels } = manifest.source;
  const run = (data: Float32Array, { height, width }: PieceSize) => {
    const source = new Tensor('float32', data, [1, channels, height, width]);
    return inTurn(() => session.run({ source }));
  };
  return {
    device,
    refusals,
    translate: (pixels, options) => translatePixels(pixels, { ...options, model: manifest, run }),
    dispose: () => inTurn(session.release),
  };
}

/**
 * Open a model that translates in this process. Throws with every device's reason when none works,
 * and an InputError when the file's inputs or outputs are not the manifest's.
 */
export const createTranslator = (model: Model, options: SessionOptions = {}): Promise<Translator> =>
  openModel(model, { ...options, task: 'translate' }, (session) => prepare(model, session));
