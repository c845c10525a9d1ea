import type { DeviceChoice, NodeDevice } from '@ganvas/core';
import type { PictureFault } from './decode-picture.js';
import type { RenderJob } from './renderer.js';
import type { Done } from './tasks.js';

/** What a child process is told to open. */
export interface LoadOrder {
  /** Folders of the models. */
  readonly dirs: readonly string[];
  readonly device: DeviceChoice;
  /** Devices already chosen by an earlier child, by model: all children must run on the same. */
  readonly chosen: ReadonlyMap<string, NodeDevice>;
  readonly threads: number;
}

/** To the child. `cancel` is not answered: it ends the job in hand, if there is one, before its time. */
export type Order =
  | { readonly type: 'load'; readonly order: LoadOrder }
  | { readonly type: 'render'; readonly job: RenderJob }
  | { readonly type: 'cancel' };

/**
 * From the child, one for each order, and `begun` before it sets about a job. `fault`: what is
 * wrong with a file or a request, where the failure lies in one.
 */
export type Reply =
  | { readonly type: 'loaded'; readonly devices: Readonly<Record<string, NodeDevice>> }
  | { readonly type: 'begun' }
  | { readonly type: 'rendered'; readonly rendered: Done }
  | { readonly type: 'failed'; readonly message: string; readonly fault?: 'input' | PictureFault };
