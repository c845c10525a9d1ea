import { RenderError } from './renderer.js';

/** Bytes that uploads may hold together, from the first byte read until their answers are made. */
export interface UploadBudget {
  /** Returns how to give them back, which may be called again. Throws a RenderError when there are too few. */
  reserve(bytes: number): () => void;
}

export function createUploadBudget(maxBytes: number): UploadBudget {
  let held = 0;
  return {
    reserve(bytes) {
      if (held + bytes > maxBytes) {
        throw new RenderError(
          'queue-full',
          `expected at most ${maxBytes} bytes of pictures in work`,
        );
      }
      held += bytes;
      let isHeld = true;
      return () => {
        if (isHeld) held -= bytes;
        isHeld = false;
      };
    },
  };
}
