import type { ModelFacts, SampledPicture, Sampler } from '@ganvas/client/local';
import { listModels } from '@ganvas/client/remote';
import { className, frameFile, sheetFile, showModel, showState } from './controls.js';
import { listenToCopies } from './copy.js';
import { elements } from './elements.js';
import { paintGrid, save } from './paint.js';
import { chosen } from './radios.js';
import { layOut, listen, markEnds, sheetCount, show } from './sheet.js';
import { createSources } from './sources.js';
import { endsOf, parseHash, parseSeed, type State, toHash } from './state.js';
import { showError, showLoading, showOpening, showReady, showSpeed } from './status.js';
import { currentFrame, drawPlace, drawWalk, type WalkContext } from './walk.js';

const base = new URL('.', location.href).href;
const openSource = createSources({
  base,
  // The model of this page may still be loading when the visitor has gone back to the server.
  onProgress: (progress) => state.where === 'device' && showLoading(progress),
});

let state: State = parseHash(location.hash);
let models: readonly ModelFacts[] = [];
let pictures: readonly SampledPicture[] = [];
let drawing = new AbortController();
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
    signal: drawing.signal,
    onFrame: (elapsedMs) => showSpeed(elapsedMs, 1),
  };
};

async function drawSheet(open: Sampler, model: ModelFacts, signal: AbortSignal): Promise<void> {
  const { seed, label } = state;
  const count = sheetCount(model.image.width);
  const start = performance.now();
  const onProgress = (progress: { pictures: readonly SampledPicture[] }) =>
    show(progress.pictures, model.labels);
  pictures = await open.sample({ count, seed, label, signal, onProgress });
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
    layOut(state.seed, sheetCount(model.image.width));
    markEnds(endsOf(state));
    const open = await openSource({ where, device, model: model.name });
    if (signal.aborted) return;
    sampler = open;
    await drawSheet(open, model, signal);
    await drawWalk(walkOn(open, model));
    showReady(open, where);
  } catch (error) {
    if (!signal.aborted) showError(error, where);
  }
}

/** Draw what follows from a change of the walk alone. */
const rewalk = (draw: (context: WalkContext) => Promise<void>) => async (): Promise<void> => {
  const model = modelOf(state);
  const { signal } = drawing;
  if (!model || !sampler) return;
  try {
    await draw(walkOn(sampler, model));
  } catch (error) {
    if (!signal.aborted) showError(error, state.where);
  }
};
const drawEnds = rewalk(drawWalk);
const drag = rewalk(drawPlace);

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
    changeSeed(seed.validity.valid ? parseSeed(seed.value) : undefined),
  );
  random.addEventListener('click', () => changeSeed(Math.floor(Math.random() * 2 ** 32)));
  places.addEventListener('change', () =>
    update({ where: chosen(places) === 'device' ? 'device' : 'server' }),
  );
  at.addEventListener('input', () => update({ at: at.valueAsNumber }, drag));
  retry.addEventListener('click', () => void start());
  useServer.addEventListener('click', () => update({ where: 'server' }));
}

function listenToPictures(): void {
  // The walk then stands at the picture that was picked, so that the stage shows it.
  listen((seed) =>
    update(chosen(elements.ends) === 'to' ? { to: seed, at: 1 } : { from: seed, at: 0 }, drawEnds),
  );
  elements.saveSheet.addEventListener('click', () => {
    const model = modelOf(state);
    if (!model || pictures.length === 0) return;
    save(paintGrid(pictures, Math.sqrt(pictures.length)), sheetFile(model, state));
  });
  elements.saveFrame.addEventListener('click', () => {
    const model = modelOf(state);
    if (model && currentFrame()) save(elements.frame, frameFile(model, state));
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
