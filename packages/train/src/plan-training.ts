import { devicesFor, type NodeDevice } from '@ganvas/core';
import { buildFor } from './build-for.js';
import { loadDataset } from './data/dataset.js';
import { compileSteps, sizesOf } from './engines/compile-steps.js';
import { assertTrainOptions, type TrainOptions, trainDefaults } from './options.js';
import { type Plan, planOf } from './plan.js';
import { configFor } from './run-config.js';

/** Say what `train` would do, without doing it: networks, parameters, graphs, memory. */
export async function planTraining(options: TrainOptions): Promise<Plan> {
  assertTrainOptions(options);
  const dataset = await loadDataset(options.data);
  const config = configFor(options, dataset);
  const { engine = trainDefaults.engine, device = trainDefaults.device } = options;
  const gan = buildFor(config);
  try {
    if (engine === 'tfjs') return planOf({ config, dataset }, gan, { engine });
    // The last is the one that every machine has.
    const target = devicesFor(device).at(-1) as NodeDevice;
    const graphs = sizesOf(compileSteps(gan.steps, target));
    return planOf({ config, dataset }, gan, { engine, graphs });
  } finally {
    gan.dispose();
  }
}
