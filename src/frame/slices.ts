/**
 * Payloads as slices: what a COMMAND, PUSH, REPLY or PART says without an object, a view or a text, and with every check of
 * the specification. For servers and routers that look at most frames once and keep little of them.
 */
import { fault } from '../wire/errors.ts';
import { utf8Length } from '../wire/text.ts';
import { wellFormedTo } from '../wire/utf8.ts';
import * as Head from '../value/heads.ts';
import type { DecodeOptions } from '../value/reader.ts';
import type { Value } from '../value/types.ts';
import type { FrameDecoder } from './decoder.ts';
import { FrameKind, frameName } from './kinds.ts';
import { LAYOUTS } from './layouts.ts';
import { PayloadReader } from './payload.ts';
import type { Uint64 } from './types.ts';
import { verbName } from './verbs.ts';

/** What `bytes[start, end)` is: a text's UTF-8, a byte string, or the encoding of any other value, which `value` holds. */
export const SliceKind = { TEXT: 1, BYTES: 2, VALUE: 3 } as const;

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
  /** What was read where `kind` is `VALUE`; otherwise undefined. */
  value: Value | undefined;

  private readonly payload: PayloadReader;
  private frame = 0;
  /** Where the next value begins, and where the payload does and ends. */
  private pos = 0;
  private from = 0;
  private stop = 0;
  /** Where the first value begins, and how many were read. */
  private first = 0;
  private count = 0;
  /** What an offset in the stream is more than one in `bytes`. */
  private shift = 0;
  /** From here on values are read in full, and counted by the limits. */
  private full = false;
  /** Whether that is so, or has to be: no payload that is shorter than every limit can be over one. */
  private counts = false;
  /** Longest payload that can't be over a limit. */
  readonly most: number;

  constructor(options?: DecodeOptions) {
    this.payload = new PayloadReader(options);
    const { maxElements, maxExpanded } = this.payload.limits;
    this.most = Math.min(maxElements, maxExpanded);
  }

  /**
   * Begins the payload of the frame that the decoder found: its id and verb.
   * @returns false for a frame of another kind, which `parseFrame` reads.
   * @throws ProtocolError as `parseFrame`; the stream stays sound, the next frame can be read.
   */
  open({ kind, bytes, start, end, position }: FrameDecoder): boolean {
    if (kind > FrameKind.PUSH) return false;
    if (this.full) this.payload.release();
    this.bytes = bytes;
    this.frame = kind;
    this.from = start;
    this.stop = end;
    this.shift = position - end;
    this.count = 0;
    this.full = false;
    this.counts = end - start > this.most;
    this.pos = start;
    if (!this.shortHead()) this.readHead();
    this.first = this.pos;
    return true;
  }

  /**
   * Steps to the payload's next value.
   * @returns false after the last one.
   * @throws ProtocolError as `parseFrame`.
   */
  next(): boolean {
    const { pos, stop } = this;
    const isList = this.frame === FrameKind.COMMAND || this.frame === FrameKind.PUSH;
    if (isList ? pos >= stop : this.count > 0) return false;
    if (this.counts || pos >= stop || !this.short()) this.readValue(pos);
    this.count++;
    if (!isList && this.pos < stop) throw this.trailing();
    return true;
  }

  /** An id of up to three bytes and a registered verb, as nearly all are; false where it takes a closer look. */
  private shortHead(): boolean {
    const { bytes, stop, frame } = this;
    let { pos } = this;
    if (pos + 4 > stop) return false;
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
    if (frame === FrameKind.COMMAND || frame === FrameKind.PUSH) verb = verbName(bytes[pos++]!);
    if (verb === undefined) return false;
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

  /** A text, a byte string or an integer, each with a short head, as nearly all are; false where it takes a closer look. */
  private short(): boolean {
    const { bytes, pos, stop } = this;
    const head = bytes[pos]!;
    if (head < Head.UINT_BYTES) return this.found(SliceKind.VALUE, pos, pos + 1, head);
    if (head < Head.TEXT || head > Head.BYTES_LONG) return false;
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
    if (end > stop || (isText && !isUtf8(bytes, start, end))) return false;
    return this.found(isText ? SliceKind.TEXT : SliceKind.BYTES, start, end, undefined);
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
      const isList = this.frame === FrameKind.COMMAND || this.frame === FrameKind.PUSH;
      value = isList ? payload.nextValue('args', this.count) : payload.nextValue('value');
    } catch (error) {
      throw this.located(error);
    }
    const head = this.bytes[pos]!;
    const end = payload.pos;
    if (head >= Head.TEXT && head < Head.BYTES) {
      this.found(SliceKind.TEXT, end - utf8Length(value as string), end, undefined);
    } else if (value instanceof Uint8Array) this.found(SliceKind.BYTES, end - value.length, end, undefined);
    else this.found(SliceKind.VALUE, pos, end, value);
  }

  private found(kind: number, start: number, end: number, value: Value | undefined): true {
    this.kind = kind;
    this.start = start;
    this.end = this.pos = end;
    this.value = value;
    return true;
  }

  private trailing(): unknown {
    this.payload.field = [];
    const detail = `${this.stop - this.pos} bytes after the last item`;
    return this.located(fault('TRAILING_BYTES', 'FRAME-19', this.pos, detail));
  }

  private located(error: unknown): unknown {
    return this.payload.located(error, frameName(this.frame), this.shift);
  }
}

/** Whether bytes are UTF-8. [WIRE-7] Four bytes of ASCII at a time: a key of 14 takes half the time. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at + 4 <= end && (bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) < 0x80) at += 4;
  while (at < end && bytes[at]! < 0x80) at++;
  return at === end || wellFormedTo(bytes, at, end) === end;
}
