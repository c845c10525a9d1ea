import type { Frame, Point, Sampler } from '@ganvas/client/local';
import { elements } from './elements.js';
import { createLatest } from './latest.js';
import { paint } from './paint.js';

/** What is walked along, and on what. */
export interface WalkContext {
  readonly sampler: Sampler;
  readonly from: Point;
  readonly to: Point;
  readonly at: number;
  readonly signal: AbortSignal;
  /** Told how long a frame took while dragging. */
  readonly onFrame: (elapsedMs: number) => void;
}

let atPlace: Frame | undefined;

/** The picture on the stage, if there is one. */
export const currentFrame = (): Frame | undefined => atPlace;

function showFrame(frame: Frame | undefined): void {
  if (!frame) return;
  atPlace = frame;
  paint(elements.frame, frame);
}

/** Draw both ends and the place between them. */
export async function drawWalk({ sampler, from, to, at, signal }: WalkContext): Promise<void> {
  const [start, end, frame] = await sampler.interpolate({ from, to, at: [0, 1, at], signal });
  if (start) paint(elements.fromFrame, start);
  if (end) paint(elements.toFrame, end);
  showFrame(frame);
}

/** Draw one place of a walk: while one is drawn, only the newest place waits. */
export const drawPlace = createLatest(
  async ({ sampler, from, to, at, signal, onFrame }: WalkContext) => {
    if (signal.aborted) return;
    const start = performance.now();
    const [frame] = await sampler.interpolate({ from, to, at: [at], signal });
    showFrame(frame);
    onFrame(performance.now() - start);
  },
);
