import { find } from '../elements.js';

/** Every element of index.html that belongs to translators. */
export const elements = {
  toolField: find('tool-field', HTMLElement),
  tools: find('tools', HTMLElement),
  paletteField: find('palette-field', HTMLElement),
  palette: find('palette', HTMLElement),
  size: find('size', HTMLInputElement),
  undo: find('undo', HTMLButtonElement),
  redo: find('redo', HTMLButtonElement),
  clear: find('clear', HTMLButtonElement),
  sketchTitle: find('sketch-title', HTMLElement),
  sketch: find('sketch', HTMLCanvasElement),
  picture: find('picture', HTMLCanvasElement),
  saveSketch: find('save-sketch', HTMLButtonElement),
  savePicture: find('save-picture', HTMLButtonElement),
  command: find('translate-command', HTMLElement),
  examples: find('examples', HTMLElement),
  choose: find('choose', HTMLButtonElement),
  file: find('file', HTMLInputElement),
  camera: find('camera', HTMLButtonElement),
  video: find('camera-view', HTMLVideoElement),
  shutter: find('shutter', HTMLElement),
  take: find('take', HTMLButtonElement),
  stopCamera: find('stop-camera', HTMLButtonElement),
  note: find('note', HTMLElement),
};
