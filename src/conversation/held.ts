/** The bytes of one direction that no item has taken yet, so that each item can be handed out with its own. */
import { Writer } from '../wire/writer.ts';

const EMPTY = new Uint8Array(0);

export class Held {
  /** What earlier pieces left: a copy, since a view would hold the chunk of the file that it lies in. */
  private early: Writer | undefined;
  /** The piece that came last, and where in it the next item begins. */
  private piece: Uint8Array = EMPTY;
  private from = 0;

  /** Takes the next piece, after `settle`. */
  feed(piece: Uint8Array): void {
    this.piece = piece;
    this.from = 0;
  }

  /** The next `length` bytes, which end in the piece: a view of it where they begin in it as well. */
  take(length: number): Uint8Array {
    const { early, piece, from } = this;
    this.from = from + length - (early?.pos ?? 0);
    const part = piece.subarray(from, this.from);
    if (early === undefined) return part;
    early.raw(part);
    this.early = undefined;
    return early.peek();
  }

  /** Keeps what is left of the piece. */
  settle(): void {
    const left = this.piece.subarray(this.from);
    this.piece = EMPTY;
    if (left.length === 0) return;
    this.early ??= new Writer(left.length);
    this.early.raw(left);
  }
}
