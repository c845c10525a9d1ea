import type { Device, Pixels, Refusal } from '@ganvas/core';

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

/** Open a model on the first of `devices` that works. */
export interface OpenMessage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly devices: readonly WebDevice[];
  readonly runtime: Runtime;
  /** A first batch, drawn to see that the device works. */
  readonly warmUp: RunMessage;
}
export interface OpenReply {
  readonly device: Device;
  readonly refusals: readonly Refusal[];
}

/** One batch: `z` float32 `[count, Z]`; `labels` a class number for each, where there are classes. */
export interface RunMessage {
  readonly z: Float32Array<ArrayBuffer>;
  readonly count: number;
  readonly labels: readonly number[] | undefined;
}
/** Every question that the worker answers, with its answer. */
export interface Calls {
  open: { message: OpenMessage; reply: OpenReply };
  run: { message: RunMessage; reply: Pixels };
}

export interface Question<K extends keyof Calls = keyof Calls> {
  readonly id: number;
  readonly kind: K;
  readonly message: Calls[K]['message'];
}

export type Answer = { readonly id: number } & (
  | { readonly reply: unknown; readonly error?: undefined }
  | { readonly error: string; readonly reply?: undefined }
);
