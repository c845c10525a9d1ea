/** What the tests reach of the client inside the page, as `window.ganvas`. */
import { createLocalSampler } from '@ganvas/client/local';
import { createRemoteSampler, listModels } from '@ganvas/client/remote';
import { labelFromSeed, latentFromSeed } from '@ganvas/core';
import { conformance, maxDifference } from './conformance.js';

const harness = {
  createLocalSampler,
  createRemoteSampler,
  listModels,
  labelFromSeed,
  latentFromSeed,
  conformance,
  maxDifference,
};

declare global {
  interface Window {
    ganvas: typeof harness;
  }
}
window.ganvas = harness;
