import type { Objective } from './objective.js';
import { wganGp } from './wgan-gp.js';

/** The objectives by name. */
export const objectives = { 'wgan-gp': wganGp } satisfies Record<string, Objective>;
export type ObjectiveName = keyof typeof objectives;
