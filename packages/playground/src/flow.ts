import type { LoadProgress } from '@ganvas/client/local';
import { InputError } from '@ganvas/core';
import { base, current } from './page.js';
import { createSources, type Source } from './sources.js';
import { type State, type Task, type Where, whereOf } from './state.js';
import {
  type Drawer,
  showError,
  showLoading,
  showOpening,
  showReady,
  showRecovered,
} from './status.js';

/** How what draws is opened: the server's address and the model's name; in this page, the device too. */
interface Address {
  readonly url: string;
  readonly model: string;
}
interface LocalAddress extends Address, Pick<State, 'device'> {
  readonly onProgress: (progress: LoadProgress) => void;
}

/** What draws, the model that it draws with, and until when. */
export interface Job<M, D> {
  readonly model: M;
  readonly drawer: D;
  readonly signal: AbortSignal;
}

interface FlowOptions<M, D> {
  readonly task: Task;
  readonly open: {
    server(address: Address): Promise<D>;
    device(address: LocalAddress): Promise<D>;
  };
  /** Show that what is shown is of what was asked for before. */
  readonly clear: (model: M) => void;
  /** Draw all that is asked for. */
  readonly draw: (job: Job<M, D>) => Promise<void>;
}

/** The one flow of every view: open what draws, draw, say what went wrong, go on once it goes well. */
export function createFlow<
  M extends { readonly name: string },
  D extends Drawer & { dispose(): Promise<void> },
>({ task, open, clear, draw }: FlowOptions<M, D>) {
  let shown: M | undefined;
  /** What draws: none while it is being opened, could not be, or has broken. */
  let opened: { readonly source: Source; readonly drawer: D } | undefined;
  let running = new AbortController();
  const whereNow = (): Where => whereOf(current(), task);

  const sources = createSources<D>(({ where, device, model }) => {
    if (where === 'server') return open.server({ url: base, model });
    // The model may still be loading when the visitor has gone on to something else.
    const onProgress = (progress: LoadProgress) =>
      shown?.name === model && whereNow() === 'device' && showLoading(progress);
    return open.device({ url: base, model, device, onProgress });
  });

  async function attempt(source: Source, signal: AbortSignal, work: () => Promise<void>) {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      showError(error, source.where);
      // A worker that failed or a device that was lost never draws again; a server may.
      if (source.where === 'server' || error instanceof InputError) return;
      opened = undefined;
      await sources.forget(source);
    }
  }

  return {
    /** The model that is shown; undefined while another view is. */
    get model() {
      return shown;
    },
    open(model: M): void {
      shown = model;
    },
    close(): void {
      shown = undefined;
      running.abort();
    },
    /** Draw everything anew: what was being drawn is given up. */
    async redraw(): Promise<void> {
      running.abort();
      running = new AbortController();
      const { signal } = running;
      opened = undefined;
      const model = shown;
      if (!model) return;
      const source = { where: whereNow(), device: current().device, model: model.name };
      await attempt(source, signal, async () => {
        showOpening();
        clear(model);
        const drawer = await sources.open(source);
        signal.throwIfAborted();
        opened = { source, drawer };
        await draw({ model, drawer, signal });
        signal.throwIfAborted();
        showReady(drawer, source.where);
      });
    },
    /** Draw what follows from a change, where something is open that draws. */
    async follow(work: (job: Job<M, D>) => Promise<void>): Promise<void> {
      const { signal } = running;
      const model = shown;
      if (!model || !opened) return;
      const { source, drawer } = opened;
      await attempt(source, signal, async () => {
        await work({ model, drawer, signal });
        if (!signal.aborted) showRecovered(drawer, source.where);
      });
    },
  };
}
