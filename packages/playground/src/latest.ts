/**
 * Run `task` for the newest value only: while one run is under way, a newer value waits and replaces
 * the one that waited before it, so nothing queues up behind a slow device. Whoever asked meanwhile
 * waits for the newest run and hears how that one ended.
 */
export function createLatest<T>(task: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let waiting: { value: T } | undefined;
  let running: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    let failure: { error: unknown } | undefined;
    while (waiting) {
      const { value } = waiting;
      waiting = undefined;
      failure = await task(value).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    }
    running = undefined;
    if (failure) throw failure.error;
  };
  return (value) => {
    waiting = { value };
    running ??= drain();
    return running;
  };
}
