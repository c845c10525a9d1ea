import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type ElementType, Graph, type Value } from './graph.js';
import { leastNarrowed, roundToHalf } from './half.js';
import { rewrite, rewriteForInference } from './passes/rewrite.js';
import { type KernelCall, outputsOf, type Refusal, refusalOf } from './refusals.js';

/** How convolutions are written: NHWC gathers and matrix products, or NCHW `Conv` nodes. */
export type ConvolutionForm = 'gather' | 'conv';

/** A tensor while tracing: numbers that are known, or a value of the graph. */
interface Entry {
  refs: number;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  readonly numbers?: tf.backend_util.BackendValues;
  readonly value?: Value;
  /** The value holds the NHWC tensor in NCHW order. */
  readonly channelsFirst: boolean;
  /** It came from another backend: it was made outside of what is traced. */
  readonly isOutside?: boolean;
}

/** The element type of the graph that holds a tensor's dtype. */
export const toElementType = (dtype: tf.DataType): ElementType => {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`trace: expected float32, int32 or bool tensors, got ${dtype}`);
};

/** What a tensor from outside is called: a variable's name, or its shape. */
function nameOfData(dataId: tf.DataId, shape: readonly number[]): string {
  const variables = Object.values(tf.engine().registeredVariables);
  const found = variables.find((variable) => variable.dataId === dataId);
  return found ? `"${found.name}"` : `a tensor of shape [${shape}]`;
}

export const nhwcToNchw = [0, 3, 1, 2] as const;
const nchwToNhwc = [0, 2, 3, 1] as const;

/** The sizes of an NHWC tensor in the order that its value is held in. */
export const toHeldShape = (shape: readonly number[], channelsFirst: boolean): number[] =>
  channelsFirst ? nhwcToNchw.map((axis) => shape[axis] as number) : [...shape];

/** Where an axis of an NHWC tensor lies in the order that its value is held in. */
export const toHeldAxis = (axis: number, channelsFirst: boolean): number =>
  channelsFirst ? (nhwcToNchw as readonly number[]).indexOf(axis) : axis;

/**
 * A TensorFlow.js backend that does no arithmetic: its tensors are values of an ONNX graph, and each
 * kernel appends nodes. Tensors whose numbers are known stay numbers: a kernel that
 * sees only such ones runs on the `cpu` backend, which folds constants.
 */
export class TraceBackend extends tf.KernelBackend {
  readonly data = new tf.DataStorage<Entry>(this, tf.engine());
  graph = new Graph(rewrite);
  form: ConvolutionForm = 'gather';
  /** The calls of kernels that cannot be traced, since the graph was begun. */
  refusals: Refusal[] = [];
  #isTracing = false;
  /** Tensors made outside, of float32, whose numbers were asked for since the graph was begun. */
  weights = new Set<tf.DataId>();
  #isNarrow = false;
  #rounded = new WeakMap<Entry, Float32Array>();
  // A constant belongs to one graph; the same weights may be traced into many.
  #constants = new WeakMap<Entry, Value>();
  #lateRead: Error | undefined;

  /** Start a new graph; one for inference alone has rewrites of its own. */
  begin(form: ConvolutionForm, inference?: { readonly weights?: 'fp16' | undefined }): Graph {
    this.#forget();
    if (inference) this.graph = new Graph(rewriteForInference);
    this.#isNarrow = inference?.weights === 'fp16';
    this.form = form;
    this.refusals = [];
    this.#isTracing = true;
    this.#lateRead = undefined;
    return this.graph;
  }

  /** End the trace of a graph, which then belongs to the caller alone. */
  end(): void {
    this.#isTracing = false;
    this.#forget();
  }

