/** Encodes a message into pieces: large `bytes` fields are not copied, but stand between the others as they are. */
import { named } from '../wire/errors.ts';
import { varintLength } from '../wire/writer.ts';
import { inPieces } from './pack.ts';
import type { Init, MessageType } from './types.ts';
import { ALONE, MessageWriter } from './writer.ts';

/** Shorter ones are copied: a piece more costs about as much. */
const LARGE = 1024;

/** What is between large fields are views of a slab that is written only once, as small messages are. */
const SLAB = 16_384;
const SMALL = 1024;
const KEPT = 65_536;
let idle: PieceWriter | undefined;

/** Lists that grew beyond this are given back. */
const MANY = 256;
const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** A writer that leaves large `bytes` fields out, but counts them into the lengths around them. */
class PieceWriter extends MessageWriter {
  /**
   * Large fields, and where they belong: behind so much of what was written. The lists are used again: emptying one and adding
   * to it took nearly half of the time of an upload's chunk.
   */
  readonly large: Uint8Array[] = [];
  readonly places: number[] = [];
  count = 0;
  /** The buffer of `bytes`, which asking for takes as long as a view of it. */
  private held: ArrayBufferLike = this.bytes.buffer;
  private heldOf: Uint8Array = this.bytes;

  override delimited(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array) || bytes.length < LARGE) {
      super.delimited(bytes);
      return;
    }
    this.varint(bytes.length);
    this.large[this.count] = bytes;
    this.places[this.count++] = this.pos;
  }

  /** Lets go of what isn't its own. */
  forget(): void {
    if (this.count > MANY) this.large.length = this.places.length = this.count = 0;
    while (this.count > 0) this.large[--this.count] = NOTHING;
  }

  /** What was written from `start` to `end`. */
  piece(start: number, end: number): Uint8Array {
    if (this.heldOf !== this.bytes) {
      this.heldOf = this.bytes;
      this.held = this.bytes.buffer;
    }
    return new Uint8Array(this.held, start, end - start);
  }

  override join(from: number): void {
    const { pos, large, places, count } = this;
    let first = count;
    let length = pos - from;
    while (first > 0 && places[first - 1]! >= from) length += large[--first]!.length;
    const extra = varintLength(length) - 1;
    this.ensure(extra);
    this.bytes.copyWithin(from + extra, from, pos);
    this.pos = from - 1;
    this.varint(length);
    this.pos = pos + extra;
    for (let i = first; i < count; i++) places[i]! += extra;
  }
}

/**
 * Encodes a message as a list of pieces, for a vectored write: joined they are what `encodeMessage` answers. A `bytes` field of at
 * least 1 KiB is a piece of its own, the very object that the message holds: don't change it before it is written. An upload's 8 KiB
 * are not copied.
 *
 * @returns bytes that nothing else writes to; those up to 4 KiB share their ArrayBuffer with other results.
 * @throws TypeError, RangeError as `encodeMessage`.
 */
export function encodePieces<T extends object>(type: MessageType<T>, message: Init<T>): Uint8Array[] {
  const writer = idle && idle.pos <= idle.bytes.length - SMALL ? idle : new PieceWriter(SLAB);
  idle = undefined; // a getter of the caller's may come here again
  const start = writer.pos;
  inPieces(1);
  try {
    writer.message(type, message, ALONE);
  } catch (error) {
    throw named(error);
  } finally {
    inPieces(-1);
  }
  const pieces = piecesOf(writer, start);
  if (writer.bytes.length <= KEPT) idle = writer;
  return pieces;
}

function piecesOf(writer: PieceWriter, start: number): Uint8Array[] {
  const { pos, large, places, count } = writer;
  const first = large[0];
  if (count === 1 && pos === places[0]) {
    // An upload's chunk: a list as long as it has to be.
    writer.count = 0;
    large[0] = NOTHING;
    return [writer.piece(start, pos), first!];
  }
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    if (places[i]! > start) pieces.push(writer.piece(start, places[i]!));
    pieces.push(large[i]!);
    start = places[i]!;
  }
  if (pos > start) pieces.push(writer.piece(start, pos));
  writer.forget();
  return pieces;
}
