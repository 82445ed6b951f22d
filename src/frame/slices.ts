/**
 * Payloads as slices: what a COMMAND, PUSH, REPLY or PART says without an object, a view or a text, and with every check of
 * the specification. For servers and routers that look at most frames once and keep little of them.
 */
import { fault } from '../wire/errors.ts';
import { looseUtf16 } from '../wire/platform.ts';
import { readUtf8, utf8Length } from '../wire/text.ts';
import { wellFormedTo } from '../wire/utf8.ts';
import * as Head from '../value/heads.ts';
import type { DecodeOptions } from '../value/reader.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Value } from '../value/types.ts';
import type { FrameDecoder } from './decoder.ts';
import { FrameKind, frameName } from './kinds.ts';
import { LAYOUTS } from './layouts.ts';
import { PayloadReader } from './payload.ts';
import type { Uint64 } from './types.ts';
import { verbName } from './verbs.ts';

/** What `bytes[start, end)` is: a text's UTF-8, a byte string, the encoding of any other value, or a text's UTF-16LE. */
export const SliceKind = { TEXT: 1, BYTES: 2, VALUE: 3, TEXT_UTF16: 4 } as const;

/** The first tag that is not registered with what it may hold. [VALUE-17] */
const FREE_TAG = Tag.PUSH + 1;

const EMPTY = /* @__PURE__ */ new Uint8Array(0);

/**
 * Reads payloads one after the other: `open` one, then `next` for each of its values. What is no text and no byte string is
 * read in full, as `parseFrame` does.
 *
 * @example
 * const decoder = new FrameDecoder();
 * const reader = new SliceReader();
 * socket.on('data', (chunk) => {
 *   decoder.feed(chunk);
 *   while (decoder.next()) {
 *     if (!reader.open(decoder)) continue;
 *     while (reader.next()) take(reader.verb, reader.bytes, reader.start, reader.end);
 *   }
 * });
 */
export class SliceReader {
  /** The request id; 0 of a PUSH, which has none. */
  id: Uint64 = 0;
  /** The verb's name; '' of a REPLY or PART. */
  verb = '';
  /** The value that `next` found, one of `SliceKind`; its content is `bytes[start, end)`. */
  kind = 0;
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;

  /** Those of `bytes`: kept, a view is made in two thirds of the time. */
  private buffer: ArrayBufferLike = EMPTY.buffer;
  private byteOffset = 0;
  private readonly payload: PayloadReader;
  /** Longest payload that can be over no limit; below 0 where any may be. */
  readonly small: number;
  private frame = 0;
  private isList = false;
  /** Where the next value begins, and where the payload does and ends. */
  private pos = 0;
  private from = 0;
  private stop = 0;
  /** Where the first value begins, and how many were read. */
  private first = 0;
  private count = 0;
  /** What an offset in the stream is more than one in `bytes`. */
  private shift = 0;
  /** Values are read in full, and counted by the limits; those before this one were read again for it. */
  private counts = false;
  private full = false;
  private read: Value | undefined;

  constructor(options?: DecodeOptions) {
    this.payload = new PayloadReader(options);
    const { maxElements, maxExpanded, maxDepth } = this.payload.limits;
    this.small = maxDepth > 0 ? Math.min(maxElements, maxExpanded) : -1;
  }

  /** The value that `next` found, where `kind` is `VALUE`; otherwise undefined. */
  get value(): Value | undefined {
    const { bytes, start } = this;
    if (this.kind !== SliceKind.VALUE || this.read !== undefined) return this.read;
    const head = bytes[start]!;
    return head < Head.UINT_BYTES ? head : new Tagged(bytes[start + 1]!, bytes[start + 2]!);
  }

  /** The slice that `next` found as a view of its own. */
  view(): Uint8Array {
    return new Uint8Array(this.buffer, this.byteOffset + this.start, this.end - this.start);
  }

  /** The text that `next` found, where `kind` is `TEXT` or `TEXT_UTF16`; otherwise undefined. */
  text(): string | undefined {
    const { kind, bytes, start, end } = this;
    if (kind === SliceKind.TEXT) return readUtf8(bytes, start, end);
    return kind === SliceKind.TEXT_UTF16 ? looseUtf16(bytes, start, end) : undefined;
  }

