/** Find an element of the page by its id, checked to be what the code takes it for. */
export function find<T extends Element>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`#${id}: expected ${type.name} in index.html, got ${element}`);
}

/** Every element of index.html that the code fills in or listens to. */
export const elements = {
  main: find('main', HTMLElement),
  about: find('about', HTMLElement),
  modelField: find('model-field', HTMLElement),
  model: find('model', HTMLSelectElement),
  classField: find('class-field', HTMLElement),
  classes: find('classes', HTMLElement),
  seed: find('seed', HTMLInputElement),
  random: find('random', HTMLButtonElement),
  places: find('places', HTMLElement),
  status: find('status', HTMLElement),
  progress: find('progress', HTMLProgressElement),
  why: find('why', HTMLElement),
  speed: find('speed', HTMLElement),
  error: find('error', HTMLElement),
  errorTitle: find('error-title', HTMLElement),
  errorText: find('error-text', HTMLElement),
  retry: find('retry', HTMLButtonElement),
  useServer: find('use-server', HTMLButtonElement),
  sheet: find('sheet', HTMLElement),
  saveSheet: find('save-sheet', HTMLButtonElement),
  sheetCommand: find('sheet-command', HTMLElement),
  frame: find('frame', HTMLCanvasElement),
  ends: find('ends', HTMLElement),
  at: find('at', HTMLInputElement),
  saveFrame: find('save-frame', HTMLButtonElement),
  frameCommand: find('frame-command', HTMLElement),
  fromFrame: find('from-frame', HTMLCanvasElement),
  toFrame: find('to-frame', HTMLCanvasElement),
  fromSeed: find('from-seed', HTMLElement),
  toSeed: find('to-seed', HTMLElement),
};
