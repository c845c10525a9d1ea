import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.js';
import { clamp, type FillMode, intoPicture } from './fill-mode.js';
import { gather, gatherElements, join, list, range, slice, test, unary, where } from './nodes.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';

const add = (graph: Graph, a: Value, b: Value | number): Value => join(graph, 'Add', [a, b]);
const sub = (graph: Graph, a: Value, b: Value | number): Value => join(graph, 'Sub', [a, b]);
const mul = (graph: Graph, a: Value, b: Value | number): Value => join(graph, 'Mul', [a, b]);
const floor = (graph: Graph, x: Value): Value => unary(graph, 'Floor', x);

/** To the nearest whole number, halves up, as JavaScript rounds. */
const round = (graph: Graph, x: Value): Value => floor(graph, add(graph, x, 0.5));

/** Whether a place lies between the first and the last pixel of an axis. */
const isInside = (graph: Graph, at: Value, size: number): Value =>
  test(
    graph,
    'And',
    test(graph, 'GreaterOrEqual', at, 0),
    test(graph, 'LessOrEqual', at, size - 1),
  );

interface CropAttrs {
  readonly cropSize: [number, number];
  readonly method: 'bilinear' | 'nearest';
  readonly extrapolationValue: number;
}

/** Where the pixels of each crop lie along one axis of the picture: `[M, CROP]`, counted in pixels. */
function cropPlaces(
  graph: Graph,
  boxes: Value,
  options: { first: 0 | 1; size: number; crop: number },
): Value {
  const { first, size, crop } = options;
  const [from, to] = [first, first + 2].map((column) =>
    slice(graph, boxes, [{ axis: 1, start: column, end: column + 1 }]),
  ) as [Value, Value];
  if (crop === 1) return mul(graph, add(graph, from, to), 0.5 * (size - 1));
  const stride = mul(graph, sub(graph, to, from), (size - 1) / (crop - 1));
  const steps = graph.constant(range(crop), [crop], 'float32');
  return add(graph, mul(graph, from, size - 1), mul(graph, stride, steps));
}

/** Pixels `[M, CH, CW, C]` at rows `[M, CH, 1]` and columns `[M, 1, CW]` of the pictures that are named. */
function pixelsAt(
  graph: Graph,
  pictures: Value,
  places: { picture: Value; row: Value; column: Value },
): Value {
  const [n, h, w, c] = pictures.shape as [number, number, number, number];
  const starts = mul(graph, graph.cast(places.picture, 'int32'), h * w); // [M, 1, 1]
  const rows = mul(graph, graph.cast(clamp(graph, places.row, h), 'int32'), w);
  const columns = graph.cast(clamp(graph, places.column, w), 'int32');
  const flat = add(graph, add(graph, starts, rows), columns);
  return gather(graph, graph.reshape(pictures, [n * h * w, c]), flat, 0);
}

/** `a` where `share` is 0, `b` where it is 1. */
const between = (graph: Graph, a: Value, b: Value, share: Value): Value =>
  add(graph, a, mul(graph, sub(graph, b, a), share));

function cropAndResize(call: Call<CropAttrs>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const pictures = graph.cast(backend.value(inputOf(call, 'image')), 'float32');
  const boxes = backend.value(inputOf(call, 'boxes'));
  const count = boxes.shape[0] as number;
  const [, h, w] = pictures.shape as [number, number, number, number];
  const [ch, cw] = attrs.cropSize;
  const y = graph.reshape(cropPlaces(graph, boxes, { first: 0, size: h, crop: ch }), [
    count,
    ch,
    1,
  ]);
  const x = graph.reshape(cropPlaces(graph, boxes, { first: 1, size: w, crop: cw }), [
    count,
    1,
    cw,
  ]);
  const picture = graph.reshape(backend.value(inputOf(call, 'boxInd')), [count, 1, 1]);
  const at = (row: Value, column: Value): Value =>
    pixelsAt(graph, pictures, { picture, row, column });
  const bilinear = (): Value => {
    const [top, left] = [floor(graph, y), floor(graph, x)];
    const [bottom, right] = [unary(graph, 'Ceil', y), unary(graph, 'Ceil', x)];
    const across = graph.reshape(sub(graph, x, left), [count, 1, cw, 1]);
    const down = graph.reshape(sub(graph, y, top), [count, ch, 1, 1]);
    const upper = between(graph, at(top, left), at(top, right), across);
    const lower = between(graph, at(bottom, left), at(bottom, right), across);
    return between(graph, upper, lower, down);
  };
  const pixels = attrs.method === 'bilinear' ? bilinear() : at(round(graph, y), round(graph, x));
  const isSeen = test(graph, 'And', isInside(graph, y, h), isInside(graph, x, w));
  const seen = graph.reshape(isSeen, [count, ch, cw, 1]);
  return backend.tensor(where(graph, seen, pixels, attrs.extrapolationValue));
}

interface TransformAttrs {
  readonly interpolation: 'nearest' | 'bilinear';
  readonly fillMode: FillMode;
  readonly fillValue: number;
  readonly outputShape?: [number, number];
}

