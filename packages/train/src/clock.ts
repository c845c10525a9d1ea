import type { Length } from './options.js';

/** How far a run is. Times in milliseconds; a resumed run counts the time of all its parts. */
export interface Clock {
  elapsedMs(): number;
  /** How much is done after `step` steps, from 0 to 1. */
  share(step: number): number;
  /** Time left if it goes on as it has since this part began. */
  remainingMs(step: number): number;
  /** Steps a second since this part began. */
  stepsPerSecond(step: number): number;
}

/**
 * Start the clock of a run.
 *
 * @param begun where this part of the run begins
 * @param now milliseconds, from any zero
 */
export function startClock(
  length: Length,
  begun: { step: number; elapsedMs: number },
  now: () => number,
): Clock {
  const startedAt = now();
  const sinceStart = (): number => now() - startedAt;
  const elapsedMs = (): number => begun.elapsedMs + sinceStart();
  const shareAt = (step: number, elapsed: number): number =>
    Math.min(1, 'steps' in length ? step / length.steps : elapsed / (length.minutes * 60_000));
  return {
    elapsedMs,
    share: (step) => shareAt(step, elapsedMs()),
    remainingMs: (step) => {
      const share = shareAt(step, elapsedMs());
      const gained = share - shareAt(begun.step, begun.elapsedMs);
      return gained > 0 ? ((1 - share) * sinceStart()) / gained : Number.POSITIVE_INFINITY;
    },
    stepsPerSecond: (step) => ((step - begun.step) * 1000) / Math.max(sinceStart(), 1),
  };
}
