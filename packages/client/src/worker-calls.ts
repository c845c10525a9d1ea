import { InputError, type TranslateProgress } from '@ganvas/core';
import type { Answer, Calls } from './messages.js';

interface CallOptions {
  /** What is handed over instead of copied. */
  readonly transfer?: readonly Transferable[] | undefined;
  /** Rejects at once with its reason; the worker stops as soon as it can. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TranslateProgress) => void) | undefined;
}

interface Pending extends Pick<CallOptions, 'onProgress'> {
  readonly resolve: (reply: never) => void;
  readonly reject: (error: Error) => void;
}

/** Questions to a worker as promises. */
export interface WorkerCalls {
  call<K extends keyof Calls>(
    kind: K,
    message: Calls[K]['message'],
    options?: CallOptions,
  ): Promise<Calls[K]['reply']>;
  /** End the worker; what it has not answered rejects. */
  end(): void;
}

const crashed =
  'the worker of @ganvas/client failed: expected its script to load; see README "Bundlers"';

function settle({ resolve, reject }: Pending, answer: Answer): void {
  if ('reply' in answer) resolve(answer.reply as never);
  else if ('error' in answer) reject(new (answer.isInput ? InputError : Error)(answer.error));
}

/** Ask `worker`, the script `@ganvas/client/worker`. */
export function createWorkerCalls(worker: Worker): WorkerCalls {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ended: string | undefined;
  const endAll = (reason: string) => {
    ended ??= reason;
    for (const { reject } of pending.values()) reject(new Error(reason));
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const asked = pending.get(data.id);
    if ('progress' in data) return asked?.onProgress?.(data.progress);
    if (asked) settle(asked, data);
  });
  worker.addEventListener('error', ({ message }) =>
    endAll(message ? `${crashed}: ${message}` : crashed),
  );
  const ask = <K extends keyof Calls>(
    [id, kind, message]: [id: number, kind: K, message: Calls[K]['message']],
    { transfer = [], onProgress }: CallOptions,
  ) =>
    new Promise<Calls[K]['reply']>((resolve, reject) => {
      if (ended !== undefined) return reject(new Error(ended));
      pending.set(id, { resolve, reject, onProgress });
      worker.postMessage({ id, kind, message }, [...transfer]);
    });
  return {
    async call(kind, message, options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      const id = ++lastId;
      const stop = () => {
        pending.get(id)?.reject(signal?.reason);
        worker.postMessage({ stop: id });
      };
      signal?.addEventListener('abort', stop, { once: true });
      try {
        return await ask([id, kind, message], options);
      } finally {
        // Whatever the end, one that could not be posted included.
        pending.delete(id);
        signal?.removeEventListener('abort', stop);
      }
    },
    end() {
      worker.terminate();
      endAll('the worker of @ganvas/client was ended');
    },
  };
}
