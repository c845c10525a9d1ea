import { listenToFiles, readPicture } from './backdrop.js';
import { type Camera, hasCamera, openCamera } from './camera.js';
import { elements } from './elements.js';
import type { Backdrop } from './render.js';

interface Wanted {
  /** Whether pictures are wanted now. */
  readonly isOpen: () => boolean;
  readonly onPicture: (picture: Backdrop) => void;
}

const { file, choose, camera, shutter, take, stopCamera, video, note } = elements;

let open: Camera | undefined;
let opening = new AbortController();
let reading = new AbortController();

const say = (text: string) => {
  note.textContent = text;
};

/** Let the camera go and the file that is read, and forget what was complained about. */
export function closePictures(): void {
  opening.abort();
  reading.abort();
  open?.stop();
  open = undefined;
  video.hidden = true;
  shutter.hidden = true;
  camera.hidden = !hasCamera();
  say('');
}

async function startCamera(): Promise<void> {
  closePictures();
  opening = new AbortController();
  const { signal } = opening;
  camera.hidden = true;
  shutter.hidden = false;
  take.disabled = true;
  try {
    const onEnd = () => {
      // It may have been let go meanwhile, or another opened.
      if (signal.aborted) return;
      closePictures();
      say('The camera has ended: connect it again, or choose a picture.');
    };
    open = await openCamera(video, { signal, onEnd });
    video.hidden = false;
    take.disabled = false;
    take.focus();
  } catch (error) {
    if (signal.aborted) return;
    closePictures();
    say((error as Error).message);
  }
}

function takePicture(onPicture: Wanted['onPicture']): void {
  const picture = open?.take();
  closePictures();
  camera.focus();
  if (picture) onPicture(picture);
}

/** Listen to pictures that are pasted, dropped, chosen or taken. */
export function listenToPictures({ isOpen, onPicture }: Wanted): void {
  const read = async (each: File) => {
    // Of two files the newer one is wanted, though it may be read sooner.
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    try {
      const picture = await readPicture(each);
      if (signal.aborted) return;
      closePictures();
      onPicture(picture);
    } catch (error) {
      if (!signal.aborted) say((error as Error).message);
    }
  };
  listenToFiles({ input: file, isOpen, onFile: (each) => void read(each) });
  choose.addEventListener('click', () => file.click());
  camera.addEventListener('click', () => void startCamera());
  take.addEventListener('click', () => takePicture(onPicture));
  stopCamera.addEventListener('click', () => {
    closePictures();
    camera.focus();
  });
}
