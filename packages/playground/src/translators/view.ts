import { createLocalTranslator, type Translator, type TranslatorFacts } from '@ganvas/client/local';
import { createRemoteTranslator } from '@ganvas/client/remote';
import { pictureFile, sketchFile, translateCommand } from '../commands.js';
import { showCommand } from '../controls.js';
import { base, current, type View } from '../page.js';
import { save } from '../paint.js';
import { createSources } from '../sources.js';
import { whereOf } from '../state.js';
import { showError, showLoading, showOpening, showReady, showRecovered } from '../status.js';
import {
  begin,
  cancel,
  type Drawing,
  emptySheet,
  extend,
  lift,
  openDrawing,
  press,
  redo,
  undo,
} from './drawing.js';
import { elements } from './elements.js';
import { listenToExamples, showExamples } from './example-buttons.js';
import { exampleFor } from './examples.js';
import { clearPicture, follow } from './follow.js';
import { showSheet } from './paper.js';
import { listenToPen } from './pen.js';
import { closePictures, listenToPictures } from './pictures.js';
import { type Backdrop, paintForModel } from './render.js';
import { listenToTools, showTools, strokeNow } from './tools.js';

const whereNow = () => whereOf(current(), 'translate');

const openTranslator = createSources<Translator>(({ where, device, model: name }) => {
  if (where === 'server') return createRemoteTranslator({ url: base, model: name });
  // The model may still be loading when the visitor has gone on to something else.
  const onProgress = (progress: Parameters<typeof showLoading>[0]) =>
    model?.name === name && whereNow() === 'device' && showLoading(progress);
  return createLocalTranslator({ url: base, model: name, device, onProgress });
});

/** The model that is shown; undefined while another view is. */
let model: TranslatorFacts | undefined;
/** What is drawn, and for what kind of model; it is kept while another view is shown. */
let drawing: Drawing<Backdrop> = openDrawing(emptySheet);
let drawnFor: string | undefined;
/** What follows the pen: none while it is being opened, or could not be. */
let translator: Translator | undefined;
let running = new AbortController();

function showDrawing(facts: TranslatorFacts): void {
  elements.undo.disabled = drawing.past.length === 0;
  elements.redo.disabled = drawing.future.length === 0;
  showSheet({ sheet: drawing.sheet, source: facts.source, size: facts.image });
}

/** Open what translates, and translate what is drawn. */
async function redraw(): Promise<void> {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const where = whereNow();
  const facts = model;
  translator = undefined;
  if (!facts) return;
  try {
    showOpening();
    clearPicture();
    const open = await openTranslator({ where, device: current().device, model: facts.name });
    signal.throwIfAborted();
    translator = open;
    await follow({ translator: open, model: facts, sheet: drawing.sheet, signal });
    signal.throwIfAborted();
    showReady(open, where);
  } catch (error) {
    if (!signal.aborted) showError(error, where);
  }
}

/** Translate what is drawn now. */
async function translate(facts: TranslatorFacts): Promise<void> {
  const { signal } = running;
  const open = translator;
  if (!open) return;
  try {
    await follow({ translator: open, model: facts, sheet: drawing.sheet, signal });
    if (!signal.aborted) showRecovered(open, whereNow());
  } catch (error) {
    if (!signal.aborted) showError(error, whereNow());
  }
}

/** Change the drawing; the picture follows. */
function change(next: Drawing<Backdrop>): void {
  const isOther = next.sheet !== drawing.sheet;
  drawing = next;
  if (!model) return;
  showDrawing(model);
  if (isOther) void translate(model);
}

/** What each key does with Control or Command held down. */
const keys: Readonly<Record<string, (event: KeyboardEvent) => Drawing<Backdrop>>> = {
  z: ({ shiftKey }) => (shiftKey ? redo(drawing) : undo(drawing)),
  y: () => redo(drawing),
};

function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    const pressed = keys[event.key.toLowerCase()];
    if (!model || !pressed || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    change(pressed(event));
  });
}

function listenToButtons(): void {
  elements.undo.addEventListener('click', () => change(undo(drawing)));
  elements.redo.addEventListener('click', () => change(redo(drawing)));
  elements.clear.addEventListener('click', () => change(begin(drawing, emptySheet)));
  elements.saveSketch.addEventListener('click', () => {
    if (!model) return;
    const { canvas } = paintForModel(drawing.sheet, model.source, model.image);
    save(canvas, sketchFile(model.name));
  });
  elements.savePicture.addEventListener('click', () => {
    if (model) save(elements.picture, pictureFile(model.name));
  });
}

/** Listen to the pen and the controls of translators. */
export function listenToTranslators(): void {
  listenToPen(elements.sketch, {
    press: (place) => change(press(drawing, { ...strokeNow(), places: [place] })),
    move: (places) => change(extend(drawing, places)),
    lift: () => change(lift(drawing)),
    cancel: () => change(cancel(drawing)),
  });
  listenToTools();
  listenToKeys();
  listenToButtons();
  listenToExamples((sheet) => change(begin(drawing, sheet)));
  listenToPictures({
    isOpen: () => model !== undefined,
    onPicture: (picture) => change(begin(drawing, { picture, strokes: [] })),
  });
}

function open(facts: TranslatorFacts): void {
  model = facts;
  const { source, image } = facts;
  const kind = JSON.stringify(source);
  for (const canvas of [elements.sketch, elements.picture]) {
    canvas.style.aspectRatio = `${image.width} / ${image.height}`;
  }
  showExamples(source);
  closePictures();
  // Strokes of one kind of model mean nothing to another, such as the colours of its classes.
  if (kind === drawnFor) return;
  drawnFor = kind;
  showTools(source);
  drawing = openDrawing(exampleFor(source, 'smiley'));
}

/** A sketch, and the picture that follows it. */
export const translatorView: View<TranslatorFacts> = {
  open,
  showState() {
    if (!model) return;
    showDrawing(model);
    showCommand(elements.command, translateCommand({ base, model: model.name }));
  },
  redraw,
  close() {
    if (!model) return;
    model = undefined;
    running.abort();
    closePictures();
  },
};
