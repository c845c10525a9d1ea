import { InputError, sizeOfFile } from '@ganvas/core';
import type { Backdrop } from './render.js';
import { fit } from './strokes.js';

// As large as a drawing is shown; a model reads less.
const maxSide = 1024;

// Decoded, and once more to make it smaller, a picture costs 8 bytes a pixel: 268 MB.
const maxPixels = 2 ** 25;

// A JPEG says its size after what its camera wrote of it: a preview, and profiles of colours.
const headerBytes = 2 ** 20;

/** Throw an InputError where a picture is too large to decode. Drawings have no size before that, and need none. */
async function assertSize(file: File): Promise<void> {
  const header = await file.slice(0, headerBytes).arrayBuffer();
  const size = sizeOfFile(new Uint8Array(header));
  if (!size || size.width * size.height <= maxPixels) return;
  throw new InputError(
    `${file.name}: expected a picture of at most ${maxPixels} pixels, got ${size.width} x ${size.height}: make it smaller`,
  );
}

const isDrawing = ({ type }: Blob) => type === 'image/svg+xml';

async function decode(file: File): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } catch (cause) {
    const got = file.type || 'a file of no known type';
    throw new InputError(
      `${file.name}: expected a picture that this browser can read, such as PNG or JPEG, got ${got}`,
      { cause },
    );
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** Copy what an element shows, at most `maxSide` pixels wide and high. */
export function toBackdrop(
  image: HTMLImageElement | HTMLVideoElement,
  { width, height, how }: Omit<Backdrop, 'image'>,
  canGrow = false,
): Backdrop {
  const at = fit({ width, height }, { width: maxSide, height: maxSide }, 'contain');
  const isLarger = at.width < width;
  const size = isLarger || canGrow ? at : { width, height };
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(size.width));
  canvas.height = Math.max(1, Math.round(size.height));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('picture: expected a 2D canvas, but this browser gave none');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return { image: canvas, width: canvas.width, height: canvas.height, how };
}

/** Read a picture's file, upright as its EXIF says. Throws an InputError where it is none, or too large. */
export async function readPicture(file: File): Promise<Backdrop> {
  await assertSize(file);
  const image = await decode(file);
  const { naturalWidth: width, naturalHeight: height } = image;
  return toBackdrop(image, { width, height, how: 'contain' }, isDrawing(file));
}

/** The first picture among what was pasted, dropped or chosen. */
const pictureOf = (files: FileList | undefined | null): File | undefined =>
  [...(files ?? [])].find(({ type }) => type.startsWith('image/')) ?? files?.[0];

interface Sources {
  readonly input: HTMLInputElement;
  /** Whether pictures are wanted now. */
  readonly isOpen: () => boolean;
  readonly onFile: (file: File) => void;
}

/** Call `onFile` with each file that is pasted into the page, dropped on it or chosen with `input`. */
export function listenToFiles({ input, isOpen, onFile }: Sources): void {
  const take = (files: FileList | undefined | null) => {
    const file = pictureOf(files);
    if (file) onFile(file);
    return file !== undefined;
  };
  document.addEventListener('paste', (event) => {
    if (isOpen() && take(event.clipboardData?.files)) event.preventDefault();
  });
  document.addEventListener('dragover', (event) => {
    if (isOpen()) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    if (!isOpen()) return;
    // Else the browser would leave the page for the file.
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
  input.addEventListener('change', () => {
    take(input.files);
    // So that the same file can be chosen again.
    input.value = '';
  });
}
