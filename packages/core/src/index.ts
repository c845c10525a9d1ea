export { createChain } from './chain.js';
export { flattenOnWhite, lumaOf, toColorChannels } from './color.js';
export {
  type Device,
  type DeviceChoice,
  devicesFor,
  devicesOn,
  type NodeDevice,
  nodeDevices,
  type Opened,
  openOnFirst,
  type Refusal,
  reasonOf,
} from './devices.js';
export { hasHoles, isHole } from './encode-source.js';
export { InputError, type Problem } from './errors.js';
export { sizeOfFile } from './file-size.js';
export {
  type Interpolate,
  type Interpolation,
  interpolations,
  lerp,
  slerp,
  type Walk,
  type WalkEnd,
  type WalkOptions,
  walkBetween,
} from './interpolate.js';
export { labelFromSeed, latentFromSeed } from './latent.js';
export {
  type Manifest,
  type ModelDescription,
  type ModelSource,
  type ModelVariant,
  manifestSchema,
  modelDescriptionSchema,
  modelNamePattern,
  modelSourceSchema,
  parseManifest,
  parseModelDescription,
} from './manifest.js';
export { normalAt } from './normal.js';
export {
  fromBytes,
  maxPicturePixels,
  type PixelShape,
  type Pixels,
  pictureAt,
  toByte,
  toGrid,
  toPixels,
} from './pixels.js';
export { foldIn, integerAt, type Key, keyFromSeed, maxSeed, uniformAt } from './random.js';
export { sourceSizeOf } from './source-size.js';
export {
  assertPicture,
  type PieceSize,
  type TranslateOptions,
  type TranslateProgress,
  type TranslatorModel,
  translatePixels,
} from './translate.js';
