import type { Pixels } from '@ganvas/core';
import type { DynamicInput, Feed, GivenDescription } from '@ganvas/export';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { LoadOptions as PictureOptions } from '../data/pictures.js';
import type { Engine, StateNumbers } from '../engines/engine.js';
import type { Variables } from '../networks/network.js';
import type { RecipeName } from '../recipes.js';
import type { RunChoices, RunConfig } from '../run-config.js';
import type { Step } from '../step.js';

/** Loss terms by name. */
export type LossValues = Readonly<Record<string, number>>;

/** The losses that steps returned, each a scalar. */
export const lossValuesOf = (results: StateNumbers): LossValues =>
  Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data[0] as number]));

/** Networks in training, and the functions that an engine runs. */
export interface Training {
  readonly networks: Readonly<Record<string, LayersModel>>;
  /** Everything that a checkpoint holds: networks, moments, averages, pools. */
  readonly state: Variables;
  readonly steps: Readonly<Record<string, Step>>;
}

export type LoadOptions = Pick<PictureOptions, 'onProgress' | 'signal'>;

/** What a run is to learn from, loaded, and what follows from it. */
export interface Prepared {
  readonly config: RunConfig;
  /** Bytes of the data in memory. */
  readonly dataBytes: number;
  /** Real pictures that one step of the run is shown. */
  readonly picturesPerStep: number;
  /**
   * Make the function that runs one step of the run. Its numbers all follow from the seed and the step, so a
   * resumed run draws what it would have drawn.
   */
  createIteration(
    engine: Engine<string>,
  ): (step: number, learningRate: number) => Promise<LossValues>;
  /**
   * Pictures that are not learned from, by the suffix of the model that translates them: float32
   * `[count, H, W, C]`. Translators have them.
   */
  readonly examples?: Readonly<Record<string, Float32Array>>;
  /** Draw the picture that shows how far a run is. */
  drawSheet(engine: Engine<string>): Promise<Pixels>;
}

/** One model that a run gives. */
export interface ExportPart {
  /** What its name has after the name that was asked for, `-back` say. */
  readonly suffix: string;
  readonly run: Step['run'];
  /** The same with the statistics of the pictures that it is given, where `run` takes running ones. */
  readonly runByBatch?: Step['run'];
  readonly inputs: Readonly<Record<string, DynamicInput>>;
  readonly feed: Feed;
  readonly description: Omit<GivenDescription, 'training' | 'license'>;
}

/** A kind of models that `train` knows: what they learn from, what they are made of, what is exported. */
export interface Family {
  /** The data sources of a recipe, as help texts list them. */
  dataSourcesOf(recipe: RecipeName): readonly string[];
  /** Load the data and settle the configuration. Throws an InputError for data or choices that do not fit. */
  prepare(choices: RunChoices, options: LoadOptions): Promise<Prepared>;
  /** Build the networks of a configuration, with their first weights on tfjs's `cpu` backend. */
  build(config: RunConfig): Training;
  /** What a trained run gives, from the networks that `build` made. */
  exportsOf(config: RunConfig, training: Training): readonly ExportPart[];
}
