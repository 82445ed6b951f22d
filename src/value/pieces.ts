/** A vectored write: large byte strings stay where they are, and go out as pieces of their own. */
import type { Encodable } from './types.ts';
import { ValueWriter, type EncodeOptions } from './writer.ts';

/** How pieces are made. */
export interface PieceOptions extends EncodeOptions {
  /** Byte strings of at least so many bytes are not copied. A whole number from 1, default 4,096. */
  readonly threshold?: number;
}

/** What was written so far and what is to go between it. */
export class Borrowed {
  /** Bytes of all that was borrowed. */
  length = 0;
  private readonly threshold: number;
  private readonly holes: { readonly at: number; readonly bytes: Uint8Array }[] = [];

  /** @throws RangeError for a threshold that is no whole number from 1. */
  constructor({ threshold = 4096 }: PieceOptions) {
    if (!(threshold >= 1 && Number.isSafeInteger(threshold)))
      throw new RangeError(`threshold must be a whole number from 1, not ${threshold}`);
    this.threshold = threshold;
  }

  /** Takes bytes that belong at `at` of what is written; false where they are to be copied. */
  take(bytes: Uint8Array, at: number): boolean {
    if (!(bytes instanceof Uint8Array) || bytes.length < this.threshold) return false;
    this.holes.push({ at, bytes });
    this.length += bytes.length;
    return true;
  }

  /** The pieces in order: what was written, views of `written`, and what was borrowed. None is empty. */
  pieces(written: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = [];
    let from = 0;
    for (const { at, bytes } of this.holes) {
      if (at > from) out.push(written.subarray(from, at));
      out.push(bytes);
      from = at;
    }
    if (written.length > from) out.push(written.subarray(from));
    return out;
  }
}

class PieceWriter extends ValueWriter {
  readonly borrowed: Borrowed;

  constructor(options: PieceOptions) {
    super(options);
    this.borrowed = new Borrowed(options);
  }

  override raw(source: Uint8Array): void {
    if (!this.borrowed.take(source, this.pos)) super.raw(source);
  }
}

/**
 * Encodes one value as pieces that joined are what `encode` answers: for `writev`, `Blob` or a stream.
 * @returns at least one piece. Byte strings of `threshold` bytes and more, those in messages and reserved kinds too, are the
 *   caller's own arrays: they must not change before the pieces went out.
 * @throws as `encode`.
 */
export function encodePieces(value: Encodable, options: PieceOptions = {}): Uint8Array[] {
  const writer = new PieceWriter(options);
  writer.writeValue(value);
  return writer.borrowed.pieces(writer.peek());
}
