/** Run rows through a session: seeds in, the images' floats out, one after the other. */
export type RunRows = (seeds: readonly number[]) => Promise<Float32Array>;

/** Tried largest first. Past 8 rows a CPU gains little, and the trial takes longer. */
const candidates = [8, 4, 2];

const toBits = (floats: Float32Array): Uint32Array =>
  new Uint32Array(floats.buffer, floats.byteOffset, floats.length);

const isEqual = (a: Uint32Array, b: Uint32Array): boolean =>
  a.length === b.length && a.every((word, i) => word === b[i]);

/**
 * Find the sizes of batch in which every row has the bits that it has alone; 1 is always the last.
 *
 * Why this is asked and not assumed: an image must not depend on what else is in its batch, and
 * nothing in ONNX promises that. Measured with onnxruntime 1.30 on an x64 CPU with AVX-512, batches
 * of 1 to 64, every position, 1 and 2 threads: Gemm, MatMul, Conv, ConvTranspose and the pointwise
 * operators give equal bits (constant weights are packed beforehand and skip the path of their own
 * that one-row products with other weights take), but ReduceMean and ReduceSum over the channels of
 * `[N, C, H, W]` add in another order at N = 1 than at any other N. In a generator that normalizes
 * so, 4 bytes of 1,000 digits changed. So each size is tried once when a model is opened, and no
 * session is ever given one that was not tried: such a model draws image by image.
 */
export async function findBatchSizes(run: RunRows): Promise<readonly number[]> {
  const most = Math.max(...candidates);
  const alone: Uint32Array[] = [];
  for (let seed = 0; seed < most; seed++) alone.push(toBits(await run([seed])));
  const sizes: number[] = [];
  for (const size of candidates) {
    // From the end, so that a seed has another place in each batch.
    const seeds = Array.from({ length: size }, (_, i) => most - 1 - i);
    const batch = toBits(await run(seeds));
    const rowSize = batch.length / size;
    const isSame = seeds.every((seed, row) =>
      isEqual(batch.subarray(row * rowSize, (row + 1) * rowSize), alone[seed] as Uint32Array),
    );
    if (isSame) sizes.push(size);
  }
  return [...sizes, 1];
}

/** Split `count` rows into batches of the given sizes, largest first; the last size is 1. */
export function splitIntoBatches(count: number, sizes: readonly number[]): number[] {
  const batches: number[] = [];
  let left = count;
  for (const size of sizes) {
    for (; left >= size; left -= size) batches.push(size);
  }
  return batches;
}
