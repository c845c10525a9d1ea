import protobuf from 'protobufjs';

/**
 * The messages of an ONNX file that Ganvas writes and reads, by the field numbers of onnx.proto
 * (https://onnx.ai, IR version 8). Fields not listed here are skipped on reading.
 */
const field = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ rule: 'repeated', type, id });

const messages = {
  ModelProto: {
    irVersion: field('int64', 1),
    producerName: field('string', 2),
    graph: field('GraphProto', 7),
    opsetImport: list('OperatorSetIdProto', 8),
    metadataProps: list('StringStringEntryProto', 14),
  },
  OperatorSetIdProto: { domain: field('string', 1), version: field('int64', 2) },
  StringStringEntryProto: { key: field('string', 1), value: field('string', 2) },
  GraphProto: {
    node: list('NodeProto', 1),
    name: field('string', 2),
    initializer: list('TensorProto', 5),
    input: list('ValueInfoProto', 11),
    output: list('ValueInfoProto', 12),
  },
  NodeProto: {
    input: list('string', 1),
    output: list('string', 2),
    name: field('string', 3),
    opType: field('string', 4),
    attribute: list('AttributeProto', 5),
  },
  AttributeProto: {
    name: field('string', 1),
    f: field('float', 2),
    i: field('int64', 3),
    s: field('bytes', 4),
    ints: list('int64', 8),
    type: field('int32', 20),
  },
  TensorProto: {
    dims: list('int64', 1),
    dataType: field('int32', 2),
    name: field('string', 8),
    rawData: field('bytes', 9),
  },
  ValueInfoProto: { name: field('string', 1), type: field('TypeProto', 2) },
  TypeProto: { tensorType: field('TensorTypeProto', 1) },
  TensorTypeProto: { elemType: field('int32', 1), shape: field('TensorShapeProto', 2) },
  TensorShapeProto: { dim: list('DimensionProto', 1) },
  DimensionProto: { dimValue: field('int64', 1), dimParam: field('string', 2) },
};

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(Object.entries(messages).map(([name, fields]) => [name, { fields }])),
});
const modelType = root.lookupType('ModelProto');

/** An attribute in the form the file has it: exactly one of `f`, `i`, `s`, `ints`, and its type code. */
export interface AttributeProto {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

export interface NodeProto {
  readonly name?: string;
  readonly opType: string;
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly attribute?: readonly AttributeProto[];
}

export interface TensorProto {
  readonly name: string;
  readonly dims?: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

export interface ValueInfoProto {
  readonly name: string;
  readonly type: {
    readonly tensorType?: {
      readonly elemType: number;
      readonly shape: { readonly dim?: readonly { dimValue?: number; dimParam?: string }[] };
    };
  };
}

export interface ModelProto {
  readonly irVersion: number;
  readonly producerName: string;
  readonly opsetImport: readonly { readonly domain?: string; readonly version: number }[];
  readonly metadataProps?: readonly { readonly key: string; readonly value: string }[];
  readonly graph: {
    readonly name: string;
    readonly node: readonly NodeProto[];
    readonly initializer?: readonly TensorProto[];
    readonly input: readonly ValueInfoProto[];
    readonly output: readonly ValueInfoProto[];
  };
}

/** Write a model as the bytes of an `.onnx` file. */
export const encodeModel = (model: ModelProto): Uint8Array =>
  modelType.encode(modelType.fromObject(model)).finish();

/** Read the bytes of an `.onnx` file. Throws when they are not a protobuf message. */
export const decodeModel = (bytes: Uint8Array): ModelProto =>
  modelType.toObject(modelType.decode(bytes), { longs: Number }) as ModelProto;
