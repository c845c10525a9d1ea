import { toBackdrop } from './backdrop.js';
import type { Backdrop } from './render.js';

/** What to do about each refusal of a camera, by the name of the browser's error. */
const refusals: Readonly<Record<string, string>> = {
  NotAllowedError:
    'This page may not use the camera: allow it in the browser, or choose a picture.',
  NotFoundError: 'No camera was found: connect one, or choose a picture.',
  NotReadableError: 'The camera is in use: close what uses it, or choose a picture.',
};

const sentenceOf = (error: unknown): string =>
  refusals[error instanceof Error ? error.name : ''] ?? `The camera did not start: ${error}`;

/** Whether this page can ask for a camera: only a secure one can. */
export const hasCamera = (): boolean => navigator.mediaDevices?.getUserMedia !== undefined;

/** A camera whose picture is shown. */
export interface Camera {
  /** The picture that is shown now. */
  take(): Backdrop;
  /** Let the camera go. May be called again. */
  stop(): void;
}

interface CameraOptions {
  readonly signal: AbortSignal;
  /** The camera has ended by itself, such as where it was unplugged. */
  readonly onEnd: () => void;
}

/**
 * Show what the camera sees in `video`, once the visitor allows it. Throws a sentence where it cannot be,
 * and the signal's reason where the visitor has gone on meanwhile.
 */
export async function openCamera(
  video: HTMLVideoElement,
  { signal, onEnd }: CameraOptions,
): Promise<Camera> {
  let stream: MediaStream | undefined;
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    // Another camera may have been opened meanwhile.
    if (video.srcObject === stream) video.srcObject = null;
  };
  try {
    const wanted = { facingMode: 'environment', width: { ideal: 1024 }, height: { ideal: 1024 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    signal.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    signal.throwIfAborted();
    for (const track of stream.getTracks()) track.addEventListener('ended', onEnd);
  } catch (cause) {
    stop();
    signal.throwIfAborted();
    throw new Error(sentenceOf(cause), { cause });
  }
  return {
    take: () =>
      toBackdrop(video, { width: video.videoWidth, height: video.videoHeight, how: 'cover' }),
    stop,
  };
}
