import type { State, Where } from './state.js';

/** What decides what draws. */
export type Source = Pick<State, 'device'> & { readonly where: Where; readonly model: string };

/**
 * Open what draws as it is asked for and keep it, so that going back and forth costs nothing.
 * What failed to open is opened anew when asked for again.
 */
export function createSources<T>(
  open: (source: Source) => Promise<T>,
): (source: Source) => Promise<T> {
  const opened = new Map<string, Promise<T>>();
  return (source) => {
    const key = source.where === 'server' ? source.model : `${source.model} on ${source.device}`;
    const promise = opened.get(key) ?? open(source);
    opened.set(key, promise);
    promise.catch(() => opened.delete(key));
    return promise;
  };
}
