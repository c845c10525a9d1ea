export { compile, type Compiled } from './compile.js';
export type { Model, Port } from './model.js';
export { type InputSpec, type Tensors, trace, type Traced, type TraceOptions } from './trace.js';
