import type { LoadProgress, Sampler } from '@ganvas/client/local';
import { InputError } from '@ganvas/core';
import { elements } from './elements.js';
import type { State } from './state.js';

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

/** Show that a sampler is being opened. */
export const showOpening = (): void => showProgress('Opening');

/** Show where pictures are made, and why not elsewhere. */
export function showReady(sampler: Sampler, where: State['where']): void {
  elements.progress.hidden = true;
  elements.error.hidden = true;
  const device = sampler.device === undefined ? '' : nameOf(sampler.device);
  elements.status.textContent =
    where === 'device' ? `On this device: ${device}` : `On the server${device && `: ${device}`}`;
  elements.why.textContent = sampler.refusals
    .map((refusal) => `${nameOf(refusal.device)} is not used: ${refusal.reason}.`)
    .join(' ');
}

/** Take a complaint back: a later drawing succeeded. */
export function showRecovered(sampler: Sampler, where: State['where']): void {
  if (!elements.error.hidden) showReady(sampler, where);
}

/** Show how long a picture took, on average. */
export function showSpeed(elapsedMs: number, count: number): void {
  elements.speed.textContent = `${(elapsedMs / count).toFixed(1)} ms a picture`;
}

const failures: Readonly<Record<State['where'], string>> = {
  server: 'The server did not draw.',
  device: 'This device cannot draw here. The server can.',
};

/** An InputError is found here, before a server or a device is asked. */
const titleOf = (error: unknown, where: State['where']) =>
  error instanceof InputError ? 'This cannot be drawn.' : failures[where];

/** Show what went wrong, with what can be done about it. */
export function showError(error: unknown, where: State['where']): void {
  elements.progress.hidden = true;
  elements.status.textContent = '';
  elements.why.textContent = '';
  elements.speed.textContent = '';
  elements.errorTitle.textContent = titleOf(error, where);
  elements.errorText.textContent = error instanceof Error ? error.message : String(error);
  elements.useServer.hidden = where === 'server';
  elements.error.hidden = false;
}
