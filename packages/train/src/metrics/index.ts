import { kernelDistance, kidMinCount } from './kid.js';
import { l1 } from './l1.js';
import type { Metric } from './metric.js';
import { openNsfwFeatures } from './nsfw-features.js';
import { psnr } from './psnr.js';
import { ssim, ssimWindow } from './ssim.js';

/** The metrics by name, in the order in which tables show them. */
export const metricNames = ['l1', 'psnr', 'ssim', 'kidNsfwMixed5', 'cycleL1'] as const;
export type MetricName = (typeof metricNames)[number];

/** What there is to measure. A name without a metric is an error of the compiler. */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  l1: {
    kind: 'pair',
    title: 'mean absolute difference from the truth, black 0 and white 1',
    better: 'lower',
    compares: ['drawn', 'truth'],
    measure: l1,
  },
  psnr: {
    kind: 'pair',
    title: 'peak signal-to-noise ratio to the truth',
    unit: 'dB',
    better: 'higher',
    compares: ['drawn', 'truth'],
    measure: psnr,
  },
  ssim: {
    kind: 'pair',
    title: 'structural similarity to the truth',
    better: 'higher',
    compares: ['drawn', 'truth'],
    minSide: ssimWindow,
    measure: ssim,
  },
  kidNsfwMixed5: {
    kind: 'set',
    title: 'kernel distance from real pictures in features of nsfwjs (Inception v3, mixed5)',
    better: 'lower',
    minCount: kidMinCount,
    openFeatures: openNsfwFeatures,
    compare: kernelDistance,
  },
  cycleL1: {
    kind: 'pair',
    title: 'mean absolute difference of the input from itself, translated there and back',
    better: 'lower',
    compares: ['returned', 'input'],
    measure: l1,
  },
};
