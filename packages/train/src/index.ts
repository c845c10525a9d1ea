export { type Batch, createBatches } from './data/batches.js';
export { type Dataset, dataSources, loadDataset, type Split } from './data/dataset.js';
export { exportRun, type ExportRunOptions } from './export-run.js';
export { type Length, trainDefaults, type TrainEvent, type TrainOptions, type TrainResult } from './options.js';
export { type NetworkPlan, type Plan, planTraining } from './plan.js';
export { type Recipe, type RecipeName, recipes } from './recipes.js';
export type { RunConfig } from './run-config.js';
export { train } from './train.js';
