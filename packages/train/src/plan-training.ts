import { devicesFor, type NodeDevice } from '@ganvas/core';
import { buildFor } from './build-for.js';
import { compileSteps, sizesOf } from './engines/compile-steps.js';
import { familyOf } from './families/index.js';
import { assertTrainOptions, type TrainOptions, trainDefaults } from './options.js';
import { type Plan, planOf } from './plan.js';

/** Say what `train` would do, without doing it: networks, parameters, graphs, memory. */
export async function planTraining(options: TrainOptions): Promise<Plan> {
  assertTrainOptions(options);
  const prepared = await familyOf(options.recipe).prepare(options, {
    onProgress: (done, total) => options.onEvent?.({ type: 'load', done, total }),
    signal: options.signal,
  });
  const { engine = trainDefaults.engine, device = trainDefaults.device } = options;
  const training = buildFor(prepared.config);
  try {
    if (engine === 'tfjs') return planOf(prepared, training, { engine });
    // The last is the one that every machine has.
    const target = devicesFor(device).at(-1) as NodeDevice;
    const graphs = sizesOf(compileSteps(training.steps, target));
    return planOf(prepared, training, { engine, graphs });
  } finally {
    training.dispose();
  }
}
