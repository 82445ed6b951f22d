/** Frames one after the other, for comfort: of whole inputs, and of anything that gives chunks over time. */
import { FrameDecoder, type Frame, type FrameDecoderOptions } from './decoder.ts';

export { readFrames } from './decoder.ts';
export { decodeFrames } from './parse.ts';

/** A stream of chunks: a Node stream, a web ReadableStream, an array. */
export type ChunkSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What this needs of an AbortSignal. */
interface Signal {
  readonly reason: Error;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** How a stream of chunks is read, and how to end the reading. */
export interface FrameStreamOptions extends FrameDecoderOptions {
  /** Ends the reading, also while a chunk is waited for: the iteration then throws the signal's reason. */
  readonly signal?: Signal;
}

/**
 * The frames of a stream of chunks. However the iteration ends, the source is told that no more is read.
 * @throws as `readFrames`; what the source throws; the signal's reason.
 */
export async function* streamFrames(
  source: ChunkSource,
  options: FrameStreamOptions = {},
): AsyncGenerator<Frame, void, void> {
  const { signal } = options;
  const decoder = new FrameDecoder(options);
  const chunks = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await unlessAborted(chunks.next(), signal);
      if (done === true) break;
      for (const frame of decoder.frames(value)) {
        yield frame;
        signal?.throwIfAborted();
      }
    }
    decoder.finish();
  } finally {
    // A source that is stuck would never answer: it is told, not waited for.
    void Promise.resolve(chunks.return?.()).catch(() => undefined);
  }
}

/** Waits for either; the listener goes with the wait, so that a long stream gathers none. */
async function unlessAborted<T>(next: T | Promise<T>, signal: Signal | undefined): Promise<T> {
  if (signal === undefined) return next;
  let stop: ((reason: Error) => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = reject;
  });
  const abort = (): void => stop?.(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([next, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
