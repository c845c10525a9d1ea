export interface TextStreamOptions {
  /** Called when all is sent, when nobody waits for it any more or when it cannot be made; perhaps again. */
  readonly onEnd: () => void;
  /** Milliseconds for which nobody may read, default 60,000. */
  readonly idleMs?: number;
}

/** So small that one is read in time even over a slow line. */
const pieceBytes = 65_536;

async function* toPieces(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) {
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      yield bytes.subarray(at, at + pieceBytes);
    }
  }
}

/**
 * Send texts as they come, and nothing ahead of the reader. A reader that stops without going away is
 * taken for gone after `idleMs`, since what is made for it is held meanwhile.
 */
export function toStream(
  texts: AsyncIterable<string>,
  { onEnd, idleMs = 60_000 }: TextStreamOptions,
): ReadableStream<Uint8Array> {
  const pieces = toPieces(texts);
  let idle: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(idle);
    onEnd();
  };
  const awaitReader = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    idle = setTimeout(() => {
      controller.error(new Error(`expected the answer to be read, got no reader for ${idleMs} ms`));
      onEnd();
    }, idleMs);
  };
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    clearTimeout(idle);
    try {
      const { done, value } = await pieces.next();
      if (!done) {
        controller.enqueue(value);
        return awaitReader(controller);
      }
      controller.close();
    } catch (error) {
      controller.error(error);
    }
    end();
  };
  return new ReadableStream({ start: awaitReader, pull, cancel: end }, { highWaterMark: 0 });
}
