import type { KernelName } from './rule.js';

/** Why a kernel cannot be written as ONNX, and what to do instead. */
export type Reason = string;

const strings =
  'it works on strings, and a traced graph holds numbers only: encode them before the traced function';
const complex =
  'it works on complex numbers, for which ONNX has no arithmetic: keep real and imaginary parts as two tensors';
const browser = 'it needs a page: pass the pixels as an input, or return them, and draw outside';
const dataSized =
  'the size of its result depends on the numbers, and a traced graph knows every size beforehand: call it outside of the traced function';

/** Kernels without a rule. They are still computed where all of their inputs are known. */
export const reasons = {
  Complex: complex,
  ComplexAbs: complex,
  Draw: browser,
  FFT: complex,
  FromPixels: browser,
  IFFT: complex,
  Imag: complex,
  Multinomial:
    'it draws random numbers, which a traced graph cannot: draw them outside and pass them as an input',
  NonMaxSuppressionV3: dataSized,
  NonMaxSuppressionV4: dataSized,
  NonMaxSuppressionV5: dataSized,
  Pool: 'tfjs declares no attributes for it and never calls it: tf.pool calls MaxPool or AvgPool',
  RaggedGather: dataSized,
  RaggedRange: dataSized,
  RaggedTensorToTensor: dataSized,
  Real: complex,
  SparseFillEmptyRows: dataSized,
  SparseReshape:
    'the shape that it changes to is data: change the shape of a dense tensor with tf.reshape',
  SparseSegmentMean: dataSized,
  SparseSegmentSum: dataSized,
  StaticRegexReplace: strings,
  StringNGrams: strings,
  StringSplit: strings,
  StringToHashBucketFast: strings,
  Unique: dataSized,
} as const satisfies Partial<Record<KernelName, Reason>>;
