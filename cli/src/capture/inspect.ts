/** `petrel inspect` on a capture: the conversation of each connection, in the order of time. */
import { CaptureError } from 'petrel/capture';
import { CommandError, Exit } from '../exit.ts';
import type { Opened } from './input.ts';
import { CaptureView, type CaptureViewOptions } from './view.ts';

/**
 * Prints the conversations of a capture.
 * @throws CommandError for a file that is at fault, after all that could be read; MALFORMED where frames are.
 */
export async function inspectCapture(opened: Opened, options: CaptureViewOptions): Promise<void> {
  const view = new CaptureView(options);
  const fault = await readAll(view, opened);
  await view.summarize();
  const { faults } = view.totals;
  if (fault !== undefined) throw new CommandError(fault.message, Exit.MALFORMED);
  if (faults > 0) throw new CommandError(`${faults} frames are at fault`, Exit.MALFORMED);
}

/** What takes a capture. */
interface Sink {
  push(chunk: Uint8Array): Promise<void>;
  finish(): void;
}

/** Reads a capture to its end, or until an interrupt. @returns what ended the reading early. */
export async function readAll(view: Sink, { chunks, stop }: Opened): Promise<CaptureError | undefined> {
  let stopped = false;
  const interrupted = (): void => {
    stopped = true;
    stop();
  };
  process.once('SIGINT', interrupted);
  try {
    for await (const chunk of chunks) await view.push(chunk);
  } catch (error) {
    if (error instanceof CaptureError) return error;
    if (!stopped) throw error;
  } finally {
    process.off('SIGINT', interrupted);
  }
  return ended(view, stopped);
}

/** A capture that was interrupted may end anywhere. */
function ended(view: Sink, stopped: boolean): CaptureError | undefined {
  try {
    view.finish();
    return undefined;
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return stopped ? undefined : error;
  }
}
