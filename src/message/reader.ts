/**
 * Reads protobuf's wire format: a method per scalar type, named as the type is. Bounds are checked before use, nothing is
 * allocated by a declared length, nesting has one budget that skipping shares.
 */
import { Cursor, uint64 } from '../wire/cursor.ts';
import { fault, type ErrorCode, type ProtocolError } from '../wire/errors.ts';
import { DEFAULT_LIMITS, demandBytes, resolveLimits, type Limits } from '../wire/limits.ts';
import { looseUtf8 } from '../wire/platform.ts';

import { readUtf8 } from '../wire/text.ts';
import { NO_BYTES } from './absent.ts';
import type { Deferred } from './deferred.ts';
import type { MessageType } from './types.ts';
import { keepUnknown, type WithUnknown } from './unknown.ts';
import { DELIMITED, END_GROUP, FIXED32, FIXED64, START_GROUP, VARINT } from './wire-types.ts';
import { MessageWriter } from './writer.ts';

/** How messages are read. */
export interface ReadOptions {
  /**
   * `maxDepth`: deepest nesting of messages and groups, unknown groups included. `maxElements`: most messages, map entries and
   * runs of unknown fields, since each costs an object. [MESSAGE-11]
   */
  readonly limits?: Partial<Limits>;
  /** Copy the input once, so that bytes and unknown fields are not views of the caller's. Default false. */
  readonly copy?: boolean;
}

/** A cursor over the fields of a message. Every method throws ProtocolError; what is a view says so. */
export class MessageReader extends Cursor {
  /** Offset of the tag of the field that is being read. */
  start = 0;
  /** The varint that was read last, in halves, each unsigned. */
  low = 0;
  high = 0;
  /** Messages and groups that are open. */
  depth = 0;
  /** Checks for what only the whole input can tell: required fields of messages that come in parts. */
  pending: (() => void)[] | undefined = undefined;
  /** Texts that generated code has put off. */
  deferred: Deferred | undefined = undefined;
  private limits: Limits = DEFAULT_LIMITS;
  private total = 0;
  private elements = 0;

  /** @throws TypeError when `bytes` is no Uint8Array, RangeError when a limit is out of range. */
  constructor(bytes: Uint8Array, options?: ReadOptions) {
    super(NO_BYTES);
    this.reset(bytes, options);
  }

  /** Begins with other bytes, as the constructor does; whoever reads by a reader of its own may use it again. */
  reset(bytes: Uint8Array, options?: ReadOptions): void {
    demandBytes(bytes);
    this.limits = resolveLimits(options?.limits);
    this.bytes = options?.copy === true ? new Uint8Array(bytes) : bytes;
    this.total = this.end = bytes.length;
    this.pos = this.start = this.depth = this.elements = 0;
    this.deferred = undefined;
  }

  /** The input ends inside an item, or, with bytes left beyond it, the message around the item does. [MESSAGE-4] */
  override truncated(): ProtocolError {
    return this.end < this.total
      ? fault('FIELD_OVERRUN', 'MESSAGE-4', this.start, 'goes on past what holds it')
      : super.truncated();
  }

  /**
   * A field's tag: `number << 3 | wire type`. Both are valid, but the wire type need not be the field's.
   * @throws ProtocolError FIELD_TAG for field number 0 or beyond 2^29 - 1, and for the wire types 6 and 7. [MESSAGE-2]
   */
  tag(): number {
    this.start = this.pos;
    this.bits64();
    const tag = this.low;
    if (this.high > 0 || tag < 8 || (tag & 7) > FIXED32)
      throw fault('FIELD_TAG', 'MESSAGE-2', this.start, `field ${tag >>> 3}, wire type ${tag & 7}`);
    return tag;
  }

  /** Skips the value behind `tag`, groups whole; iterative. @throws ProtocolError as the readers of its wire type. [MESSAGE-8] */
  skip(tag: number): void {
    const open: number[] = [];
    const { start } = this;
    for (;;) {
      const wire = tag & 7;
      if (wire === VARINT) this.bits64();
      else if (wire === DELIMITED) this.pos = this.size() + this.pos;
      else if (wire === START_GROUP) {
        open.push(tag >>> 3);
        this.enter(open.length);
      } else if (wire === END_GROUP) this.endGroup(tag, open.pop());
      else {
        const width = wire === FIXED64 ? 8 : 4;
        this.need(width);
        this.pos += width;
      }
      if (open.length === 0) break;
      tag = this.tag();
    }
    this.start = start;
  }

  /** Judges an end-group tag against the group that is open. [MESSAGE-7] */
  endGroup(tag: number, group = 0): void {
    if (tag >>> 3 === group) return;
    throw fault('GROUP_END', 'MESSAGE-7', this.start, `ends group ${tag >>> 3}, ${group || 'none'} is open`);
  }

  /** Whether fields are left, of a message or of an open group, which its end-group tag ends. */
  more(group = 0): boolean {
    return this.pos < this.end || group > 0; // a group whose end-group tag is missing ends in `tag`
  }

  /**
   * A message behind its length, or with `group` up to that end-group tag, merged into `into`.
   * @throws ProtocolError as `decode`.
   */
  message<T extends object>(type: MessageType<T>, into: T, group = 0): T {
    this.enter(1);
    const { end, start, deferred } = this;
    this.deferred = undefined; // whether the message is new is not known here
    if (group === 0) this.end = this.size() + this.pos;
    this.depth++;
    type.merge(this, into, group);
    this.depth--;
    this.end = end;
    this.start = start;
    this.deferred = deferred;
    return into;
  }

