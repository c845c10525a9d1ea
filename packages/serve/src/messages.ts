import type { DeviceChoice, NodeDevice } from '@ganvas/core';
import type { Rendered, RenderJob } from './renderer.js';

/** What a child process is told to open. */
export interface LoadOrder {
  /** Folders of the models. */
  readonly dirs: readonly string[];
  readonly device: DeviceChoice;
  /** Devices already chosen by an earlier child, by model: all children must run on the same. */
  readonly chosen: ReadonlyMap<string, NodeDevice>;
  readonly threads: number;
}

/** To the child. */
export type Order =
  | { readonly type: 'load'; readonly order: LoadOrder }
  | { readonly type: 'render'; readonly job: RenderJob };

/**
 * From the child, one for each order, and `begun` before it sets about a job. `isInput`: the fault
 * lies in a file or a request.
 */
export type Reply =
  | { readonly type: 'loaded'; readonly devices: Readonly<Record<string, NodeDevice>> }
  | { readonly type: 'begun' }
  | { readonly type: 'rendered'; readonly rendered: Rendered }
  | { readonly type: 'failed'; readonly message: string; readonly isInput: boolean };
