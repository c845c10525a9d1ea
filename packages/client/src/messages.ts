import type { Device, Pixels, Refusal, TranslateProgress, TranslatorModel } from '@ganvas/core';
import type { PictureSource } from './translator.js';

/** The devices of a page, by the names that onnxruntime-web gives them. */
export type WebDevice = 'webgpu' | 'wasm';

/** Where the files of onnxruntime-web lie, where the bundler does not say so by itself. */
export interface Runtime {
  /** Address of an ES module of onnxruntime-web, default the installed `onnxruntime-web/webgpu`. */
  readonly moduleUrl?: string | undefined;
  /** Address of the `.wasm` file, or of the folder that holds it. */
  readonly wasmUrl?: string | undefined;
  /** Threads of the WASM device, default half the cores, at most 4; 1 without isolation headers. */
  readonly threads?: number | undefined;
}

/** What a model takes, by name: `int64` where `data` holds bigints, else `float32`. */
export type Inputs = Readonly<
  Record<string, { readonly data: Float32Array | BigInt64Array; readonly dims: readonly number[] }>
>;

/** Open a model on the first of `devices` that works. */
export interface OpenMessage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly devices: readonly WebDevice[];
  readonly runtime: Runtime;
  /** A first run, to see that the device works. */
  readonly warmUp: Inputs;
}
export interface OpenReply {
  readonly device: Device;
  readonly refusals: readonly Refusal[];
}

interface TranslateMessage {
  readonly source: PictureSource;
  readonly model: TranslatorModel;
}

/** Every question that the worker answers, with its answer. `run` gives what the model draws. */
export interface Calls {
  open: { message: OpenMessage; reply: OpenReply };
  run: { message: Inputs; reply: Pixels };
  translate: { message: TranslateMessage; reply: Pixels };
}

export interface Question<K extends keyof Calls = keyof Calls> {
  readonly id: number;
  readonly kind: K;
  readonly message: Calls[K]['message'];
}

/** Nobody waits for the answer to question `stop` any more. */
export interface Stop {
  readonly stop: number;
}

/** An answer, or how far it is. `isInput`: an InputError. */
export type Answer = { readonly id: number } & (
  | { readonly reply: unknown }
  | { readonly error: string; readonly isInput: boolean }
  | { readonly progress: TranslateProgress }
);
