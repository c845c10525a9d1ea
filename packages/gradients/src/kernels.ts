import type * as tf from '@tensorflow/tfjs-core';
import { constant } from './gradient.js';
import { firstOrderOnly, notDifferentiable, type Row, repaired, rewritten, right } from './row.js';
import { avgPool } from './rules/avg-pool.js';
import { batchMatMul } from './rules/batch-mat-mul.js';
import { cast } from './rules/cast.js';
import { clipByValue } from './rules/clip-by-value.js';
import { conv2d, conv2dBackpropFilter } from './rules/conv2d.js';
import { conv3d, conv3dBackpropFilter, conv3dBackpropInput } from './rules/conv3d.js';
import { cumsum } from './rules/cumsum.js';
import { depthToSpace } from './rules/depth-to-space.js';
import {
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
} from './rules/depthwise-conv2d.js';
import { einsum } from './rules/einsum.js';
import { elu } from './rules/elu.js';
import { exp } from './rules/exp.js';
import { max, min } from './rules/extremum.js';
import { flipLeftRight } from './rules/flip-left-right.js';
import { gather } from './rules/gather.js';
import { leakyRelu } from './rules/leaky-relu.js';
import { lrn } from './rules/lrn.js';
import { maxPoolGrad } from './rules/max-pool-grad.js';
import { maximum, minimum } from './rules/maximum.js';
import { mirrorPad } from './rules/mirror-pad.js';
import { pow } from './rules/pow.js';
import { prelu } from './rules/prelu.js';
import { prod } from './rules/prod.js';
import { relu6 } from './rules/relu6.js';
import { resizeBilinear, resizeNearestNeighbor } from './rules/resize.js';
import { rsqrt } from './rules/rsqrt.js';
import { select } from './rules/select.js';
import { selu } from './rules/selu.js';
import { sigmoid } from './rules/sigmoid.js';
import { softmax } from './rules/softmax.js';
import { splitV, unpack } from './rules/split.js';
import { squaredDifference } from './rules/squared-difference.js';
import { stridedSlice } from './rules/strided-slice.js';
import { tanh } from './rules/tanh.js';
import { tile } from './rules/tile.js';

/** The names of tfjs's kernels, from its types: each is a constant that is named as it reads. */
export type KernelName = {
  [K in keyof typeof tf]: (typeof tf)[K] extends K ? K : never;
}[keyof typeof tf];

const complex = notDifferentiable('two real tensors, and sqrt(re^2 + im^2) for their length');
/** Gradients of other ops in tfjs, which do without them here. */
const replaced = notDifferentiable('the op whose gradient it is');
/** No op of tfjs 4.22 runs these kernels, and its cpu backend has none of them. */
const unused = notDifferentiable('the ops of tfjs 4.22');
/** Indices, counts, strings and constants: nothing to differentiate. */
const discrete = notDifferentiable('the op outside of the function that is differentiated');