  /** An empty message, which may lack what it requires: the value of a map's entry that has none. */
  nothing<T extends object>(type: MessageType<T>): T {
    const { end } = this;
    const message = type.create();
    this.end = this.pos;
    type.merge(this, message);
    this.end = end;
    return message;
  }

  /** Calls `read` until the end of what follows, behind its length. [MESSAGE-6] */
  packed(read: () => void): void {
    const { end } = this;
    this.end = this.size() + this.pos;
    while (this.pos < this.end) read();
    this.end = end;
  }

  /** Keeps what was read from `start` on as an unknown field of `message`; with `no`, behind a tag of its own. [MESSAGE-9] */
  keep(message: WithUnknown, start: number, no = 0, wire = 0): void {
    let bytes = this.bytes.subarray(start, this.pos);
    if (no > 0) {
      const writer = new MessageWriter(16);
      writer.tag(no, wire);
      writer.raw(bytes);
      bytes = writer.take();
    }
    if (keepUnknown(message, bytes)) this.enter(0);
  }

  /** Requires that `message` has the field `key` once the whole input was read. [MESSAGE-10] */
  expect(message: object, key: string, type: string): void {
    const { pos } = this;
    (this.pending ??= []).push(() => {
      if ((message as Record<string, unknown>)[key] === undefined)
        throw fault('FIELD_REQUIRED', 'MESSAGE-10', pos, `${type} lacks its field ${key}`);
    });
  }

  /** Charges an object, `deeper` levels down. [MESSAGE-11] */
  enter(deeper: number): void {
    this.within('LIMIT_DEPTH', this.depth + deeper, this.limits.maxDepth);
    this.within('LIMIT_ELEMENTS', ++this.elements, this.limits.maxElements);
  }

  private within(code: ErrorCode, count: number, most: number): void {
    if (count > most) throw fault(code, 'MESSAGE-11', this.start, `more than ${most}`);
  }

  /** The length before a value, which is there: at most the bytes that are left. [MESSAGE-4] */
  size(): number {
    this.bits64();
    this.need(this.high > 0 ? Infinity : this.low);
    return this.low;
  }

  /**
   * A varint of 64 bits into `low` and `high`. Longer spellings than the shortest are protobuf's own; bits beyond the 64th are
   * dropped. @throws ProtocolError TRUNCATED, VARINT_RANGE beyond ten bytes. [MESSAGE-3]
   */
  bits64(): void {
    const { bytes, pos, end } = this;
    if (pos < end && bytes[pos]! < 0x80) {
      this.low = bytes[this.pos++]!;
      this.high = 0;
      return;
    }
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const b = this.byte();
      const bits = b & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift > 27) high |= shift > 28 ? bits << (shift - 32) : bits >> 4;
      if (b > 0x7f) continue;
      this.low = low >>> 0;
      this.high = high >>> 0;
      return;
    }
    throw fault('VARINT_RANGE', 'MESSAGE-3', pos, 'over ten bytes');
  }

  int32(): number {
    this.bits64();
    return this.low | 0;
  }
  uint32(): number {
    this.bits64();
    return this.low;
  }
  sint32(): number {
    this.bits64();
    return (this.low >>> 1) ^ -(this.low & 1);
  }
  bool(): boolean {
    this.bits64();
    return (this.low | this.high) !== 0;
  }
  int64(): number | bigint {
    this.bits64();
    return signed(this.low, this.high);
  }
  uint64(): number | bigint {
    this.bits64();
    return uint64(this.low, this.high);
  }
  sint64(): number | bigint {
    this.bits64();
    const sign = -(this.low & 1);
    const low = ((this.low >>> 1) | (this.high << 31)) ^ sign;
    return signed(low >>> 0, ((this.high >>> 1) ^ sign) >>> 0);
  }
  fixed32(): number {
    return this.fixed(4) as number;
  }
  sfixed32(): number {
    return this.fixed32() | 0;
  }
  fixed64(): number | bigint {
    return this.fixed(8);
  }
  sfixed64(): number | bigint {
    const low = this.fixed32();
    return signed(low, this.fixed32());
  }
  float(): number {
    return this.float32();
  }
  double(): number {
    return this.float64();
  }
  /** Strict UTF-8. @throws ProtocolError TEXT_UTF8 [WIRE-7] */
  string(): string {
    return this.text(readUtf8);
  }
  /** UTF-8 that nobody verified: what is ill-formed becomes U+FFFD. */
  looseString(): string {
    return this.text(looseUtf8);
  }
  /** A `bytes` field, or anything else behind a length: a view of the input. */
  delimited(): Uint8Array {
    return this.view(this.size(), false);
  }

  private text(read: (bytes: Uint8Array, start: number, end: number) => string): string {
    const end = this.size() + this.pos;
    const text = read(this.bytes, this.pos, end);
    this.pos = end;
    return text;
  }
}

/** A signed 64-bit number from its unsigned halves: `number` when safe, `bigint` otherwise. */
function signed(low: number, high: number): number | bigint {
  const near = (high | 0) * 0x1_0000_0000 + low;
  return Number.isSafeInteger(near) ? near : BigInt.asIntN(64, BigInt(uint64(low, high)));
}
