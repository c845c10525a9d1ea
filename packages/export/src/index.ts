export { type Compiled, compile, foundState } from './compile.js';
export {
  compileDynamic,
  type DynamicInput,
  type DynamicModel,
  type DynamicOptions,
} from './compile-dynamic.js';
export {
  type Exported,
  type ExportOptions,
  exportModel,
  type GivenDescription,
} from './export-model.js';
export type { Progress, Rounding } from './measure-parity.js';
export { type Model, type Port, signalOutput } from './model.js';
export type { Feed, Parity, PictureSize } from './parity.js';
export { readDescription } from './read-description.js';
export type { InputSpec, Tensors, TraceOptions } from './trace.js';
