/** A field of a payload: how it is read and how it is written, side by side. */
import type { PayloadReader, PayloadWriter } from './payload.ts';
import type { FrameBody } from './types.ts';

export interface Field {
  /** Reads the field; `body` holds those before it. Nothing comes back when it was put there. */
  read(r: PayloadReader, body: Record<string, unknown>): unknown;
  /** Writes the field of `body`. @throws TypeError or RangeError for what the field can't say. */
  write(w: PayloadWriter, value: never, body: FrameBody): void;
}
