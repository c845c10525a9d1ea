export { type AppOptions, createApp } from './app.js';
export type { ChildEvent } from './child-slot.js';
export {
  createLocalRenderer,
  type LocalRenderer,
  type LocalRendererOptions,
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
} from './renderer.js';
export { createSampler, type SampleRequest, type Sampler, type SamplerOptions } from './sampler.js';
export { serveDefaults } from './serve-defaults.js';
export { type RunningServer, type ServerOptions, startServer } from './server.js';
