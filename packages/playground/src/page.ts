import { parseHash, type State } from './state.js';

/** The server's base address, with a slash at its end: the page's own. */
export const base = new URL('.', location.href).href;

/** How one task's models are shown. */
export interface View<M> {
  /** Show what follows from a model alone. */
  open(model: M): void;
  /** Show the state in the controls and the commands. */
  showState(): void;
  /** Draw everything anew: what was being drawn is given up. */
  redraw(): Promise<void>;
  /** Give up what is being done: another view is shown. */
  close(): void;
}

type Draw = () => Promise<void>;

let state = parseHash(location.hash);
let listener: ((then: Draw | undefined) => void) | undefined;

/** What the page shows. */
export const current = (): State => state;

/** Change what the page shows; `then` draws what follows from it, default all of it. */
export function update(change: Partial<State>, then?: Draw): void {
  state = { ...state, ...change };
  listener?.(then);
}

/** Be told of each change. */
export function listenToUpdates(onUpdate: (then: Draw | undefined) => void): void {
  listener = onUpdate;
}
