import type { LoadProgress, Sampler } from '@ganvas/client/local';
import { InputError } from '@ganvas/core';
import { elements } from './elements.js';
import type { Where } from './state.js';

const deviceNames: Readonly<Record<string, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'CPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
};
const nameOf = (device: string) => deviceNames[device] ?? device;
const toMegabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** Say what is being done, with how far it is (0 to 1), or without where nobody knows. */
function showProgress(text: string, share?: number): void {
  elements.status.textContent = text;
  elements.progress.hidden = false;
  elements.error.hidden = true;
  if (share === undefined) elements.progress.removeAttribute('value');
  else elements.progress.value = share;
}

const phases: {
  [P in LoadProgress['phase']]: (progress: LoadProgress & { phase: P }) => void;
} = {
  model: ({ loadedBytes, totalBytes }) =>
    showProgress(
      `Loading the model: ${toMegabytes(loadedBytes)} of ${toMegabytes(totalBytes)} MB`,
      loadedBytes / totalBytes,
    ),
  start: () => showProgress('Starting onnxruntime: 5 MB the first time, 27 MB over plain HTTP'),
};

/** Show how far the model of this page is. */
export function showLoading(progress: LoadProgress): void {
  // Loading lasts so long that what is left from before would seem to be about it.
  elements.why.textContent = '';
  elements.speed.textContent = '';
  phases[progress.phase](progress as never);
}

/** Show that what draws is being opened. */
export const showOpening = (): void => showProgress('Opening');

/** What draws: where, and why not elsewhere. */
export type Drawer = Pick<Sampler, 'device' | 'refusals'>;

/** Show where pictures are made, and why not elsewhere. */
export function showReady(drawer: Drawer, where: Where): void {
  elements.progress.hidden = true;
  elements.error.hidden = true;
  const device = drawer.device === undefined ? '' : nameOf(drawer.device);
  elements.status.textContent =
    where === 'device' ? `On this device: ${device}` : `On the server${device && `: ${device}`}`;
  elements.why.textContent = drawer.refusals
    .map((refusal) => `${nameOf(refusal.device)} is not used: ${refusal.reason}.`)
    .join(' ');
}

/** Take a complaint back: a later drawing succeeded. */
export function showRecovered(drawer: Drawer, where: Where): void {
  if (!elements.error.hidden) showReady(drawer, where);
}

/** Show how long one of `count` pictures took, on average. */
export function showSpeed(elapsedMs: number, count: number, what = 'picture'): void {
  elements.speed.textContent = `${(elapsedMs / count).toFixed(1)} ms a ${what}`;
}

/** Forget how long the last one took: nobody drew what is shown. */
export function clearSpeed(): void {
  elements.speed.textContent = '';
}

const failures: Readonly<Record<Where, string>> = {
  server: 'The server did not draw.',
  device: 'This device cannot draw here. The server can.',
};

/** An InputError is found here, before a server or a device is asked. */
const titleOf = (error: unknown, where: Where) =>
  error instanceof InputError ? 'This cannot be drawn.' : failures[where];

/** Show what went wrong, with what can be done about it. */
export function showError(error: unknown, where: Where): void {
  elements.progress.hidden = true;
  elements.status.textContent = '';
  elements.why.textContent = '';
  elements.speed.textContent = '';
  elements.errorTitle.textContent = titleOf(error, where);
  elements.errorText.textContent = error instanceof Error ? error.message : String(error);
  elements.useServer.hidden = where === 'server';
  elements.error.hidden = false;
}
