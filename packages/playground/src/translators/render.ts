import { type Manifest, type ModelSource, sourceSizeOf } from '@ganvas/core';
import type { Color, Sheet, Stroke } from './drawing.js';
import { fit, lineWidth, type Size, stamp, trace } from './strokes.js';

/** A picture that a drawing begins with. */
export interface Backdrop extends Size {
  readonly image: CanvasImageSource;
  /** Put on the paper as a whole (`contain`), or so that it covers it (`cover`). */
  readonly how: 'contain' | 'cover';
}

/** What a model reads of a drawing. */
export type Source = Pick<ModelSource, 'encoding' | 'classes'>;

type Context = CanvasRenderingContext2D;
type Rgba = [number, number, number, number];

const white: Color = [255, 255, 255];
export const black: Color = [0, 0, 0];

/** The colour of empty paper: white, or that of a semantic map's first class. */
const paperColor = ({ classes }: Source): Color => classes?.[0]?.color ?? white;

/** A colour as style sheets write it. */
export const toCss = (color: Color): string => `rgb(${color.join(' ')})`;

function paintPaper(context: Context, { picture }: Sheet<Backdrop>, source: Source): void {
  const { width, height } = context.canvas;
  context.fillStyle = toCss(paperColor(source));
  context.fillRect(0, 0, width, height);
  if (!picture) return;
  // Colours between those of two classes may be those of a third.
  context.imageSmoothingEnabled = source.encoding !== 'classes';
  context.imageSmoothingQuality = 'high';
  const at = fit(picture, context.canvas, picture.how);
  context.drawImage(picture.image, at.x, at.y, at.width, at.height);
}

function paintLines(context: Context, strokes: readonly Stroke[]): void {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.lineWidth = lineWidth(stroke, context.canvas);
    context.strokeStyle = toCss(stroke.tool === 'eraser' ? white : stroke.color);
    context.beginPath();
    trace(context, stroke, context.canvas);
    context.stroke();
  }
}

function paintPixels(context: Context, strokes: readonly Stroke[], erased: Rgba): void {
  if (strokes.length === 0) return;
  const { width, height } = context.canvas;
  const image = context.getImageData(0, 0, width, height);
  for (const stroke of strokes) {
    stamp(image, stroke, stroke.tool === 'eraser' ? erased : [...stroke.color, 255]);
  }
  context.putImageData(image, 0, 0);
}

const painters: {
  readonly [E in Source['encoding']]: (
    context: Context,
    strokes: readonly Stroke[],
    source: Source,
  ) => void;
} = {
  picture: paintLines,
  masked(context, strokes) {
    paintLines(
      context,
      strokes.filter(({ tool }) => tool === 'brush'),
    );
    // Holes come last: there is no brush that could paint over them.
    const holes = strokes.filter(({ tool }) => tool === 'eraser');
    paintPixels(context, holes, [0, 0, 0, 0]);
  },
  classes: (context, strokes, source) =>
    paintPixels(context, strokes, [...paperColor(source), 255]),
};

/** Paint a sheet over the whole of a canvas, at the size that the canvas has. */
export function paintSheet(context: Context, sheet: Sheet<Backdrop>, source: Source): void {
  paintPaper(context, sheet, source);
  painters[source.encoding](context, sheet.strokes, source);
}

/** Whether a drawing is lines, which are as sharp at any size; else it is pixels of the model's size. */
export const isOfLines = ({ encoding }: Source): boolean => encoding === 'picture';

/** Paint a sheet on a new canvas. */
export function paintOnNew(sheet: Sheet<Backdrop>, source: Source, { width, height }: Size) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('sketch: expected a 2D canvas, but this browser gave none');
  paintSheet(context, sheet, source);
  return context;
}

/** What is read of a model to paint for it. */
type Painted = Pick<Manifest, 'image'> & { readonly source: Source };

/** Paint a sheet on a new canvas of the size that a model learned to take: what the model is given. */
export const paintForModel = (sheet: Sheet<Backdrop>, { source, image }: Painted) =>
  paintOnNew(sheet, source, sourceSizeOf(image));
