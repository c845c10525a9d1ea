import type { State, Where } from './state.js';

/** What decides what draws. */
export type Source = Pick<State, 'device'> & { readonly where: Where; readonly model: string };

/** What draws, as it is asked for. */
interface Sources<T> {
  open(source: Source): Promise<T>;
  /** Free what has broken, so that it is opened anew when asked for again. */
  forget(source: Source): Promise<void>;
}

/**
 * Open what draws as it is asked for and keep it, so that going back and forth costs nothing.
 * What failed to open is opened anew when asked for again.
 */
export function createSources<T extends { dispose(): Promise<void> }>(
  open: (source: Source) => Promise<T>,
): Sources<T> {
  const opened = new Map<string, Promise<T>>();
  const keyOf = ({ where, model, device }: Source) =>
    where === 'server' ? model : `${model} on ${device}`;
  return {
    open(source) {
      const key = keyOf(source);
      const promise = opened.get(key) ?? open(source);
      opened.set(key, promise);
      promise.catch(() => opened.delete(key));
      return promise;
    },
    async forget(source) {
      const broken = opened.get(keyOf(source));
      opened.delete(keyOf(source));
      await (await broken)?.dispose();
    },
  };
}
