import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import './index.js';
import { drawNetwork } from './testing/network.js';
import { right, verdictOf } from './testing/verdict.js';

beforeAll(() => tf.setBackend('cpu'));

const seeds = Array.from({ length: 60 }, (_, i) => i + 1);

describe('a network drawn from the table', () => {
  it.each(seeds)('has the gradients of finite differences: seed %i', (seed) => {
    const { names, problem } = drawNetwork(seed);
    expect(verdictOf(problem), `network of seed ${seed}: ${names.join(' > ')}`).toBe(right);
  });
});
