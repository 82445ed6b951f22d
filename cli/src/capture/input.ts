/** Telling a capture from everything else by its first bytes. */
import { before } from '../speaker.ts';
import { readChunks } from '../io.ts';
import { follow } from './follow.ts';

/** How pcapng files and pcap files begin, those with microseconds and with nanoseconds, in both byte orders. */
const MAGICS: readonly (readonly number[])[] = [
  [0x0a, 0x0d, 0x0d, 0x0a],
  [0xa1, 0xb2, 0xc3, 0xd4],
  [0xd4, 0xc3, 0xb2, 0xa1],
  [0xa1, 0xb2, 0x3c, 0x4d],
  [0x4d, 0x3c, 0xb2, 0xa1],
];

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
    const first = Buffer.concat(held).subarray(0, 4);
    const fits = MAGICS.some((magic) => first.every((byte, i) => byte === magic[i]));
    if (!fits || first.length === 4) return { isCapture: fits, chunks: before(held, source), stop };
    const { done, value } = await source.next();
    if (done === true) return { isCapture: false, chunks: before(held, source), stop };
    held.push(value);
  }
}
