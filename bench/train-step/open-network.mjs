import { createEngine } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import { buildNetwork } from './networks/index.mjs';

/**
 * Build a network and make the engine that runs its steps.
 * `startMs`: tracing the steps and making their sessions.
 */
export async function openNetwork(name, { threads, batchSize }) {
  await tf.setBackend('cpu');
  const network = await buildNetwork(name, { batchSize });
  const startedAt = performance.now();
  const engine = await createEngine(network.steps, { device: 'cpu', threads });
  return { ...network, engine, startMs: performance.now() - startedAt };
}
