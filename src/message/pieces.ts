/** Encodes a message into pieces: large `bytes` fields are not copied, but stand between the others as they are. */
import { named } from '../wire/errors.ts';
import { varintLength } from '../wire/writer.ts';
import { NO_BYTES } from './absent.ts';
import type { Init, MessageType } from './types.ts';
import { ALONE, MessageWriter, type Aside } from './writer.ts';

/** Shorter ones are copied: a piece more costs about as much. */
const LARGE = 1024;

/** What is between large fields are views of a slab that is written only once, as small messages are. */
const SLAB = 16_384;
const SMALL = 1024;
const KEPT = 65_536;
/** A list of gaps that grew beyond this is given back. */
const FEW = 16;
let idle: PieceWriter | undefined;

/** The large fields, and where they belong. The lists are used again: a list that is emptied and added to takes as long as the rest. */
class Gaps implements Aside {
  readonly least: number = LARGE;
  count = 0;
  readonly positions: number[] = [];
  readonly fields: Uint8Array[] = [];

  take(bytes: Uint8Array, pos: number): void {
    this.positions[this.count] = pos;
    this.fields[this.count++] = bytes;
  }

  joins(from: number, written: number): number {
    let first = this.count;
    let length = written;
    while (first > 0 && this.positions[first - 1]! >= from) length += this.fields[--first]!.length;
    const extra = varintLength(length) - 1;
    for (; first < this.count; first++) this.positions[first]! += extra;
    return length;
  }
}

/** A writer, and what it leaves out. */
interface PieceWriter {
  readonly writer: MessageWriter;
  readonly gaps: Gaps;
}

function pieceWriter(): PieceWriter {
  const gaps = new Gaps();
  const writer = new MessageWriter(SLAB);
  writer.aside = gaps;
  return { writer, gaps };
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
  const made = idle ?? pieceWriter();
  idle = undefined; // a getter of the caller's may come here again
  const { writer, gaps } = made;
  const start = writer.pos;
  try {
    writer.message(type, message, ALONE);
  } catch (error) {
    throw named(error);
  }
  const pieces = piecesOf(writer, gaps, start);
  if (writer.pos <= writer.bytes.length - SMALL && writer.bytes.length <= KEPT && gaps.count <= FEW)
    idle = made;
  gaps.count = 0;
  return pieces;
}

/** What was written since `start`, and what was left out, each in its place. */
function piecesOf(writer: MessageWriter, { count, positions, fields }: Gaps, start: number): Uint8Array[] {
  const { pos } = writer;
  // What is usual, without a list that grows: nothing large, or an upload's chunk, whose bytes are its last field.
  if (count === 0 && pos > start) return [writer.part(start, pos)];
  if (count === 1 && positions[0] === pos) {
    const field = fields[0]!;
    fields[0] = NO_BYTES;
    return [writer.part(start, pos), field];
  }
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const end = positions[i]!;
    pieces.push(writer.part(start, end), fields[i]!); // before a field its length, at least
    fields[i] = NO_BYTES; // which the caller may forget
    start = end;
  }
  if (pos > start) pieces.push(writer.part(start, pos));
  return pieces;
}
