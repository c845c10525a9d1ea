export { type Compiled, compile } from './compile.js';
export { compileDynamic, type DynamicInput, type DynamicOptions } from './dynamic-batch.js';
export {
  type Exported,
  type ExportOptions,
  exportModel,
  type GivenDescription,
  parityLimit,
} from './export-model.js';
export type { Model, Port } from './model.js';
export { type Feed, measureParity, type Parity } from './parity.js';
export { type InputSpec, type Tensors, type Traced, type TraceOptions, trace } from './trace.js';
