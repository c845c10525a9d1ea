/** What the tests reach of the client inside the page, as `window.ganvas`. */
import { createLocalSampler } from '@ganvas/client/local';
import { createRemoteSampler } from '@ganvas/client/remote';
import { labelFromSeed, latentFromSeed } from '@ganvas/core';

const harness = { createLocalSampler, createRemoteSampler, latentFromSeed, labelFromSeed };

declare global {
  interface Window {
    ganvas: typeof harness;
  }
}
window.ganvas = harness;
