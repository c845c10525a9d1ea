import { createLocalSampler, type LoadProgress, type Sampler } from '@ganvas/client/local';
import { createRemoteSampler } from '@ganvas/client/remote';
import type { State } from './state.js';

/** What decides which sampler draws. */
export type Source = Pick<State, 'where' | 'device'> & { readonly model: string };

interface SourcesOptions {
  readonly base: string;
  /** Told how far the model of this page is, while it loads. */
  readonly onProgress: (progress: LoadProgress) => void;
}

/**
 * Open samplers as they are asked for and keep them, so that going back and forth costs nothing.
 * One that failed to open is opened anew when asked for again.
 */
export function createSources({
  base,
  onProgress,
}: SourcesOptions): (source: Source) => Promise<Sampler> {
  const opened = new Map<string, Promise<Sampler>>();
  const open = ({ where, device, model }: Source): Promise<Sampler> =>
    where === 'server'
      ? createRemoteSampler({ url: base, model })
      : createLocalSampler({ url: base, model, device, onProgress });
  return (source) => {
    const key = source.where === 'server' ? source.model : `${source.model} on ${source.device}`;
    const sampler = opened.get(key) ?? open(source);
    opened.set(key, sampler);
    sampler.catch(() => opened.delete(key));
    return sampler;
  };
}
