/**
 * Load onnxruntime on first use: the HTTP process imports this package but must never load it.
 * Its own log lines are turned off, since whatever goes wrong is thrown as well.
 */
export async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  const runtime = await import('onnxruntime-node');
  runtime.env.logLevel = 'fatal';
  return runtime;
}
