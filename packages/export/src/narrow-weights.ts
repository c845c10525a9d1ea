import { elementTypes } from './graph.js';
import { fromHalf, leastNarrowed, toHalf } from './half.js';
import { decodeModel, encodeModel, type NodeProto, type TensorProto } from './onnx.js';

const float16 = 10; // TensorProto.DataType

/** The numbers of a large float32 constant in 16 bits each, if none is changed by that. */
function narrowed({ dataType, rawData }: TensorProto): Uint16Array | undefined {
  if (dataType !== elementTypes.float32 || rawData.length < 4 * leastNarrowed) return undefined;
  const numbers = new Float32Array(Uint8Array.from(rawData).buffer);
  const halves = new Uint16Array(numbers.length);
  for (const [i, x] of numbers.entries()) {
    const half = toHalf(x);
    if (!Object.is(fromHalf(half), x)) return undefined;
    halves[i] = half;
  }
  return halves;
}

/**
 * Store the weights of an `.onnx` file as fp16, each with a Cast to float32, which is what the file computes in.
 * Runtimes cast constants once, when they load the file. Only numbers that fp16 has are stored so: what was
 * rounded before the trace. The file computes the same as before, to the bit.
 */
export function narrowWeights(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  const { graph } = model;
  const casts: NodeProto[] = [];
  const initializer = (graph.initializer ?? []).map((tensor): TensorProto => {
    const halves = narrowed(tensor);
    if (!halves) return tensor;
    const name = `${tensor.name}:fp16`;
    casts.push({
      name: `Cast_${tensor.name}`,
      opType: 'Cast',
      input: [name],
      output: [tensor.name],
      attribute: [{ name: 'to', type: 2, i: elementTypes.float32 }],
    });
    return { ...tensor, name, dataType: float16, rawData: new Uint8Array(halves.buffer) };
  });
  return encodeModel({
    ...model,
    graph: { ...graph, initializer, node: [...casts, ...(graph.node ?? [])] },
  });
}
