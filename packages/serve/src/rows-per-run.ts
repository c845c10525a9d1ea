/** Run rows through a session: seeds in, the images' floats out, one after the other. */
export type RunRows = (seeds: readonly number[]) => Promise<Float32Array>;

/** The most rows given to a session at once. */
export const maxRows = 8;

const bits = (floats: Float32Array): Uint32Array =>
  new Uint32Array(floats.buffer, floats.byteOffset, floats.length);

const isEqual = (a: Uint32Array, b: Uint32Array): boolean =>
  a.length === b.length && a.every((word, i) => word === b[i]);

/**
 * Find out how many rows a run may have without changing any of them: `maxRows` if every row of a
 * batch has the bits that it has alone, else 1.
 *
 * Why this is asked and not assumed: an image must not depend on what else is in its batch, and
 * nothing in ONNX promises that. Measured with onnxruntime 1.30 on an x64 CPU with AVX-512: Gemm,
 * MatMul, Conv, ConvTranspose, InstanceNormalization, Tanh and Sigmoid with constant weights
 * (30 matrix shapes, 8 convolutions), batches of 1 to 64, every position, 1 and 2 threads: all bits
 * equal. Constant weights are packed beforehand and skip the path of their own that one-row products
 * with other weights take. So a CPU may batch, but another CPU, a GPU or another graph may not:
 * each is tried once when a model is opened, and one that fails the trial draws image by image.
 * A full batch and an odd one are tried: one fills the blocks of the matrix kernels, one does not.
 */
export async function findRowsPerRun(run: RunRows): Promise<number> {
  const seeds = Array.from({ length: maxRows }, (_, i) => i + 1);
  const alone: Uint32Array[] = [];
  for (const seed of seeds) alone.push(bits(await run([seed])));
  const size = alone[0]?.length ?? 0;
  for (const order of [seeds, seeds.slice(0, 3).reverse()]) {
    const batch = bits(await run(order));
    const isSame = order.every((seed, row) =>
      isEqual(batch.subarray(row * size, (row + 1) * size), alone[seed - 1] as Uint32Array),
    );
    if (!isSame) return 1;
  }
  return maxRows;
}
