export { type Adam, type AdamOptions, createAdam } from './adam.js';
export { type Built, buildFor as buildTraining } from './build-for.js';
export { type CompiledFunction, type CompileOptions, compile } from './compile.js';
export { type Batch, createBatches } from './data/batches.js';
export { type Dataset, dataSources, loadDataset, type Split } from './data/dataset.js';
export { compileSteps } from './engines/compile-steps.js';
export {
  type Engine,
  type EngineName,
  type EngineOptions,
  engineNames,
  type GraphSize,
  type NumberArray,
  type Numbers,
  type StateNumbers,
  type StepInputs,
} from './engines/engine.js';
export { createEngine } from './engines/index.js';
export { probeTfjsLibraries, type TfjsProbe } from './engines/tfjs-backends.js';
export {
  type EvaluatedRow,
  type EvaluateEvent,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  evaluatedRows,
} from './evaluate.js';
export { type ExportRunOptions, exportRun } from './export-run.js';
export { buildGan, type Gan, type StepName } from './families/gan-steps.js';
export { sourcesOf } from './families/index.js';
export { type MetricName, metricNames, metrics } from './metrics/index.js';
export type { Measure, Metric } from './metrics/metric.js';
export type { NetworkShape } from './networks/network.js';
export type { ExportedModel, NormChange } from './norm-change.js';
export {
  type Length,
  type TrainEvent,
  type TrainOptions,
  type TrainResult,
  trainDefaults,
} from './options.js';
export type { NetworkPlan, Plan } from './plan.js';
export { planTraining } from './plan-training.js';
export {
  type GanRecipe,
  type Pix2PixRecipe,
  type Recipe,
  type RecipeName,
  recipes,
} from './recipes.js';
export { networkChoices, type RunConfig } from './run-config.js';
export type { Step } from './step.js';
export { train } from './train.js';
