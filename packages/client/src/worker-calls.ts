import type { Answer, Calls } from './messages.js';

interface Pending {
  readonly resolve: (reply: never) => void;
  readonly reject: (error: Error) => void;
}

/** Questions to a worker as promises. */
export interface WorkerCalls {
  call<K extends keyof Calls>(
    kind: K,
    message: Calls[K]['message'],
    transfer?: Transferable[],
  ): Promise<Calls[K]['reply']>;
  /** End the worker; what it has not answered rejects. */
  end(): void;
}

const crashed =
  'the worker of @ganvas/client failed: expected its script to load; see README "Bundlers"';

/** Ask `worker`, the script `@ganvas/client/worker`. */
export function createWorkerCalls(worker: Worker): WorkerCalls {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ended: string | undefined;
  const endAll = (reason: string) => {
    ended ??= reason;
    for (const { reject } of pending.values()) reject(new Error(reason));
    pending.clear();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const asked = pending.get(data.id);
    pending.delete(data.id);
    if (data.error === undefined) asked?.resolve(data.reply as never);
    else asked?.reject(new Error(data.error));
  });
  worker.addEventListener('error', ({ message }) =>
    endAll(message ? `${crashed}: ${message}` : crashed),
  );
  return {
    call: (kind, message, transfer = []) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(new Error(ended));
        const id = ++lastId;
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, kind, message }, transfer);
      }),
    end() {
      worker.terminate();
      endAll('the worker of @ganvas/client was ended');
    },
  };
}
