import type { ModelFacts, TranslatorFacts } from '@ganvas/client/local';
import { listModels } from '@ganvas/client/remote';
import { showModel, showWhere } from './controls.js';
import { listenToCopies } from './copy.js';
import { elements } from './elements.js';
import { base, current, listenToUpdates, update } from './page.js';
import { chosen } from './radios.js';
import { layOut, sheetCount } from './samplers/sheet.js';
import { listenToSamplers, samplerView } from './samplers/view.js';
import { parseHash, type State, toHash, whereOf } from './state.js';
import { showError, showOpening } from './status.js';
import { listenToTranslators, translatorView } from './translators/view.js';

type Model = ModelFacts | TranslatorFacts;

let models: readonly Model[] = [];

const modelOf = ({ model }: State): Model | undefined =>
  models.find(({ name }) => name === model) ?? models[0];

const isTranslator = (model: Model): model is TranslatorFacts => 'source' in model;

/** The view of a model, opened with it. */
function openView(model: Model) {
  if (!isTranslator(model)) {
    translatorView.close();
    samplerView.open(model);
    return { task: 'sample', view: samplerView } as const;
  }
  samplerView.close();
  translatorView.open(model);
  return { task: 'translate', view: translatorView } as const;
}

let shown: ReturnType<typeof openView> | undefined;

/** Show a state that has changed, in the address too; `then` draws what follows from it. */
function show(then?: () => Promise<void>): void {
  if (!shown) return;
  const { task, view } = shown;
  history.replaceState(null, '', toHash(current(), task));
  showWhere(whereOf(current(), task));
  view.showState();
  void (then ?? view.redraw)();
}

/** Show what a link asks for, as far as there is such a model and class. */
function follow(state: State): void {
  const model = modelOf(state);
  if (!model) return;
  const labels = 'labels' in model ? model.labels : undefined;
  const isKnown = state.label !== undefined && labels?.includes(state.label);
  shown = openView(model);
  showModel(models, model, shown.task);
  update({
    ...state,
    model: state.model && model.name,
    label: isKnown ? state.label : undefined,
  });
}

const changeModel = (model: string) =>
  follow({ ...current(), model, label: undefined, from: undefined, to: undefined });

async function start(): Promise<void> {
  try {
    showOpening();
    if (models.length === 0) models = await listModels({ url: base });
    follow(parseHash(location.hash));
  } catch (error) {
    showError(error, 'server');
  }
}

function listenToControls(): void {
  const { model, places, retry, useServer } = elements;
  model.addEventListener('change', () => changeModel(model.value));
  places.addEventListener('change', () =>
    update({ where: chosen(places) === 'device' ? 'device' : 'server' }),
  );
  retry.addEventListener('click', () => void start());
  useServer.addEventListener('click', () => update({ where: 'server' }));
}

layOut(current().seed, sheetCount(0));
listenToUpdates(show);
listenToControls();
listenToSamplers();
listenToTranslators();
listenToCopies();
addEventListener('hashchange', () => follow(parseHash(location.hash)));
void start();
