import {
  createLocalSampler,
  type ModelFacts,
  type SampledPicture,
  type Sampler,
} from '@ganvas/client/local';
import { createRemoteSampler } from '@ganvas/client/remote';
import { elements } from '../elements.js';
import { base, current, update, type View } from '../page.js';
import { paintGrid, save } from '../paint.js';
import { chosen } from '../radios.js';
import { createSources } from '../sources.js';
import { endsOf, parseSheetSeed, whereOf } from '../state.js';
import {
  showError,
  showLoading,
  showOpening,
  showReady,
  showRecovered,
  showSpeed,
} from '../status.js';
import { className, frameFile, sheetFile, showClasses, showControls } from './controls.js';
import { layOut, listen, markEnds, sheetCount, show } from './sheet.js';
import { clearWalk, drawWalk, shownFile, type WalkContext } from './walk.js';

const whereNow = () => whereOf(current(), 'sample');

const openSampler = createSources<Sampler>(({ where, device, model: name }) => {
  if (where === 'server') return createRemoteSampler({ url: base, model: name });
  // The model may still be loading when the visitor has gone on to something else.
  const onProgress = (progress: Parameters<typeof showLoading>[0]) =>
    model?.name === name && whereNow() === 'device' && showLoading(progress);
  return createLocalSampler({ url: base, model: name, device, onProgress });
});

/** The model that is shown; undefined while another view is. */
let model: ModelFacts | undefined;
/** The sheet that is drawn, and what its file is called; undefined while it is not. */
let sheet: { readonly pictures: readonly SampledPicture[]; readonly file: string } | undefined;
let drawing = new AbortController();
/** What draws the walk: none while it is being opened, or could not be. */
let sampler: Sampler | undefined;

function walkOn(open: Sampler, facts: ModelFacts): WalkContext {
  const state = current();
  const { from, to } = endsOf(state);
  return {
    sampler: open,
    from: { seed: from, label: className(facts, state, from) },
    to: { seed: to, label: className(facts, state, to) },
    at: state.at,
    file: frameFile(facts, state),
    signal: drawing.signal,
  };
}

/** Forget the pictures and the sampler: they belong to what was asked for before. */
function clear(facts: ModelFacts): void {
  sheet = undefined;
  sampler = undefined;
  elements.saveSheet.disabled = true;
  clearWalk();
  layOut(current().seed, sheetCount(facts.image.width));
  markEnds(endsOf(current()));
}

async function drawSheet(open: Sampler, facts: ModelFacts, signal: AbortSignal): Promise<void> {
  const { seed, label } = current();
  const file = sheetFile(facts, current());
  const count = sheetCount(facts.image.width);
  const start = performance.now();
  const onProgress = (progress: { pictures: readonly SampledPicture[] }) =>
    show(progress.pictures, facts.labels);
  const pictures = await open.sample({ count, seed, label, signal, onProgress });
  signal.throwIfAborted();
  sheet = { pictures, file };
  elements.saveSheet.disabled = false;
  showSpeed(performance.now() - start, count);
}

/** Draw everything anew: what was being drawn is given up. */
async function redraw(): Promise<void> {
  drawing.abort();
  drawing = new AbortController();
  const { signal } = drawing;
  const where = whereNow();
  const facts = model;
  if (!facts) return;
  try {
    showOpening();
    clear(facts);
    const open = await openSampler({ where, device: current().device, model: facts.name });
    signal.throwIfAborted();
    await drawSheet(open, facts, signal);
    sampler = open;
    await drawWalk(walkOn(open, facts));
    signal.throwIfAborted();
    showReady(open, where);
  } catch (error) {
    if (!signal.aborted) showError(error, where);
  }
}

/** Draw what follows from a change of the walk alone. */
async function rewalk(): Promise<void> {
  const { signal } = drawing;
  const open = sampler;
  if (!model || !open) return;
  try {
    await drawWalk({ ...walkOn(open, model), onDrawn: showSpeed });
    if (!signal.aborted) showRecovered(open, whereNow());
  } catch (error) {
    if (!signal.aborted) showError(error, whereNow());
  }
}

function changeSeed(seed: number | undefined): void {
  elements.seed.setAttribute('aria-invalid', String(seed === undefined));
  if (seed !== undefined) update({ seed, from: undefined, to: undefined });
}

/** Listen to the controls and the pictures of samplers. */
export function listenToSamplers(): void {
  const { classes, seed, random, at, ends, saveSheet, saveFrame, frame } = elements;
  classes.addEventListener('change', () => update({ label: chosen(classes) || undefined }));
  seed.addEventListener('input', () =>
    changeSeed(seed.validity.valid ? parseSheetSeed(seed.value) : undefined),
  );
  random.addEventListener('click', () => changeSeed(Math.floor(Math.random() * 2 ** 32)));
  at.addEventListener('input', () => update({ at: at.valueAsNumber }, rewalk));
  // The walk then stands at the picture that was picked, so that the stage shows it.
  listen((picked) =>
    update(chosen(ends) === 'to' ? { to: picked, at: 1 } : { from: picked, at: 0 }, rewalk),
  );
  saveSheet.addEventListener('click', () => {
    if (sheet) save(paintGrid(sheet.pictures, Math.sqrt(sheet.pictures.length)), sheet.file);
  });
  saveFrame.addEventListener('click', () => {
    const file = shownFile();
    if (file) save(frame, file);
  });
}

/** Sheets of pictures, and walks between two of them. */
export const samplerView: View<ModelFacts> = {
  open(facts) {
    model = facts;
    showClasses(facts);
  },
  showState() {
    if (model) showControls(current(), model);
  },
  redraw,
  close() {
    model = undefined;
    drawing.abort();
  },
};
