/** What the tests reach of the client inside the page, as `window.ganvas`. */
import { createLocalSampler, createLocalTranslator } from '@ganvas/client/local';
import { createRemoteSampler, createRemoteTranslator, listModels } from '@ganvas/client/remote';
import { labelFromSeed, latentFromSeed } from '@ganvas/core';
import { conformance, maxDifference } from './conformance.js';
import { drawTest, translatorConformance } from './translator-conformance.js';

const harness = {
  createLocalSampler,
  createRemoteSampler,
  createLocalTranslator,
  createRemoteTranslator,
  listModels,
  labelFromSeed,
  latentFromSeed,
  conformance,
  translatorConformance,
  drawTest,
  maxDifference,
};

declare global {
  interface Window {
    ganvas: typeof harness;
  }
}
window.ganvas = harness;
