export { type AppOptions, createApp } from './app.js';
export type { ChildEvent } from './child-slot.js';
export {
  type DecodeOptions,
  decodePicture,
  PictureError,
  type PictureFault,
} from './decode-picture.js';
export {
  createLocalRenderer,
  type LocalRenderer,
} from './local-renderer.js';
export { type Model, readModel, readRepository } from './model.js';
export type { Between, Place } from './place.js';
export { encodePng } from './png.js';
export { type DeviceProbe, probeDevices } from './probe-devices.js';
export {
  RenderError,
  type Rendered,
  type Renderer,
  type RendererState,
  type RenderFailure,
  type RenderJob,
  type SampleJob,
  type TranslateJob,
} from './renderer.js';
export type { RunnerOptions } from './runner.js';
export { createSampler, type SampleRequest, type Sampler } from './sampler.js';
export { serveDefaults } from './serve-defaults.js';
export { type RunningServer, type ServerOptions, startServer } from './server.js';
export type { SessionOptions } from './session.js';
export { createTranslator, type Translator } from './translator.js';
