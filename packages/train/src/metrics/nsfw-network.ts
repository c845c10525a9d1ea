import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '@ganvas/core';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';

/** The layer whose channels, averaged over the picture, are the features. */
const featureLayer = 'mixed5';

/** The part of a Keras model's JSON that is read here. Aliases, since an interface is not JSON to the compiler. */
type Topology = { class_name: string; config: { layers: { name: string }[] } };
type ModelJson = {
  modelTopology: { model_config: Topology };
  weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
};

/** What the module `nsfwjs/models/inception_v3` exports. */
interface ModelModule {
  readonly InceptionV3Model: {
    readonly modelJson: () => Promise<{ default: ModelJson }>;
    /** Parts of the weights in their order, as base64. */
    readonly weightBundles: readonly (() => Promise<{ default: string }>)[];
  };
}

/** Find the model's module from the working folder or else from here. */
function findModel(): URL {
  for (const from of [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]) {
    try {
      const file = createRequire(from).resolve('nsfwjs/models/inception_v3');
      // What `require` finds imports strings as if they were modules, byte by byte, which takes two minutes.
      return new URL('../../esm/models/inception_v3.js', pathToFileURL(file));
    } catch {
      // Not there: try the next place.
    }
  }
  throw new InputError(
    'kidNsfwMixed5: the package nsfwjs is not installed: run "npm install nsfwjs@4.3.0 --legacy-peer-deps"',
  );
}

/** The model up to the layer of the features: layers stand in the order in which they are computed. */
function topologyOf({ modelTopology: { model_config: whole } }: ModelJson) {
  const end = whole.config.layers.findIndex(({ name }) => name === featureLayer);
  const layers = whole.config.layers.slice(0, end + 1);
  const config = { ...whole.config, layers, output_layers: [[featureLayer, 0, 0]] };
  return {
    names: new Set(layers.map(({ name }) => name)),
    topology: { ...whole, config },
  };
}

/** Read the numbers of the layers; those of the file are bytes with a scale and a least value for each tensor. */
function decode(json: ModelJson, parts: readonly string[], names: ReadonlySet<string>) {
  const bytes = Uint8Array.from(Buffer.concat(parts.map((part) => Buffer.from(part, 'base64'))));
  const specs = json.weightsManifest.flatMap(({ weights }) => weights);
  const all = tf.io.decodeWeights(bytes.buffer, specs);
  const isWanted = (weight: string): boolean => names.has(weight.slice(0, weight.indexOf('/')));
  for (const [name, tensor] of Object.entries(all)) if (!isWanted(name)) tensor.dispose();
  return Object.fromEntries(Object.entries(all).filter(([name]) => isWanted(name)));
}

/**
 * Load the first 165 layers of the `inception_v3` of nsfwjs 4.3.0, a network trained to tell drawings,
 * photographs and three kinds of indecent pictures apart: float32 `[N, 299, 299, 3]` in [0, 1] to `[N, 17, 17, 768]`.
 * Later layers tell noise from blur the wrong way round. Throws an InputError where the package is not installed.
 */
export async function loadNsfwNetwork(): Promise<LayersModel> {
  const { InceptionV3Model }: ModelModule = await import(findModel().href);
  const { modelJson, weightBundles } = InceptionV3Model;
  const { default: json } = await modelJson();
  const parts = await Promise.all(weightBundles.map(async (load) => (await load()).default));
  await tf.setBackend('cpu');
  const { names, topology } = topologyOf(json);
  const network = await models.modelFromJSON({ modelTopology: topology });
  const weights = decode(json, parts, names);
  network.loadWeights(weights);
  tf.dispose(weights);
  return network as LayersModel;
}
