import type { Context } from 'hono';
import { setMetric } from 'hono/timing';
import type { Model } from './model.js';
import type { Rendered } from './renderer.js';

const names = {
  seed: 'X-Ganvas-Seed',
  label: 'X-Ganvas-Label',
  labels: 'X-Ganvas-Labels',
  model: 'X-Ganvas-Model',
  version: 'X-Ganvas-Version',
  device: 'X-Ganvas-Device',
  precision: 'X-Ganvas-Precision',
};

/** What a page of another origin may read. */
export const exposedHeaders = [...Object.values(names), 'ETag', 'Server-Timing', 'X-Request-Id'];

/** What drew an answer. */
export function describeOrigin({ manifest, variant }: Model, { device }: Pick<Rendered, 'device'>) {
  const { name, version } = manifest;
  return { model: name, version, device, precision: variant.precision };
}

/** Say in headers what drew an answer, and of what. */
export function setDescription(
  c: Context,
  said: { readonly [key in keyof typeof names]?: string | number },
): void {
  for (const [key, value] of Object.entries(said)) {
    c.header(names[key as keyof typeof names], String(value));
  }
}

/** Say in `Server-Timing` where the time went. */
export function setTimings(c: Context, { queueMs, decodeMs, inferMs, encodeMs }: Rendered): void {
  setMetric(c, 'queue', queueMs, undefined, 3);
  if (decodeMs !== undefined) setMetric(c, 'decode', decodeMs, undefined, 3);
  setMetric(c, 'infer', inferMs, undefined, 3);
  setMetric(c, 'encode', encodeMs, undefined, 3);
}
