/**
 * Writes protobuf's wire format: a method per scalar type, named as the type is, each judging what the caller gave.
 * A length is back-filled: one byte is left for it, and a longer message moves once when it is known.
 */
import { demandBytes } from '../wire/limits.ts';
import { utf8Length, writeUtf8 } from '../wire/text.ts';
import { varintLength, Writer } from '../wire/writer.ts';
import type { Init, MessageType } from './types.ts';
import { END_GROUP } from './wire-types.ts';

/** Deepest nesting that is written, the outermost message counted: as deep as a reader can be configured for; beyond it lie cycles. */
export const DEEPEST = 1001;

/** What bounds a message that is no group: its length before it, or nothing. */
const LENGTH = 0;
export const ALONE = -1;

/** What the magnitudes of signed integers are below. */
const INT32 = 0x8000_0000;
const INT64 = 2 ** 63;

/** Takes large byte strings, which are left out of the buffer: `encodePieces` does. */
export interface Aside {
  /** The length of the shortest that it takes. */
  readonly least: number;
  /** Takes `bytes`, which belong at `pos` behind their length. */
  take(bytes: Uint8Array, pos: number): void;
  /** What is behind `from` gets its length before it. @returns that length: what was written, and what it took. */
  joins(from: number, written: number): number;
}

/** A growable buffer for messages. Methods throw TypeError and RangeError for what their type can't hold. */
export class MessageWriter extends Writer {
  /** Messages that are open. */
  depth = 0;
  /** A field and no subclass: code that meets two kinds of writers writes pieces 1.35x as slowly. */
  aside: Aside | undefined = undefined;

  /** A field's tag. */
  tag(no: number, wire: number): void {
    this.varint(((no << 3) | wire) >>> 0);
  }

  /** Leaves room for a length. @returns what `join` takes. */
  fork(): number {
    this.byte(0);
    return this.pos;
  }

  /** Writes the length of what was written since `from`, which `fork` answered. */
  join(from: number): void {
    const written = this.pos - from;
    const length = this.aside?.joins(from, written) ?? written;
    const extra = varintLength(length) - 1;
    if (extra > 0) {
      this.ensure(extra);
      this.bytes.copyWithin(from + extra, from, this.pos);
    }
    this.pos = from - 1;
    this.varint(length);
    this.pos += written;
  }

  /** What was written from `start` to `end`, as a view, in half the time of `subarray`: a DataView's `buffer` is no call into the runtime. */
  part(start: number, end: number): Uint8Array {
    return new Uint8Array(this.view().buffer, start, end - start); // the buffer is this writer's own, from its beginning on
  }

  /** A message behind its length, with `group` up to that end-group tag, or alone. A tag before it was written. */
  message<T extends object>(type: MessageType<T>, message: Init<T>, group: number = LENGTH): void {
    if (typeof message !== 'object' || message === null)
      throw new TypeError(`must be an object: ${type.name}`);
    if (++this.depth > DEEPEST) throw new RangeError(`deeper than ${DEEPEST}, or in a circle`);
    const mark = group === LENGTH ? this.fork() : 0;
    type.write(this, message);
    if (group === LENGTH) this.join(mark);
    else if (group > 0) this.tag(group, END_GROUP);
    this.depth--;
  }

  int32(value: number): void {
    whole(value, INT32);
    if (value < 0) this.int64(value);
    else this.varint(value);
  }
  uint32(value: number): void {
    whole(value, 2 * INT32, 0);
    this.varint(value);
  }
  sint32(value: number): void {
    whole(value, INT32);
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }
  bool(value: boolean): void {
    demand(value, 'boolean');
    this.byte(value ? 1 : 0);
  }
  int64(value: number | bigint): void {
    whole(value, INT64);
    this.varint(value < 0 ? BigInt.asUintN(64, BigInt(value)) : value);
  }
  uint64(value: number | bigint): void {
    whole(value, 2 * INT64, 0);
    this.varint(value);
  }
  sint64(value: number | bigint): void {
    whole(value, INT64);
    // Twice a number within 2^52 is still exact.
    if (typeof value === 'number' && Math.abs(value) < 0x10_0000_0000_0000)
      this.varint(value < 0 ? -2 * value - 1 : 2 * value);
    else this.varint(BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n)));
  }
  fixed32(value: number): void {
    whole(value, 2 * INT32, 0);
    this.word(value);
  }
  sfixed32(value: number): void {
    whole(value, INT32);
    this.word(value);
  }
  fixed64(value: number | bigint): void {
    whole(value, 2 * INT64, 0);
    this.word64(value);
  }
  sfixed64(value: number | bigint): void {
    whole(value, INT64);
    this.word64(value);
  }
  float(value: number): void {
    demand(value, 'number');
    this.float32(value);
  }
  double(value: number): void {
    demand(value, 'number');
    this.float64(value);
  }
  /** UTF-8 behind its length. @throws TypeError for a lone surrogate. */
  string(text: string): void {
    const length = utf8Length(text);
    this.varint(length);
    this.ensure(length);
    writeUtf8(text, length, this.bytes, this.pos);
    this.pos += length;
  }
  /** Bytes behind their length. */
  delimited(bytes: Uint8Array): void {
    demandBytes(bytes);
    this.varint(bytes.length);
    if (this.aside === undefined || bytes.length < this.aside.least) this.raw(bytes);
    else this.aside.take(bytes, this.pos);
  }
  private word(value: number): void {
    this.ensure(4);
    this.view().setUint32(this.pos, value, true);
    this.pos += 4;
  }
  private word64(value: number | bigint): void {
    this.ensure(8);
    this.view().setBigUint64(this.pos, BigInt(value), true);
    this.pos += 8;
  }
}

/** Throws unless `value` is an integer from `least` on and below `most`; a bigint too where 64 bits are due. */
function whole(value: number | bigint, most: number, least: number = -most): void {
  const wide = most > 0x1_0000_0000;
  const big = wide && typeof value === 'bigint';
  if (!big) demand(value, 'number');
  if (value >= least && value < most && (big || Number.isSafeInteger(value))) return;
  const kind = wide ? 'number or bigint' : 'number';
  throw new RangeError(`must be a whole ${kind} from ${BigInt(least)} to ${BigInt(most) - 1n}, not ${value}`);
}

function demand(value: unknown, type: string): void {
  if (typeof value !== type) throw new TypeError(`must be a ${type}, not ${typeof value}`);
}
