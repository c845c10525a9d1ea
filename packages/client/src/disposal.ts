/** Reject as soon as `signal` is aborted, though the work itself may end later. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The end of a sampler or a translator, named `what`: its requests reject, and `close` is called once. */
export function createDisposal(what: string, close: () => Promise<void>) {
  const disposal = new AbortController();
  return {
    /** Aborted when the request's own signal is, or when all is disposed. */
    untilDisposed: (signal?: AbortSignal): AbortSignal =>
      signal ? AbortSignal.any([signal, disposal.signal]) : disposal.signal,
    async dispose(): Promise<void> {
      if (disposal.signal.aborted) return;
      disposal.abort(new Error(`${what}: disposed; create another to go on`));
      await close();
    },
  };
}
