import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';

/** The judge: digits float32 `[N, 1, 28, 28]` in [-1, 1] -> logits `[N, 10]`. */
export const classifierFile = fileURLToPath(new URL('classifier.onnx', import.meta.url));

const chunk = 500;

/** The most likely digit of each picture; pictures are bytes, one channel of 28 x 28. */
export async function classify(pictures) {
  const session = await ort.InferenceSession.create(classifierFile);
  const size = 28 * 28;
  const digits = [];
  for (let start = 0; start < pictures.length; start += chunk * size) {
    const part = pictures.subarray(start, start + chunk * size);
    const numbers = Float32Array.from(part, (byte) => byte / 127.5 - 1);
    const image = new ort.Tensor('float32', numbers, [part.length / size, 1, 28, 28]);
    const { logits } = await session.run({ image });
    for (let row = 0; row < logits.data.length; row += 10) {
      const scores = logits.data.subarray(row, row + 10);
      digits.push(scores.indexOf(Math.max(...scores)));
    }
  }
  await session.release();
  return digits;
}

/** Share of a labelled data set that the judge gets right. */
export async function accuracy(dataset) {
  const digits = await classify(dataset.images);
  return digits.filter((digit, i) => digit === dataset.labels[i]).length / digits.length;
}
