/**
 * The script of the worker in which models run on the device, so that the page stays free. One worker
 * holds one model: ending it frees the device's memory and cures a device that hangs.
 */
import {
  createChain,
  InputError,
  reasonOf,
  type TranslateProgress,
  toPixels,
  translatePixels,
} from '@ganvas/core';
import type { Answer, Calls, Question, Stop } from './messages.js';
import { readPicture } from './read-picture.js';
import { openSession, type Session } from './session.js';

const inTurn = createChain();
/** Ends the questions that are waited for. */
const waiting = new Map<number, AbortController>();
let session: Session | undefined;

function opened(): Session {
  if (session) return session;
  throw new Error('worker: expected open before anything else');
}

/** Let messages in: a run of WebAssembly gives none a turn by itself. */
const letIn = () => new Promise<void>((resolve) => setTimeout(resolve));

interface Asked {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TranslateProgress) => void;
}

/** Each question's answer, and the buffers in it that are handed over instead of copied. */
const answers: {
  [K in keyof Calls]: (
    message: Calls[K]['message'],
    asked: Asked,
  ) => Promise<{ reply: Calls[K]['reply']; transfer?: Transferable[] }>;
} = {
  async open(message) {
    session = await openSession(message, navigator.gpu);
    return { reply: { device: session.device, refusals: session.refusals } };
  },
  async run(inputs) {
    const { values, ...shape } = await opened().run(inputs);
    const pixels = toPixels(values, shape);
    return { reply: pixels, transfer: [pixels.data.buffer as ArrayBuffer] };
  },
  async translate({ source, model }, { signal, onProgress }) {
    const pixels = await readPicture(source, model.image.scale);
    const run: Parameters<typeof translatePixels>[1]['run'] = async (data, { height, width }) => {
      await letIn();
      signal.throwIfAborted();
      const dims = [1, data.length / (height * width), height, width];
      return (await opened().run({ source: { data, dims } })).values;
    };
    const reply = await translatePixels(pixels, { model, run, signal, onProgress });
    return { reply, transfer: [reply.data.buffer as ArrayBuffer] };
  },
};

const post = (answer: Answer, transfer: Transferable[] = []) =>
  globalThis.postMessage(answer, { transfer });

async function answer<K extends keyof Calls>(
  { id, kind, message }: Question<K>,
  signal: AbortSignal,
): Promise<void> {
  try {
    signal.throwIfAborted();
    const onProgress = (progress: TranslateProgress) => post({ id, progress });
    const { reply, transfer } = await answers[kind](message, { signal, onProgress });
    post({ id, reply }, transfer);
  } catch (error) {
    post({ id, error: reasonOf(error), isInput: error instanceof InputError });
  } finally {
    waiting.delete(id);
  }
}

globalThis.addEventListener('message', ({ data }: MessageEvent<Question | Stop>) => {
  if ('stop' in data) return waiting.get(data.stop)?.abort();
  const controller = new AbortController();
  waiting.set(data.id, controller);
  void inTurn(() => answer(data, controller.signal));
});
