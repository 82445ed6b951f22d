/** The bytes of one direction that no item has taken yet, so that each item can be handed out with its own. */
import { EMPTY, Gatherer } from '../wire/gather.ts';

export class Held {
  /** What earlier pieces left: a copy, since a view would hold the chunk of the file that it lies in. */
  private readonly early: Gatherer = new Gatherer();
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
    const end = (this.from = from + length - early.size);
    if (early.size === 0) return piece.subarray(from, end);
    early.add(piece, from, end);
    early.release();
    return early.bytes.subarray(0, length);
  }

  /** Keeps what is left of the piece. */
  settle(): void {
    const { early, piece, from } = this;
    if (from < piece.length) early.add(piece, from, piece.length);
    this.feed(EMPTY);
  }
}