/** Every kernel of tfjs. The compiler names one that is missing, and the tests one without a case. */
export const kernels = {
  _FusedMatMul: rewritten,
  Abs: right,
  Acos: right,
  Acosh: right,
  Add: right,
  AddN: right,
  All: repaired(constant('x')),
  Any: repaired(constant('x')),
  ArgMax: right,
  ArgMin: right,
  Asin: right,
  Asinh: right,
  Atan: right,
  Atan2: right,
  Atanh: right,
  AvgPool: repaired(avgPool),
  AvgPool3D: repaired(avgPool),
  AvgPool3DGrad: replaced,
  AvgPoolGrad: replaced,
  BatchMatMul: repaired(batchMatMul),
  BatchToSpaceND: right,
  Bincount: discrete,
  BitwiseAnd: discrete,
  BroadcastArgs: discrete,
  BroadcastTo: unused,
  Cast: repaired(cast),
  Ceil: right,
  ClipByValue: repaired(clipByValue),
  Complex: complex,
  ComplexAbs: complex,
  Concat: right,
  Conv2D: repaired(conv2d),
  Conv2DBackpropFilter: repaired(conv2dBackpropFilter),
  Conv2DBackpropInput: right,
  Conv3D: repaired(conv3d),
  Conv3DBackpropFilterV2: repaired(conv3dBackpropFilter),
  Conv3DBackpropInputV2: repaired(conv3dBackpropInput),
  Cos: right,
  Cosh: right,
  CropAndResize: notDifferentiable('slice and tf.image.resizeBilinear'),
  Cumprod: notDifferentiable('exp of cumsum of log, or prod'),
  Cumsum: repaired(cumsum),
  DenseBincount: discrete,
  DepthToSpace: repaired(depthToSpace),
  DepthwiseConv2dNative: repaired(depthwiseConv2d),
  DepthwiseConv2dNativeBackpropFilter: repaired(depthwiseConv2dBackpropFilter),
  DepthwiseConv2dNativeBackpropInput: repaired(depthwiseConv2dBackpropInput),
  Diag: notDifferentiable('mul by tf.eye'),
  Dilation2D: firstOrderOnly('maxPool, or maximum over slices'),
  Dilation2DBackpropFilter: notDifferentiable('maxPool, or maximum over slices'),
  Dilation2DBackpropInput: notDifferentiable('maxPool, or maximum over slices'),
  Draw: discrete,
  Einsum: repaired(einsum),
  Elu: repaired(elu),
  EluGrad: replaced,
  Equal: repaired(constant('a', 'b')),
  Erf: right,
  Exp: repaired(exp),
  ExpandDims: right,
  Expm1: right,
  FFT: notDifferentiable('matMul with a constant matrix of sines and cosines'),
  Fill: discrete,
  FlipLeftRight: repaired(flipLeftRight),
  Floor: right,
  FloorDiv: repaired(constant('a', 'b')),
  FromPixels: discrete,
  FusedBatchNorm: rewritten,
  FusedConv2D: rewritten,
  FusedDepthwiseConv2D: rewritten,
  GatherNd: notDifferentiable('gather'),
  GatherV2: repaired(gather),
  Greater: repaired(constant('a', 'b')),
  GreaterEqual: right,
  Identity: right,
  IFFT: notDifferentiable('matMul with a constant matrix of sines and cosines'),
  Imag: complex,
  IsFinite: right,
  IsInf: right,
  IsNan: right,
  LeakyRelu: repaired(leakyRelu),
  Less: repaired(constant('a', 'b')),
  LessEqual: repaired(constant('a', 'b')),
  LinSpace: discrete,
  Log: right,
  Log1p: right,
  LogicalAnd: repaired(constant('a', 'b')),
  LogicalNot: repaired(constant('x')),
  LogicalOr: repaired(constant('a', 'b')),
  LogicalXor: unused,
  LogSoftmax: unused,
  LowerBound: discrete,
  LRN: repaired(lrn),
  LRNGrad: replaced,
  MatrixBandPart: notDifferentiable('mul by a constant mask'),
  Max: repaired(max),
  Maximum: repaired(maximum),
  MaxPool: right,
  MaxPool3D: right,
  MaxPool3DGrad: repaired(maxPoolGrad),
  MaxPoolGrad: repaired(maxPoolGrad),
  MaxPoolWithArgmax: notDifferentiable('maxPool'),
  Mean: right,
  Min: repaired(min),
  Minimum: repaired(minimum),
  MirrorPad: repaired(mirrorPad),
  Mod: right,
  Multinomial: discrete,
  Multiply: right,
  Neg: right,
  NonMaxSuppressionV3: discrete,
  NonMaxSuppressionV4: discrete,
  NonMaxSuppressionV5: discrete,
  NotEqual: repaired(constant('a', 'b')),
  OneHot: right,
  OnesLike: right,
  Pack: right,
  PadV2: right,
  Pool: notDifferentiable('avgPool or maxPool'),
  Pow: repaired(pow),
  Prelu: repaired(prelu),
  Prod: repaired(prod),
  RaggedGather: discrete,
  RaggedRange: discrete,
  RaggedTensorToTensor: discrete,
  Range: discrete,
  Real: complex,
  RealDiv: right,
  Reciprocal: right,
  Relu: right,
  Relu6: repaired(relu6),
  Reshape: right,
  ResizeBilinear: repaired(resizeBilinear),
  ResizeBilinearGrad: replaced,
  ResizeNearestNeighbor: repaired(resizeNearestNeighbor),
  ResizeNearestNeighborGrad: replaced,
  Reverse: right,
  RotateWithOffset: notDifferentiable('gather'),
  Round: right,
  Rsqrt: repaired(rsqrt),
  ScatterNd: notDifferentiable('unsortedSegmentSum'),
  SearchSorted: discrete,
  Select: repaired(select),
  Selu: repaired(selu),
  Sigmoid: repaired(sigmoid),
  Sign: right,
  Sin: right,
  Sinh: right,
  Slice: right,
  Softmax: repaired(softmax),
  Softplus: right,
  SpaceToBatchND: right,
  SparseFillEmptyRows: discrete,
  SparseReshape: discrete,
  SparseSegmentMean: notDifferentiable('gather and unsortedSegmentSum'),
  SparseSegmentSum: notDifferentiable('gather and unsortedSegmentSum'),
  SparseToDense: notDifferentiable('unsortedSegmentSum'),
  SplitV: repaired(splitV),
  Sqrt: right,
  Square: right,
  SquaredDifference: repaired(squaredDifference),
  StaticRegexReplace: discrete,
  Step: right,
  StridedSlice: repaired(stridedSlice),
  StringNGrams: discrete,
  StringSplit: discrete,
  StringToHashBucketFast: discrete,
  Sub: right,
  Sum: right,
  Tan: right,
  TensorScatterUpdate: notDifferentiable('where with a mask'),
  Tanh: repaired(tanh),
  Tile: repaired(tile),
  TopK: notDifferentiable('gather at the indices that topk gives'),
  Transform: notDifferentiable('gather'),
  Transpose: right,
  Unique: discrete,
  Unpack: repaired(unpack),
  UnsortedSegmentSum: right,
  UpperBound: discrete,
  ZerosLike: right,
} as const satisfies Record<KernelName, Row>;