  #forget(): void {
    this.graph = new Graph(rewrite);
    this.weights = new Set();
    this.#isNarrow = false;
    this.#rounded = new WeakMap();
    this.#constants = new WeakMap();
  }

  /** Throws where a value was asked for that is not known, by a promise that nobody may wait for. */
  assertNothingRead(): void {
    if (this.#lateRead) throw this.#lateRead;
  }

  /**
   * Note the call of a kernel that cannot be traced, and stand in for what it returns, so that a trace
   * finds all of them. The trace ends with an error that lists them.
   */
  refuse(kernelName: string, reason: string, call: KernelCall): tf.TensorInfo | tf.TensorInfo[] {
    this.refusals.push(refusalOf(kernelName, reason));
    const outputs = outputsOf(kernelName, call, (tensor) => this.numbers(tensor));
    const standIns = outputs.map(({ shape, dtype }, i) => {
      const name = `refused ${this.refusals.length}.${i}`;
      return this.tensor({ name, shape, dtype: toElementType(dtype) });
    });
    const [only] = standIns;
    return only && standIns.length === 1 ? only : standIns;
  }

  /** Make a tensor of a graph value; `shape` is the tensor's own, NHWC where `channelsFirst`. */
  tensor(
    value: Value,
    options: { shape?: readonly number[]; dtype?: tf.DataType; channelsFirst?: boolean } = {},
  ): tf.TensorInfo {
    const shape = [...(options.shape ?? value.shape)];
    const dtype = options.dtype ?? (value.dtype === 'int64' ? 'int32' : value.dtype);
    const channelsFirst = options.channelsFirst ?? false;
    const dataId = {};
    this.data.set(dataId, { refs: 1, shape, dtype, value, channelsFirst });
    return { dataId, shape, dtype };
  }

  /** The graph value of a tensor, in the tensor's own order of axes. */
  value(tensor: tf.TensorInfo): Value {
    const entry = this.data.get(tensor.dataId);
    const value = this.#stored(entry, tensor);
    return entry.channelsFirst ? this.graph.transpose(value, nchwToNhwc) : value;
  }

  /** The graph value of an NHWC tensor in NCHW order, whichever order it is held in. */
  channelsFirstValue(tensor: tf.TensorInfo): Value {
    const entry = this.data.get(tensor.dataId);
    const value = this.#stored(entry, tensor);
    return entry.channelsFirst ? value : this.graph.transpose(value, nhwcToNchw);
  }

  /** The graph value of a tensor in the order that is asked for. */
  valueIn(tensor: tf.TensorInfo, channelsFirst: boolean): Value {
    return channelsFirst ? this.channelsFirstValue(tensor) : this.value(tensor);
  }

  isChannelsFirst(tensor: tf.TensorInfo): boolean {
    return this.data.get(tensor.dataId).channelsFirst;
  }

  /** The numbers of a tensor, if they are known while tracing. */
  numbers(tensor: Pick<tf.TensorInfo, 'dataId'>): tf.backend_util.BackendValues | undefined {
    const entry = this.data.get(tensor.dataId);
    const { numbers, isOutside, dtype } = entry;
    if (!numbers || !isOutside || dtype !== 'float32') return numbers;
    this.weights.add(tensor.dataId);
    if (!this.#isNarrow || numbers.length < leastNarrowed) return numbers;
    const rounded =
      this.#rounded.get(entry) ??
      roundToHalf(numbers as Float32Array, () => nameOfData(tensor.dataId, entry.shape));
    this.#rounded.set(entry, rounded);
    return rounded;
  }

  #stored(entry: Entry, tensor: tf.TensorInfo): Value {
    const { dtype } = entry;
    const numbers = this.numbers(tensor);
    if (numbers === undefined) return entry.value as Value;
    const known = this.#constants.get(entry);
    if (known) return known;
    if (Array.isArray(numbers)) throw new Error('trace: expected numbers, got strings');
    const value = this.graph.constant(numbers as Float32Array, tensor.shape, toElementType(dtype));
    this.#constants.set(entry, value);
    return value;
  }

  override write(
    numbers: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): tf.DataId {
    const dataId = {};
    this.data.set(dataId, { refs: 1, shape, dtype, numbers, channelsFirst: false });
    return dataId;
  }

  override move(
    dataId: tf.DataId,
    numbers: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refs: number,
  ): void {
    const held = { channelsFirst: false, isOutside: true };
    this.data.set(dataId, { refs, shape, dtype, numbers, ...held });
  }

  override readSync(dataId: tf.DataId): tf.backend_util.BackendValues {
    const { numbers, shape } = this.data.get(dataId);
    if (numbers) return numbers;
    throw new Error(
      `trace: the value of a tensor of shape [${shape}] was read while its function was being traced; ` +
        'only its shape is known then: return the tensor and read it after the run, and choose by tf.where',
    );
  }

  override async read(dataId: tf.DataId): Promise<tf.backend_util.BackendValues> {
    try {
      return this.readSync(dataId);
    } catch (error) {
      if (!this.#isTracing) throw error;
      // The trace fails with this error. A promise that fails too would end the process where nobody waits
      // for it, so this one never settles.
      this.#lateRead ??= error as Error;
      return new Promise(() => undefined);
    }
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const entry = this.data.get(dataId);
    entry.refs--;
    if (!force && entry.refs > 0) return false;
    this.data.delete(dataId);
    return true;
  }

  override incRef(dataId: tf.DataId): void {
    this.data.get(dataId).refs++;
  }

  override refCount(dataId: tf.DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refs : 0;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    // Nothing is held outside of JavaScript.
  }
}
