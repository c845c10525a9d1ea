/**
 * The script of the worker in which on-device sampling runs, so that the page stays free. One worker
 * holds one model: ending it frees the device's memory and cures a device that hangs.
 */
import { createChain } from '@ganvas/core';
import type { Answer, Calls, Question } from './messages.js';
import { openSession, type Session } from './session.js';

const inTurn = createChain();
let session: Session | undefined;

/** Each question's answer, and the buffers in it that are handed over instead of copied. */
const answers: {
  [K in keyof Calls]: (
    message: Calls[K]['message'],
  ) => Promise<{ reply: Calls[K]['reply']; transfer?: Transferable[] }>;
} = {
  async open(message) {
    session = await openSession(message, navigator.gpu);
    return { reply: { device: session.device, refusals: session.refusals } };
  },
  async run(message) {
    if (!session) throw new Error('worker: expected open before run');
    const pixels = await session.draw(message);
    return { reply: pixels, transfer: [pixels.data.buffer as ArrayBuffer] };
  },
};

const post = (answer: Answer, transfer: Transferable[] = []) =>
  globalThis.postMessage(answer, { transfer });

async function answer<K extends keyof Calls>({ id, kind, message }: Question<K>): Promise<void> {
  try {
    const { reply, transfer } = await answers[kind](message);
    post({ id, reply }, transfer);
  } catch (error) {
    post({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

globalThis.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  void inTurn(() => answer(data));
});
