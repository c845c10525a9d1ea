import type { ModelFacts, SampledPicture, Sampler } from '@ganvas/client/local';
import { listModels } from '@ganvas/client/remote';
import { className, frameFile, sheetFile, showModel, showState } from './controls.js';
import { listenToCopies } from './copy.js';
import { elements } from './elements.js';
import { paintGrid, save } from './paint.js';
import { chosen } from './radios.js';
import { layOut, listen, markEnds, sheetCount, show } from './sheet.js';
import { createSources } from './sources.js';
import { endsOf, parseHash, parseSheetSeed, type State, toHash } from './state.js';
import {
  showError,
  showLoading,
  showOpening,
  showReady,
  showRecovered,
  showSpeed,
} from './status.js';
import { clearWalk, drawWalk, shownFile, type WalkContext } from './walk.js';

const base = new URL('.', location.href).href;
const openSource = createSources({
  base,
  // The model of this page may still be loading when the visitor has gone back to the server.
  onProgress: (progress) => state.where === 'device' && showLoading(progress),
});

let state: State = parseHash(location.hash);
let models: readonly ModelFacts[] = [];
/** The sheet that is drawn, and what its file is called; undefined while it is not. */
let sheet: { readonly pictures: readonly SampledPicture[]; readonly file: string } | undefined;
let drawing = new AbortController();
/** What draws the walk: none while it is being opened, or could not be. */
let sampler: Sampler | undefined;

const modelOf = ({ model }: State): ModelFacts | undefined =>
  models.find(({ name }) => name === model) ?? models[0];

const walkOn = (open: Sampler, model: ModelFacts): WalkContext => {
  const { from, to } = endsOf(state);
  return {
    sampler: open,
    from: { seed: from, label: className(model, state, from) },
    to: { seed: to, label: className(model, state, to) },
    at: state.at,
    file: frameFile(model, state),
    signal: drawing.signal,
  };
};

/** Forget the pictures and the sampler: they belong to what was asked for before. */
function clear(model: ModelFacts): void {
  sheet = undefined;
  sampler = undefined;
  elements.saveSheet.disabled = true;
  clearWalk();
  layOut(state.seed, sheetCount(model.image.width));
  markEnds(endsOf(state));
}

async function drawSheet(open: Sampler, model: ModelFacts, signal: AbortSignal): Promise<void> {
  const { seed, label } = state;
  const file = sheetFile(model, state);
  const count = sheetCount(model.image.width);
  const start = performance.now();
  const onProgress = (progress: { pictures: readonly SampledPicture[] }) =>
    show(progress.pictures, model.labels);
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
  const { where, device } = state;
  const model = modelOf(state);
  if (!model) return;
  try {
    showOpening();
    clear(model);
    const open = await openSource({ where, device, model: model.name });
    signal.throwIfAborted();
    await drawSheet(open, model, signal);
    sampler = open;
    await drawWalk(walkOn(open, model));
    signal.throwIfAborted();
    showReady(open, where);
  } catch (error) {
    if (!signal.aborted) showError(error, where);
  }
}

/** Draw what follows from a change of the walk alone. */
async function rewalk(): Promise<void> {
  const model = modelOf(state);
  const { signal } = drawing;
  const open = sampler;
  if (!model || !open) return;
  try {
    await drawWalk({ ...walkOn(open, model), onDrawn: showSpeed });
    if (!signal.aborted) showRecovered(open, state.where);
  } catch (error) {
    if (!signal.aborted) showError(error, state.where);
  }
}

/** Change the state, its address and the controls; `then` draws what follows from it. */
function update(change: Partial<State>, then: () => Promise<void> = redraw): void {
  state = { ...state, ...change };
  history.replaceState(null, '', toHash(state));
  const model = modelOf(state);
  if (model) showState(state, model, base);
  void then();
}

/** Show what a link asks for, as far as there is such a model and class. */
function follow(hash: string): void {
  state = parseHash(hash);
  const model = modelOf(state);
  if (!model) return;
  const isKnown = state.label !== undefined && model.labels?.includes(state.label);
  showModel(models, model);
  update({ model: state.model && model.name, label: isKnown ? state.label : undefined });
}

function changeModel(name: string): void {
  state = { ...state, model: name, label: undefined, from: undefined, to: undefined };
  follow(toHash(state));
}

function changeSeed(seed: number | undefined): void {
  elements.seed.setAttribute('aria-invalid', String(seed === undefined));
  if (seed !== undefined) update({ seed, from: undefined, to: undefined });
}

function listenToControls(): void {
  const { model, classes, seed, random, places, at, retry, useServer } = elements;
  model.addEventListener('change', () => changeModel(model.value));
  classes.addEventListener('change', () => update({ label: chosen(classes) || undefined }));
  seed.addEventListener('input', () =>
    changeSeed(seed.validity.valid ? parseSheetSeed(seed.value) : undefined),
  );
  random.addEventListener('click', () => changeSeed(Math.floor(Math.random() * 2 ** 32)));
  places.addEventListener('change', () =>
    update({ where: chosen(places) === 'device' ? 'device' : 'server' }),
  );
  at.addEventListener('input', () => update({ at: at.valueAsNumber }, rewalk));
  retry.addEventListener('click', () => void start());
  useServer.addEventListener('click', () => update({ where: 'server' }));
}

function listenToPictures(): void {
  // The walk then stands at the picture that was picked, so that the stage shows it.
  listen((seed) =>
    update(chosen(elements.ends) === 'to' ? { to: seed, at: 1 } : { from: seed, at: 0 }, rewalk),
  );
  elements.saveSheet.addEventListener('click', () => {
    if (sheet) save(paintGrid(sheet.pictures, Math.sqrt(sheet.pictures.length)), sheet.file);
  });
  elements.saveFrame.addEventListener('click', () => {
    const file = shownFile();
    if (file) save(elements.frame, file);
  });
}

async function start(): Promise<void> {
  try {
    showOpening();
    if (models.length === 0) models = await listModels({ url: base });
    follow(location.hash);
  } catch (error) {
    showError(error, 'server');
  }
}

layOut(state.seed, sheetCount(0));
listenToControls();
listenToPictures();
listenToCopies();
addEventListener('hashchange', () => follow(location.hash));
void start();
