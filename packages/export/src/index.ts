export { compile, type Compiled } from './compile.js';
export { compileDynamic, type DynamicInput, type DynamicOptions } from './dynamic-batch.js';
export { type Exported, exportModel, type ExportOptions, type GivenDescription, parityLimit } from './export-model.js';
export type { Model, Port } from './model.js';
export { type Feed, measureParity, type Parity } from './parity.js';
export { type InputSpec, type Tensors, trace, type Traced, type TraceOptions } from './trace.js';
