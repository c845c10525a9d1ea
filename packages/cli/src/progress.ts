import { SingleBar } from 'cli-progress';
import { note } from './output.js';

/**
 * Say how far the work is.
 *
 * @param fraction of the whole, in [0, 1]
 * @param text what goes on, one short line
 */
export type Progress = (fraction: number, text: string) => void;

export interface ProgressOptions {
  /** Nothing is shown of work that is done before, default 0. */
  readonly afterMs?: number;
  /** How often a line is written where there is no terminal, default 10 s. */
  readonly everyMs?: number;
}

const barSteps = 1000;

const toPercent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

function createBar(title: string) {
  const bar = new SingleBar({
    format: `${title} {bar} {percent}  {text}`,
    barsize: 10,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    fps: 10,
    // Ctrl-C belongs to the verb, which ends the work and so the bar.
    gracefulExit: false,
    stream: process.stderr,
  });
  let isStarted = false;
  return {
    show(fraction: number, text: string) {
      const payload = { percent: toPercent(fraction), text };
      if (isStarted) bar.update(fraction * barSteps, payload);
      else bar.start(barSteps, fraction * barSteps, payload);
      isStarted = true;
    },
    stop() {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
}

const createLines = (title: string) => ({
  show: (fraction: number, text: string) => note(`${title} ${toPercent(fraction)}  ${text}`),
  stop: () => undefined,
});

let stopShown: (() => void) | undefined;
let endShown: (() => void) | undefined;

/** Say something while work goes on: below the bar that is shown, which goes on in a new line. */
export function noteAmidst(text: string): void {
  stopShown?.();
  note(text);
}

/** End the bar that is shown, if any, so that something else can be said below it. */
export const endProgress = (): void => endShown?.();

/** Do long work and show how far it is, on stderr: a bar on a terminal, else a line now and then. */
export async function withProgress<T>(
  title: string,
  work: (progress: Progress) => Promise<T>,
  options: ProgressOptions = {},
): Promise<T> {
  const isTerminal = process.stderr.isTTY;
  const { afterMs = 0, everyMs = 10_000 } = options;
  const view = isTerminal ? createBar(title) : createLines(title);
  let next = performance.now() + afterMs;
  stopShown = () => view.stop();
  endShown = () => {
    next = Number.POSITIVE_INFINITY;
    view.stop();
  };
  try {
    return await work((fraction, text) => {
      if (performance.now() < next) return;
      if (!isTerminal) next = performance.now() + everyMs;
      view.show(Math.min(1, Math.max(0, fraction)), text);
    });
  } finally {
    endShown();
    stopShown = undefined;
    endShown = undefined;
  }
}
