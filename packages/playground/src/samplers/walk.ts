import type { Frame, Point, Sampler } from '@ganvas/client/local';
import { elements } from '../elements.js';
import { createLatest } from '../latest.js';
import { markStale, paint } from '../paint.js';

/** What is walked along, and on what. */
export interface WalkContext {
  readonly sampler: Sampler;
  readonly from: Point;
  readonly to: Point;
  readonly at: number;
  /** What the file of the frame is called. */
  readonly file: string;
  readonly signal: AbortSignal;
  /** Told how long the drawing took, and of how many pictures. */
  readonly onDrawn?: (elapsedMs: number, count: number) => void;
}

const { frame, fromFrame, toFrame, saveFrame } = elements;

/** The walk whose ends are shown, and what the file of the frame is called. */
let shown: WalkContext | undefined;

/** The name of the file for the frame on the stage; undefined while there is none to save. */
export const shownFile = (): string | undefined => shown?.file;

/** Forget what is shown: it belongs to what was asked for before. */
export function clearWalk(): void {
  shown = undefined;
  saveFrame.disabled = true;
  for (const canvas of [frame, fromFrame, toFrame]) markStale(canvas);
}

const isSame = (a: Point, b: Point) => a.seed === b.seed && a.label === b.label;
const hasEndsOf = (a: WalkContext, b: WalkContext) =>
  a.sampler === b.sampler && isSame(a.from, b.from) && isSame(a.to, b.to);

function show(context: WalkContext, frames: readonly Frame[]): void {
  const canvases = frames.length === 1 ? [frame] : [frame, fromFrame, toFrame];
  for (const [i, canvas] of canvases.entries()) if (frames[i]) paint(canvas, frames[i]);
  shown = context;
  saveFrame.disabled = false;
}

/**
 * Draw the place of a walk, and its ends where others are shown. While one walk is drawn, only the
 * newest waits, so no older answer is shown over a newer one.
 */
export const drawWalk = createLatest(async (context: WalkContext): Promise<void> => {
  const { sampler, from, to, at, signal, onDrawn } = context;
  if (signal.aborted) return;
  const places = shown && hasEndsOf(shown, context) ? [at] : [at, 0, 1];
  const start = performance.now();
  const frames = await sampler.interpolate({ from, to, at: places, signal });
  if (signal.aborted) return;
  show(context, frames);
  onDrawn?.(performance.now() - start, frames.length);
});