/** Pixels `[N, P, C]` at rows and columns `[N or 1, P]`; where they lie outside, the filling. */
function pixelsOrFill(
  graph: Graph,
  pictures: Value,
  places: { row: Value; column: Value; fill: number },
): Value {
  const { row, column, fill } = places;
  const [n, h, w, c] = pictures.shape as [number, number, number, number];
  const isSeen = test(graph, 'And', isInside(graph, row, h), isInside(graph, column, w));
  const inRow = graph.cast(clamp(graph, row, h), 'int32');
  const flat = add(graph, mul(graph, inRow, w), graph.cast(clamp(graph, column, w), 'int32'));
  const pixels = graph.reshape(pictures, [n, h * w, c]);
  const [batch, count] = flat.shape as [number, number];
  // The same places in every picture, or places of its own for each.
  const found =
    batch === 1
      ? gather(graph, pixels, graph.reshape(flat, [count]), 1)
      : gatherElements(
          graph,
          pixels,
          graph.expand(graph.reshape(flat, [batch, count, 1]), [batch, count, c]),
          1,
        );
  return where(graph, graph.reshape(isSeen, [batch, count, 1]), found, fill);
}

/** Where output pixel (x, y) comes from, by a projection of 8 numbers a0 .. b2, c0, c1: two values `[N or 1, P]`. */
function projected(graph: Graph, transforms: Value, outWidth: number, outHeight: number) {
  const count = outWidth * outHeight;
  const xs = graph.constant(
    range(count).map((i) => i % outWidth),
    [count],
    'float32',
  );
  const ys = graph.constant(
    range(count).map((i) => Math.floor(i / outWidth)),
    [count],
    'float32',
  );
  const number = (i: number): Value =>
    slice(graph, transforms, [{ axis: 1, start: i, end: i + 1 }]);
  const line = (i: number): Value =>
    add(graph, mul(graph, number(i), xs), mul(graph, number(i + 1), ys));
  const depth = add(graph, line(6), 1);
  const hasPlace = test(graph, 'Greater', unary(graph, 'Abs', depth), 0);
  const divisor = where(graph, hasPlace, depth, 1);
  const along = (i: number): Value =>
    join(graph, 'Div', [add(graph, line(i), number(i + 2)), divisor]);
  return { x: along(0), y: along(3), hasPlace };
}

function transform(call: Call<TransformAttrs>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const { fillMode, fillValue: fill } = attrs;
  const image = inputOf(call, 'image');
  const pictures = graph.cast(backend.value(image), 'float32');
  const [n, h, w, c] = image.shape as [number, number, number, number];
  const [outHeight, outWidth] = attrs.outputShape ?? [h, w];
  const transforms = backend.value(inputOf(call, 'transforms'));
  const from = projected(graph, transforms, outWidth, outHeight);
  const x = intoPicture(graph, from.x, w, fillMode);
  const y = intoPicture(graph, from.y, h, fillMode);
  const at = (row: Value, column: Value): Value =>
    pixelsOrFill(graph, pictures, { row, column, fill });
  const bilinear = (): Value => {
    const [top, left] = [floor(graph, y), floor(graph, x)];
    const [bottom, right] = [add(graph, top, 1), add(graph, left, 1)];
    const column = (v: Value): Value => graph.reshape(v, [...v.shape, 1]);
    const [down, across] = [column(sub(graph, y, top)), column(sub(graph, x, left))];
    const upper = between(graph, at(top, left), at(top, right), across);
    const lower = between(graph, at(bottom, left), at(bottom, right), across);
    return between(graph, upper, lower, down);
  };
  const pixels =
    attrs.interpolation === 'bilinear' ? bilinear() : at(round(graph, y), round(graph, x));
  const isSeen = graph.reshape(from.hasPlace, [...from.hasPlace.shape, 1]);
  const filled = graph.reshape(where(graph, isSeen, pixels, fill), [n, outHeight, outWidth, c]);
  return backend.tensor(graph.cast(filled, image.dtype as 'float32' | 'int32'));
}

interface RotateAttrs {
  readonly radians: number;
  readonly fillValue: number | [number, number, number];
  readonly center: number | [number, number];
}

/** The pixel that each pixel of a rotated picture shows, counted row by row; -1 where it shows none. */
function rotatedPlaces(h: number, w: number, { radians, center }: RotateAttrs): number[] {
  const [centerX, centerY] = tf.backend_util.getImageCenter(center, h, w);
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  return range(h * w).map((i) => {
    const [x, y] = [(i % w) - centerX, Math.floor(i / w) - centerY];
    const column = Math.round(x * cos - y * sin + centerX);
    const row = Math.round(x * sin + y * cos + centerY);
    return column >= 0 && column < w && row >= 0 && row < h ? row * w + column : -1;
  });
}

function rotateWithOffset(call: Call<RotateAttrs>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const image = backend.value(inputOf(call, 'image'));
  const [n, h, w, c] = image.shape as [number, number, number, number];
  const places = rotatedPlaces(h, w, attrs);
  const found = gather(
    graph,
    graph.reshape(image, [n, h * w, c]),
    list(
      graph,
      places.map((place) => Math.max(0, place)),
    ),
    1,
  );
  const isSeen = graph.constant(
    places.map((place) => Number(place >= 0)),
    [h * w, 1],
    'bool',
  );
  // The fourth channel is opacity, which is full outside.
  const { fillValue } = attrs;
  const fill =
    typeof fillValue === 'number'
      ? graph.scalar(fillValue, image.dtype)
      : graph.constant([...fillValue, 255].slice(0, c), [c], image.dtype);
  return backend.tensor(graph.reshape(where(graph, isSeen, found, fill), image.shape));
}

/** Kernels that read pictures at computed places. */
export const samplingRules = {
  CropAndResize: rule<CropAttrs>(cropAndResize),
  RotateWithOffset: rule<RotateAttrs>(rotateWithOffset),
  Transform: rule<TransformAttrs>(transform),
} satisfies Rules;
