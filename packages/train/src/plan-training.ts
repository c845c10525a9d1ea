import { buildFor } from './build-for.js';
import { loadDataset } from './data/dataset.js';
import { compileSteps } from './engines/onnx.js';
import { assertTrainOptions, type TrainOptions } from './options.js';
import { type Plan, planOf } from './plan.js';
import { configFor } from './run-config.js';

/** Say what `train` would do, without doing it: networks, parameters, graphs, memory. */
export async function planTraining(options: TrainOptions): Promise<Plan> {
  assertTrainOptions(options);
  const dataset = await loadDataset(options.data);
  const config = configFor(options, dataset);
  const gan = buildFor(config);
  try {
    return planOf({ config, dataset }, gan, compileSteps(gan.steps));
  } finally {
    gan.dispose();
  }
}