  /**
   * Begins the payload of the frame that the decoder found: its id and verb.
   * @returns false for a frame of another kind, which `parseFrame` reads.
   * @throws ProtocolError as `parseFrame`; the stream stays sound, the next frame can be read.
   */
  open(decoder: FrameDecoder): boolean {
    const { kind, bytes, start, end } = decoder;
    if (kind > FrameKind.PUSH) return false;
    if (this.full) this.payload.release();
    // Frames of one chunk have the same bytes.
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.buffer = bytes.buffer;
      this.byteOffset = bytes.byteOffset;
    }
    this.shift = decoder.origin;
    this.frame = kind;
    this.isList = kind === FrameKind.COMMAND || kind === FrameKind.PUSH;
    this.from = start;
    this.stop = end;
    this.count = 0;
    this.full = false;
    this.counts = end - start > this.small;
    if (!this.shortHead(start)) this.readHead();
    this.first = this.pos;
    return true;
  }

  /**
   * Steps to the payload's next value.
   * @returns false after the last one.
   * @throws ProtocolError as `parseFrame`.
   */
  next(): boolean {
    const { pos, stop, isList } = this;
    if (isList ? pos >= stop : this.count > 0) return false;
    if (this.counts || pos >= stop || !this.short(pos)) this.readValue(pos);
    this.count++;
    if (!isList && this.pos < stop) throw this.trailing();
    return true;
  }

  /** An id of up to three bytes and a registered verb, as nearly all are; false where it takes a closer look. */
  private shortHead(start: number): boolean {
    const { bytes, frame } = this;
    let pos = start;
    if (pos + 4 > this.stop) return false;
    let id = 0;
    if (frame !== FrameKind.PUSH) {
      let byte = bytes[pos++]!;
      id = byte & 0x7f;
      if (byte > 0x7f) {
        byte = bytes[pos++]!;
        id |= (byte & 0x7f) << 7;
        if (byte > 0x7f) id |= (byte = bytes[pos++]!) << 14;
      }
      if (byte === 0 || byte > 0x7f) return false;
    }
    let verb: string | undefined = '';
    if (this.isList && (verb = verbName(bytes[pos++]!)) === undefined) return false;
    this.id = id;
    this.verb = verb;
    this.pos = pos;
    return true;
  }

  /** Any id and verb. */
  private readHead(): void {
    const { payload, frame } = this;
    const layout =
      LAYOUTS[frame === FrameKind.PUSH ? 'PUSH' : frame === FrameKind.COMMAND ? 'COMMAND' : 'REPLY'];
    payload.reset(this.bytes, this.from, this.stop);
    this.id = 0;
    this.verb = '';
    try {
      for (const field in layout) {
        payload.field = [field];
        if (field === 'id') this.id = layout[field]!.read(payload, {}) as Uint64;
        else if (field === 'verb') this.verb = payload.verb();
      }
    } catch (error) {
      throw this.located(error);
    }
    this.pos = payload.pos;
  }

  /** What nearly all values are, each with a short head; false where it takes a closer look. */
  private short(pos: number): boolean {
    const { bytes, stop } = this;
    const head = bytes[pos]!;
    if (head < Head.UINT_BYTES) return this.found(SliceKind.VALUE, pos, pos + 1);
    if (head >= Head.TEXT && head < Head.ARRAY) return this.shortString(pos, head);
    if (head === Head.TEXT_UTF16) return this.shortUtf16(pos + 1);
    // A small number under a tag that may hold anything: `+OK` of RESP is one.
    if (head !== Head.TAGGED || pos + 3 > stop) return false;
    const tag = bytes[pos + 1]!;
    const isFree = tag >= FREE_TAG && tag < 0x80 && bytes[pos + 2]! < Head.UINT_BYTES;
    return isFree && this.found(SliceKind.VALUE, pos, pos + 3);
  }

  private shortString(pos: number, head: number): boolean {
    const { bytes, stop } = this;
    const isText = head < Head.BYTES;
    let length = head - (isText ? Head.TEXT : Head.BYTES);
    let start = pos + 1;
    if (head === Head.TEXT_LONG || head === Head.BYTES_LONG) {
      if (start + 2 > stop) return false;
      const low = bytes[start++]!;
      length += low & 0x7f;
      if (low > 0x7f) {
        const high = bytes[start++]!;
        if (high === 0 || high > 0x7f) return false;
        length += high << 7;
      }
    }
    const end = start + length;
    if (end > stop || (isText && wellFormedTo(bytes, start, end) < end)) return false;
    return this.found(isText ? SliceKind.TEXT : SliceKind.BYTES, start, end);
  }

  /** A text of up to 127 bytes of UTF-16 without surrogates. */
  private shortUtf16(start: number): boolean {
    const { bytes, stop } = this;
    if (start >= stop) return false;
    const length = bytes[start]!;
    const end = start + 1 + length;
    if (length > 0x7f || length % 2 > 0 || end > stop) return false;
    for (let i = start + 2; i < end; i += 2) if (bytes[i]! >> 3 === 0x1b) return false;
    return this.found(SliceKind.TEXT_UTF16, start + 1, end);
  }

  /** Reads a value in full. Where it is the first such one, those before it are read again, so that limits count them. */
  private readValue(pos: number): void {
    const { payload } = this;
    if (!this.full) {
      payload.reset(this.bytes, this.from, this.stop);
      payload.pos = this.first;
      while (payload.pos < pos) payload.readValue();
      this.full = this.counts = true;
    }
    let value: Value;
    try {
      value = this.isList ? payload.nextValue('args', this.count) : payload.nextValue('value');
    } catch (error) {
      throw this.located(error);
    }
    const head = this.bytes[pos]!;
    const end = payload.pos;
    if (head >= Head.TEXT && head < Head.BYTES)
      this.found(SliceKind.TEXT, end - utf8Length(value as string), end);
    else if (head === Head.TEXT_UTF16)
      this.found(SliceKind.TEXT_UTF16, end - 2 * (value as string).length, end);
    else if (value instanceof Uint8Array) this.found(SliceKind.BYTES, end - value.length, end);
    else this.found(SliceKind.VALUE, pos, end, value);
  }

  private found(kind: number, start: number, end: number, value?: Value): true {
    this.kind = kind;
    this.start = start;
    this.end = this.pos = end;
    this.read = value;
    return true;
  }

  private trailing(): unknown {
    this.payload.field = [];
    const detail = `${this.stop - this.pos} bytes`;
    return this.located(fault('TRAILING_BYTES', 'FRAME-19', this.pos, detail));
  }

  private located(error: unknown): unknown {
    return this.payload.located(error, frameName(this.frame), this.shift);
  }
}

/** Less still: where frames are. */
export { FrameSkimmer } from './skimmer.ts';
