import { type NodeDevice, reasonOf } from '@ganvas/core';
import { type RenderChild, startChild } from './child-process.js';
import type { LoadOrder } from './messages.js';

/** What befell a child process. */
export type ChildEvent =
  | {
      readonly type: 'loaded';
      readonly pid: number;
      readonly devices: Readonly<Record<string, NodeDevice>>;
    }
  | {
      readonly type: 'exited';
      readonly pid: number;
      /** Why it could not load, or how it ended. */
      readonly reason: string;
      readonly restartMs: number;
    };

export interface SlotOptions {
  /** What the next child is to open. */
  readonly order: () => LoadOrder;
  readonly onEvent: (event: ChildEvent) => void;
}

/** One place for a child process, which is filled again with back-off whenever it falls empty. */
export interface Slot {
  /** The child, once it has loaded and while it lives. */
  readonly child: RenderChild | undefined;
  /** Process id, also of a child that is still loading. */
  readonly pid: number | undefined;
  /** No child has loaded for several starts. */
  readonly isFailing: boolean;
  isBusy: boolean;
  /** Start a child, and another whenever one ends. Rejects when the first does not load, then stops. */
  start(): Promise<void>;
  /** Start a child, and another whenever one ends, the first included. */
  keep(): void;
  /** A job succeeded: the next end is not one of a row. */
  praise(): void;
  stop(timeoutMs: number): Promise<void>;
}

const maxFailures = 3;
const firstRestartMs = 50;
const lastRestartMs = 10_000;
/** A child that lived so long did not end for the reason that its forerunner did. */
const calmMs = 30_000;

const restartMsAfter = (failures: number): number =>
  Math.min(lastRestartMs, firstRestartMs * 2 ** (failures - 1));

export function createSlot({ order, onEvent }: SlotOptions): Slot {
  let started: RenderChild | undefined;
  let loaded: RenderChild | undefined;
  let loadedAt = 0;
  let failures = 0;
  let loadFault: string | undefined;
  let isKept = false;
  let timer: NodeJS.Timeout | undefined;

  async function open(): Promise<void> {
    const child = startChild();
    started = child;
    void child.exited.then((reason) => onExit(child, reason));
    const devices = await child.load(order());
    loaded = child;
    loadedAt = performance.now();
    slot.isBusy = false;
    onEvent({ type: 'loaded', pid: child.pid, devices });
  }

  function onExit(child: RenderChild, reason: string): void {
    const livedMs = loaded === undefined ? 0 : performance.now() - loadedAt;
    loaded = undefined;
    started = undefined;
    if (!isKept) return;
    failures = livedMs > calmMs ? 1 : failures + 1;
    const restartMs = restartMsAfter(failures);
    timer = setTimeout(reopen, restartMs);
    onEvent({ type: 'exited', pid: child.pid, reason: loadFault ?? reason, restartMs });
    loadFault = undefined;
  }

  function reopen(): void {
    // A child that lives but cannot load is ended; its end comes back through onExit.
    open().catch((error: unknown) => {
      loadFault = reasonOf(error);
      return started?.stop(0);
    });
  }

  const slot: Slot = {
    isBusy: false,
    get child() {
      return loaded;
    },
    get pid() {
      return started?.pid;
    },
    get isFailing() {
      return loaded === undefined && failures >= maxFailures;
    },
    async start() {
      try {
        await open();
        isKept = true;
      } catch (error) {
        await started?.stop(0);
        throw error;
      }
    },
    keep() {
      isKept = true;
      reopen();
    },
    praise() {
      failures = 0;
    },
    async stop(timeoutMs) {
      isKept = false;
      clearTimeout(timer);
      await started?.stop(timeoutMs);
    },
  };
  return slot;
}
