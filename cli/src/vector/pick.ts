/** One frame of a capture, by its number among those that `petrel inspect` shows. */
import type { Limits } from 'petrel';
import { CaptureAnalyzer, CaptureError } from 'petrel/capture';
import { Conversations, type Inflate, type Said } from 'petrel/conversation';
import { writeHead } from 'petrel/frame';
import { Writer } from 'petrel/wire';
import { CommandError, Exit, usage } from '../exit.ts';

export interface PickOptions {
  readonly limits: Partial<Limits>;
  readonly inflate: Inflate;
}

/** @param number from 1, frames in PACKs included. @throws CommandError where the capture has no such frame of Petrel. */
export async function pickFrame(
  chunks: AsyncIterable<Uint8Array>,
  number: number,
  options: PickOptions,
): Promise<Uint8Array> {
  let count = 0;
  let found: Uint8Array | undefined;
  const said = (one: Said): void => {
    if (++count === number) found = wholeOf(one);
  };
  const analyzer = new CaptureAnalyzer(new Conversations({ said }, options));
  try {
    for await (const chunk of chunks) {
      analyzer.push(chunk);
      if (found !== undefined) return found;
    }
    analyzer.finish();
  } catch (error) {
    if (found === undefined && error instanceof CaptureError)
      throw new CommandError(error.message, Exit.MALFORMED);
    if (!(error instanceof CaptureError)) throw error;
  }
  if (found === undefined) throw usage(`the capture has ${count} frames, and no frame ${number}`);
  return found;
}

/** A frame with its head, whose shortest spelling is the only one. */
function wholeOf({ protocol, kind, bytes }: Said): Uint8Array {
  if (protocol !== 'petrel') throw usage('that is no frame of Petrel but RESP');
  const writer = new Writer();
  writeHead(writer, kind, bytes.length);
  writer.raw(bytes);
  return writer.take();
}
