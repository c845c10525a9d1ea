/**
 * Run tasks one after the other, in the order in which they were given; a task that fails does not
 * stop the next. onnxruntime-web's WebGPU build blocks its thread for good when two of create, run
 * and release overlap, so a realm has one chain for all of them.
 */
export function createChain(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
