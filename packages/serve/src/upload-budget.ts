import { RenderError } from './renderer.js';

/** What one upload holds. */
export interface UploadShare {
  /** Hold more. Throws a RenderError when all uploads together would hold too much. */
  add(bytes: number): void;
  /** Give all of it back; calling it again does nothing, and nothing can be held afterwards. */
  release(): void;
}

/** Bytes that uploads may hold together, each from its arrival until the answer is made. */
export interface UploadBudget {
  /** Nothing is held for a request that has sent nothing, whatever length it announces. */
  open(): UploadShare;
}

export function createUploadBudget(maxBytes: number): UploadBudget {
  let held = 0;
  return {
    open() {
      let own = 0;
      let isOpen = true;
      return {
        add(bytes) {
          if (!isOpen) throw new RenderError('aborted', 'the request is over');
          if (held + bytes > maxBytes) {
            const expected = `expected at most ${maxBytes} bytes of pictures in work`;
            throw new RenderError('queue-full', expected);
          }
          held += bytes;
          own += bytes;
        },
        release() {
          held -= own;
          own = 0;
          isOpen = false;
        },
      };
    },
  };
}
