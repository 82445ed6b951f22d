/** Telling a capture from everything else by its first bytes. */
import { isCapture } from 'petrel/capture';
import { before } from '../speaker.ts';
import { readChunks } from '../io.ts';
import { follow } from './follow.ts';

export interface Opened {
  readonly isCapture: boolean;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the reading: `chunks` are over then, whatever would come. */
  readonly stop: () => void;
}

/** Opens the input. No more is read ahead than it takes to tell: who follows a live stream waits for nothing. */
export async function openMaybeCapture(file: string | undefined, followed: boolean): Promise<Opened> {
  const path = file === '-' ? undefined : file;
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
    if (path === undefined) process.stdin.destroy();
  };
  const chunks = followed && path !== undefined ? follow(path, controller.signal) : readChunks(file);
  const source = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  for (;;) {
    const fits = isCapture(Buffer.concat(held));
    if (fits !== undefined) return { isCapture: fits, chunks: before(held, source), stop };
    const { done, value } = await source.next();
    if (done === true) return { isCapture: false, chunks: before(held, source), stop };
    held.push(value);
  }
}
