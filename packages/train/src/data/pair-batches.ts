import { foldIn, type Key, pictureAt } from '@ganvas/core';
import { drawMove, type Move, moveClasses, movePicture, stay } from './augment.js';
import { createOrder } from './batches.js';
import type { Pairs, Pictures, Unpaired } from './pictures.js';
import { type LabelPairs, toClassNumbers } from './semantic-classes.js';

export interface BatchOptions {
  readonly batchSize: number;
  /** What is drawn follows from it and from the batch's index alone. */
  readonly key: Key;
  /** Whether pictures are mirrored at random and cropped out of an enlarged one, or mirrored only. */
  readonly augment: boolean | 'mirror';
}

/** Pairs of a batch, each float32 `[N, H, W, C]` in [-1, 1]; semantic maps are one-hot, `[N, H, W, classes]`. */
export interface PairBatch {
  readonly input: Float32Array;
  readonly target: Float32Array;
}

/** Which picture a batch shows at a place, and how it is moved. */
type Shown = (place: number) => { picture: number; move: Move };

/** Make what draws the pictures of batch `index`. */
function createDraw(
  { count, width, height }: Pictures,
  { batchSize, key, augment }: BatchOptions,
): (index: number) => Shown {
  const orderAt = createOrder(count, foldIn(key, 0));
  const moves = foldIn(key, 1);
  const still = stay({ width, height });
  const enlarge = augment === true;
  return (index) => (place) => {
    const position = index * batchSize + place;
    const move = augment ? drawMove(moves, position, { width, height, enlarge }) : still;
    return { picture: orderAt(position), move };
  };
}

/** Write the part of a batch that picture after picture has at `place`. */
type Fill = (out: Float32Array, picture: number, move: Move) => void;

function fillPicture(pictures: Pictures): Fill {
  if (pictures.channels !== 3) {
    throw new RangeError(`pictures: expected 3 channels, got ${pictures.channels}`);
  }
  return (out, picture, move) => movePicture(pictureAt(pictures, picture).data, move, out);
}

/** Fill arrays of `batchSize` pictures, whose sizes are given, with the same pictures moved alike. */
function fillBatch(
  parts: readonly { size: number; fill: Fill }[],
  batchSize: number,
  shown: Shown,
): Float32Array[] {
  const arrays = parts.map(({ size }) => new Float32Array(batchSize * size));
  for (let place = 0; place < batchSize; place++) {
    const { picture, move } = shown(place);
    parts.forEach(({ size, fill }, i) => {
      const all = arrays[i] as Float32Array;
      fill(all.subarray(place * size, (place + 1) * size), picture, move);
    });
  }
  return arrays;
}

const sizeOf = ({ width, height, channels }: Pictures): number => width * height * channels;

/**
 * Make the endless sequence of batches of pairs: every pair once an epoch, both of its pictures moved alike. Batch
 * `index` can be asked for without those before it.
 */
export function createPairBatches(
  { input, target }: Pairs,
  options: BatchOptions,
): (index: number) => PairBatch {
  const draw = createDraw(input, options);
  const parts = [input, target].map((each) => ({ size: sizeOf(each), fill: fillPicture(each) }));
  return (index) => {
    const [from, to] = fillBatch(parts, options.batchSize, draw(index));
    return { input: from as Float32Array, target: to as Float32Array };
  };
}

/** Make the batches of pairs from semantic maps: as `createPairBatches`, with `input` one-hot and never mixed. */
export function createLabelBatches(
  { input, target, classes }: LabelPairs,
  options: BatchOptions,
): (index: number) => PairBatch {
  const draw = createDraw(input, options);
  const numbers = toClassNumbers(input, classes);
  const count = classes.length;
  const fillClasses: Fill = (out, picture, move) =>
    moveClasses(pictureAt(numbers, picture).data, move, { out, classes: count });
  const parts = [
    { size: sizeOf(numbers) * count, fill: fillClasses },
    { size: sizeOf(target), fill: fillPicture(target) },
  ];
  return (index) => {
    const [from, to] = fillBatch(parts, options.batchSize, draw(index));
    return { input: from as Float32Array, target: to as Float32Array };
  };
}

/** Make the batches of pictures alone, float32 `[N, H, W, C]` in [-1, 1]. */
export function createPictureBatches(
  pictures: Pictures,
  options: BatchOptions,
): (index: number) => Float32Array {
  const draw = createDraw(pictures, options);
  const parts = [{ size: sizeOf(pictures), fill: fillPicture(pictures) }];
  return (index) => fillBatch(parts, options.batchSize, draw(index))[0] as Float32Array;
}

/** Make the batches of two domains, each drawn and moved independently of the other. */
export function createUnpairedBatches(
  { a, b }: Unpaired,
  options: BatchOptions,
): (index: number) => { a: Float32Array; b: Float32Array } {
  const { key } = options;
  const batchA = createPictureBatches(a, { ...options, key: foldIn(key, 0) });
  const batchB = createPictureBatches(b, { ...options, key: foldIn(key, 1) });
  return (index) => ({ a: batchA(index), b: batchB(index) });
}
