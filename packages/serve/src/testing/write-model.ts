import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@ganvas/core';
import protobuf from 'protobufjs';

// As much of onnx.proto (IR version 8) as a small generator needs.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message ModelProto { int64 irVersion = 1; GraphProto graph = 7; repeated Opset opsetImport = 8; }
  message Opset { string domain = 1; int64 version = 2; }
  message GraphProto {
    repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
    repeated ValueInfo input = 11; repeated ValueInfo output = 12;
  }
  message NodeProto {
    repeated string input = 1; repeated string output = 2; string opType = 4;
    repeated Attribute attribute = 5;
  }
  message Attribute { string name = 1; float f = 2; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
  message TensorProto { repeated int64 dims = 1; int32 dataType = 2; string name = 8; bytes rawData = 9; }
  message ValueInfo { string name = 1; Type type = 2; }
  message Type { TensorType tensorType = 1; }
  message TensorType { int32 elemType = 1; Shape shape = 2; }
  message Shape { repeated Dim dim = 1; }
  message Dim { oneof value { int64 dimValue = 1; string dimParam = 2; } }
`);
const modelProto = root.lookupType('ModelProto');

const float32 = 1;
const int64 = 7;

const int = (name: string, i: number) => ({ name, type: 2, i });
const ints = (name: string, values: number[]) => ({ name, type: 7, ints: values });
const node = (opType: string, input: string[], output: string, attribute: object[] = []) => ({
  opType,
  input,
  output: [output],
  attribute,
});

const toBytes = (data: ArrayBufferView) =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Weights that differ from each other and never change: a sine of their index. */
function weights(name: string, dims: number[], scale: number) {
  const size = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: size }, (_, i) => scale * Math.sin(i * 12.9898 + size));
  return { name, dims, dataType: float32, rawData: toBytes(data) };
}

const value = (name: string, elemType: number, dims: (string | number)[]) => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: { dim: dims.map((d) => (typeof d === 'string' ? { dimParam: d } : { dimValue: d })) },
    },
  },
});

export interface TinySampler {
  readonly name: string;
  readonly channels: 1 | 3;
  /** Class names; without them the model takes no label. */
  readonly labels?: readonly string[];
  /** Hidden channels, default 8: the more, the longer a run takes. */
  readonly width?: number;
  /** Average over channels, which onnxruntime adds in another order for one row than for several. */
  readonly sensitive?: boolean;
}

/** Gives the negative of a picture, in colour and at any size in steps of 4. */
export interface TinyTranslator {
  readonly name: string;
  readonly task: 'translate';
  /** Hidden channels, default 1: the more, the longer a run takes. */
  readonly width?: number;
}

export type TinyModel = TinySampler | TinyTranslator;

const isTranslator = (model: TinyModel): model is TinyTranslator => 'task' in model;

const latentSize = 16;

/** The last layer: `c` to `image`. A wave so short that the last bit of `c` changes the picture. */
const wave = [node('Mul', ['c', 'gain'], 'g'), node('Sin', ['g'], 'image')];
const mean = [
  node('ReduceMean', ['a'], 'm', [ints('axes', [1]), int('keepdims', 1)]),
  node('Sub', ['a', 'm'], 'n'),
];

/** Two convolutions, the second of zeros, that take time and change nothing: image = 0 - source. */
function buildNegative({ width = 1 }: TinyTranslator) {
  const conv = (x: string, w: string, y: string) =>
    node('Conv', [x, w], y, [
      ints('kernel_shape', [3, 3]),
      ints('pads', [1, 1, 1, 1]),
      ints('strides', [1, 1]),
      ints('dilations', [1, 1]),
      int('group', 1),
    ]);
  return {
    name: 'negative',
    node: [
      conv('source', 'hidden', 'h'),
      conv('h', 'zeros', 'z'),
      node('Sub', ['z', 'source'], 'image'),
    ],
    initializer: [weights('hidden', [width, 3, 3, 3], 0.2), weights('zeros', [3, width, 3, 3], 0)],
    input: [value('source', float32, ['N', 3, 'H', 'W'])],
    output: [value('image', float32, ['N', 3, 'H', 'W'])],
  };
}

function describeNegative({ name }: TinyTranslator): Omit<Manifest, 'variants'> {
  const shape = ['N', 3, 'H', 'W'];
  return {
    schemaVersion: 1,
    name,
    version: 1,
    task: 'translate',
    inputs: [{ name: 'source', dtype: 'float32', shape }],
    outputs: [{ name: 'image', dtype: 'float32', shape }],
    source: { channels: 3, encoding: 'picture' },
    image: { width: 16, height: 16, channels: 3, range: [-1, 1], sizeMultiple: 4 },
    opset: 17,
    license: 'MIT',
  };
}

function buildGenerator({ channels, labels, width = 8, sensitive = false }: TinySampler) {
  const inputs = [value('z', float32, ['N', latentSize])];
  const stem = labels ? ['e', 'ze'] : ['z', 'z'];
  const embedding = labels
    ? [
        node('Gather', ['embed', 'label'], 'e', [int('axis', 0)]),
        node('Concat', ['z', 'e'], 'ze', [int('axis', 1)]),
      ]
    : [];
  if (labels) inputs.push(value('label', int64, ['N']));
  const up = (x: string, w: string, y: string) =>
    node('ConvTranspose', [x, w], y, [
      ints('strides', [2, 2]),
      ints('pads', [1, 1, 1, 1]),
      ints('dilations', [1, 1]),
      ints('kernel_shape', [4, 4]),
      ints('output_padding', [0, 0]),
      int('group', 1),
    ]);
  return {
    name: 'generator',
    node: [
      ...embedding,
      node('MatMul', [stem[1] as string, 'dense'], 'd'),
      node('Reshape', ['d', 'shape'], 'r', [int('allowzero', 0)]),
      up('r', 'up1', 'a'),
      ...(sensitive ? mean : []),
      node('Relu', [sensitive ? 'n' : 'a'], 'b'),
      up('b', 'up2', 'c'),
      ...(sensitive ? wave : [node('Tanh', ['c'], 'image')]),
    ],
    initializer: [
      ...(labels ? [weights('embed', [labels.length, latentSize], 2)] : []),
      weights('dense', [labels ? 2 * latentSize : latentSize, width * 49], 0.4),
      {
        name: 'shape',
        dims: [4],
        dataType: int64,
        rawData: toBytes(BigInt64Array.of(-1n, BigInt(width), 7n, 7n)),
      },
      { name: 'gain', dims: [], dataType: float32, rawData: toBytes(Float32Array.of(1e6)) },
      weights('up1', [width, width, 4, 4], 0.4),
      weights('up2', [width, channels, 4, 4], 0.8),
    ],
    input: inputs,
    output: [value('image', float32, ['N', channels, 28, 28])],
  };
}

function describeGenerator({ name, channels, labels }: TinySampler): Omit<Manifest, 'variants'> {
  return {
    schemaVersion: 1,
    name,
    version: 1,
    task: 'sample',
    inputs: [
      { name: 'z', dtype: 'float32', shape: ['N', latentSize] },
      ...(labels ? [{ name: 'label', dtype: 'int64' as const, shape: ['N'] }] : []),
    ],
    outputs: [{ name: 'image', dtype: 'float32', shape: ['N', channels, 28, 28] }],
    latentSize,
    ...(labels && { labels: [...labels] }),
    image: { width: 28, height: 28, channels, range: [-1, 1] },
    opset: 17,
    license: 'MIT',
  };
}

/** Write a model with fixed weights to `<repository>/<name>`; returns that folder. */
export async function writeModel(repository: string, model: TinyModel): Promise<string> {
  const dir = join(repository, model.name);
  const graph = isTranslator(model) ? buildNegative(model) : buildGenerator(model);
  const description = isTranslator(model) ? describeNegative(model) : describeGenerator(model);
  const bytes = modelProto.encode({ irVersion: 8, opsetImport: [{ version: 17 }], graph }).finish();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const variant = { precision: 'fp32', file: '1/model.onnx', bytes: bytes.length, sha256 };
  await mkdir(join(dir, '1'), { recursive: true });
  await writeFile(join(dir, '1', 'model.onnx'), bytes);
  const manifest = { ...description, variants: [variant] };
  await writeFile(join(dir, 'ganvas.json'), JSON.stringify(manifest));
  return dir;
}

/** Ten classes, as the bundled model has. */
export const digits: TinySampler = { name: 'digits', channels: 1, labels: [...'0123456789'] };
/** No classes, three channels. */
export const colours: TinySampler = { name: 'paint', channels: 3 };
/** Makes of each byte 255 less the byte. */
export const negative: TinyTranslator = { name: 'negative', task: 'translate' };

/** Write a new repository in the system's folder for temporary files. */
export async function writeRepository(...models: TinyModel[]): Promise<string> {
  const repository = await mkdtemp(join(tmpdir(), 'ganvas-serve-'));
  for (const model of models) await writeModel(repository, model);
  return repository;
}
