/**
 * Run tasks one after the other, in the order in which they were given; a task that fails does not
 * stop the next. onnxruntime's WebGPU bears no two of create, run and release at once (in a page
 * it blocks its thread for good), so a page or a process has one chain for all of them.
 */
export function createChain(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
