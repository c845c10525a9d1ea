import * as tf from '@tensorflow/tfjs-core';
import type { Training } from './families/family.js';
import { familyOf } from './families/index.js';
import type { RunConfig } from './run-config.js';

/** Networks in training that can be freed. */
export interface Built extends Training {
  /** Free the numbers of all variables. */
  dispose(): void;
}

/** Build the networks of a configuration, with their first weights on tfjs's `cpu` backend. */
export function buildFor(config: RunConfig): Built {
  void tf.setBackend('cpu');
  const training = familyOf(config.recipe).build(config);
  return { ...training, dispose: () => tf.dispose(Object.values(training.state)) };
}
