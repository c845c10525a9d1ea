// Steps hold gradients: tfjs-core brings none, and tfjs-layers brings some that are wrong at second order.
import '@ganvas/gradients';
import type { Step } from '../step.js';
import type { Engine, EngineName, EngineOptions } from './engine.js';
import { createOnnxEngine } from './onnx.js';
import { createTfjsEngine } from './tfjs.js';

const engines = {
  onnx: createOnnxEngine,
  tfjs: createTfjsEngine,
} satisfies Record<EngineName, unknown>;

/**
 * Make the engine that runs steps and keeps their state, which begins as their variables are. Throws an
 * InputError with every reason when none of the devices works.
 */
export const createEngine = <StepName extends string>(
  steps: Readonly<Record<StepName, Step>>,
  { engine = 'onnx', ...options }: EngineOptions & { readonly engine?: EngineName } = {},
): Promise<Engine<StepName>> => engines[engine](steps, options);
