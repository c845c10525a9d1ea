export { type Compiled, compile, foundState } from './compile.js';
export { compileDynamic, type DynamicInput, type DynamicOptions } from './dynamic-batch.js';
export {
  type Exported,
  type ExportOptions,
  exportModel,
  type GivenDescription,
} from './export-model.js';
export { type Model, type Port, signalOutput } from './model.js';
export type { Feed, Parity } from './parity.js';
export type { InputSpec, Tensors, TraceOptions } from './trace.js';
