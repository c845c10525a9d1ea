import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import './index.js';
import { type LayerCase, toLayerProblem } from './testing/layer-case.js';
import { layerCases } from './testing/layer-cases.js';
import { right, verdictOf } from './testing/verdict.js';

beforeAll(() => tf.setBackend('cpu'));

const all: Readonly<Record<string, readonly LayerCase[] | string>> = layerCases;
const withCases = Object.entries(all).filter(
  (entry): entry is [string, readonly LayerCase[]] => typeof entry[1] !== 'string',
);

describe('tf.layers', () => {
  it('has cases, or a reason, for every factory', () => {
    expect(Object.keys(tfl.layers).filter((name) => !(name in layerCases))).toEqual([]);
  });

  it.each(withCases)('%s: finite differences agree at both orders', (name, cases) => {
    expect(cases.length).toBeGreaterThan(0);
    cases.forEach((each, i) => {
      expect(
        verdictOf((seed) => toLayerProblem(each, seed)),
        `${name}, case ${i}`,
      ).toBe(right);
    });
  });
});
