export type { LoadOptions, LoadProgress, LocalSource } from './load-local.js';
export { createLocalSampler, type LocalOptions } from './local-sampler.js';
export { createLocalTranslator } from './local-translator.js';
export type { Runtime } from './messages.js';
export type * from './types.js';
