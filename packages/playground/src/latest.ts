/**
 * Run `task` for the newest value only: while one run is under way, a newer value waits and replaces
 * the one that waited before it, so nothing queues up behind a slow device.
 */
export function createLatest<T>(task: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let waiting: { value: T } | undefined;
  let running: Promise<void> | undefined;
  const drain = async () => {
    try {
      while (waiting) {
        const { value } = waiting;
        waiting = undefined;
        await task(value);
      }
    } finally {
      running = undefined;
    }
  };
  return (value) => {
    waiting = { value };
    running ??= drain();
    return running;
  };
}
