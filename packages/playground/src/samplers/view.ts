import {
  createLocalSampler,
  type ModelFacts,
  type SampledPicture,
  type Sampler,
} from '@ganvas/client/local';
import { createRemoteSampler } from '@ganvas/client/remote';
import { elements } from '../elements.js';
import { createFlow, type Job } from '../flow.js';
import { current, update, type View } from '../page.js';
import { paintGrid, save } from '../paint.js';
import { chosen } from '../radios.js';
import { endsOf, parseSheetSeed } from '../state.js';
import { showSpeed } from '../status.js';
import { className, frameFile, sheetFile, showClasses, showControls } from './controls.js';
import { layOut, listen, markEnds, sheetCount, show } from './sheet.js';
import { clearWalk, drawWalk, shownFile, type WalkContext } from './walk.js';

type SamplerJob = Job<ModelFacts, Sampler>;

/** The sheet that is drawn, and what its file is called; undefined while it is not. */
let sheet: { readonly pictures: readonly SampledPicture[]; readonly file: string } | undefined;

function walkOf({ drawer, model, signal }: SamplerJob): WalkContext {
  const state = current();
  const { from, to } = endsOf(state);
  return {
    sampler: drawer,
    from: { seed: from, label: className(model, state, from) },
    to: { seed: to, label: className(model, state, to) },
    at: state.at,
    file: frameFile(model, state),
    signal,
  };
}

/** Forget the pictures: they belong to what was asked for before. */
function clear(model: ModelFacts): void {
  sheet = undefined;
  elements.saveSheet.disabled = true;
  clearWalk();
  layOut(current().seed, sheetCount(model.image.width));
  markEnds(endsOf(current()));
}

async function drawSheet({ drawer, model, signal }: SamplerJob): Promise<void> {
  const { seed, label } = current();
  const file = sheetFile(model, current());
  const count = sheetCount(model.image.width);
  const start = performance.now();
  const onProgress = (progress: { pictures: readonly SampledPicture[] }) =>
    show(progress.pictures, model.labels);
  const pictures = await drawer.sample({ count, seed, label, signal, onProgress });
  signal.throwIfAborted();
  sheet = { pictures, file };
  elements.saveSheet.disabled = false;
  showSpeed(performance.now() - start, count);
}

const flow = createFlow<ModelFacts, Sampler>({
  task: 'sample',
  open: { server: createRemoteSampler, device: createLocalSampler },
  clear,
  async draw(job) {
    await drawSheet(job);
    await drawWalk(walkOf(job));
  },
});

/** Draw what follows from a change of the walk alone. */
const rewalk = () => flow.follow((job) => drawWalk({ ...walkOf(job), onDrawn: showSpeed }));

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
  open(model) {
    flow.open(model);
    showClasses(model);
  },
  showState() {
    if (flow.model) showControls(current(), flow.model);
  },
  redraw: flow.redraw,
  close: flow.close,
};
