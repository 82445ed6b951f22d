/** Whole frames as lists of offsets, many at once: what `FrameDecoder` and `SliceReader` step through, without an object for any. */
import { EMPTY } from '../wire/gather.ts';
import { bulk, looseLatin1, looseUtf16 } from '../wire/platform.ts';
import { readUtf8 } from '../wire/text.ts';
import { isAscii, wellFormedTo } from '../wire/utf8.ts';
import type { Limits } from '../wire/limits.ts';
import * as Head from '../value/heads.ts';
import type { DecodeOptions } from '../value/reader.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Value } from '../value/types.ts';
import { FrameDecoder, type FrameDecoderOptions } from './decoder.ts';
import { FrameKind } from './kinds.ts';
import { SliceKind, SliceReader } from './slices.ts';
import type { Uint64 } from './types.ts';
import { verbName } from './verbs.ts';

/** Most frames and values that are found at once: their lists stay in a processor's nearest cache. */
const FRAMES = 128;
const VALUES = 512;

/** Bytes of a window of texts; where more bytes lie between values, it is mostly made of what is no text. */
const WINDOW = 1024;
const SPARSE = 48;

/** The first tag that is not registered with what it may hold. [VALUE-17] */
const FREE_TAG = Tag.PUSH + 1;

/** Names of the verbs that are numbers; undefined where a number is free. */
const VERBS: readonly (string | undefined)[] = /* @__PURE__ */ Array.from({ length: Head.UINTS }, (_, i) =>
  verbName(i),
);

/**
 * Finds frames in chunks of any size, and what those of the kinds COMMAND, PUSH, REPLY and PART say, with every check of the
 * specification. A frame that lies in one chunk is told by offsets into it; one that straddles chunks is copied first.
 *
 * @example
 * const scanner = new FrameScanner();
 * socket.on('data', (chunk) => {
 *   scanner.feed(chunk);
 *   while (scanner.next()) {
 *     const { bytes, count, firsts, starts, ends } = scanner;
 *     for (let frame = 0; frame < count; frame++)
 *       for (let i = firsts[frame]; i < firsts[frame + 1]; i++) take(scanner.verb(frame), bytes, starts[i], ends[i]);
 *   }
 * });
 */
export class FrameScanner {
  /** How many frames were found, from 1 to 128: what is beyond in the lists is old. */
  count = 0;
  /** What the offsets are of. */
  bytes: Uint8Array = EMPTY;
  /** Where each frame begins: frame `i` is `bytes[frames[i], frames[i + 1])`, its payload begins at `payload(i)`. */
  readonly frames: Uint32Array = new Uint32Array(FRAMES + 1);
  /** The first value of each frame: those of frame `i` are `firsts[i]` up to `firsts[i + 1] - 1` of the lists of values. */
  readonly firsts: Uint32Array = new Uint32Array(FRAMES + 1);
  /** What each value is, one of `SliceKind`, and where its content begins and ends in `bytes`. */
  types: Uint8Array = new Uint8Array(VALUES);
  starts: Uint32Array = new Uint32Array(VALUES);
  ends: Uint32Array = new Uint32Array(VALUES);

  /** The id and the verb of each frame, `id << 8 | verb`: what can be had from few bytes later is not kept, a sixth of the time. */
  private readonly heads: Uint32Array = new Uint32Array(FRAMES);
  private readonly decoder: FrameDecoder;
  private readonly options: DecodeOptions;
  private reader: SliceReader;
  /** The only frame, where it was read value by value, and what was read of each of the kind `VALUE`. */
  private stepped: SliceReader | undefined;
  private values: (Value | undefined)[] = [];
  /** One text of a stretch of the frames, a character a byte: of `bytes[from, to)`. */
  private window = '';
  private from = 0;
  private to = 0;
  /** The bytes that views were made of last, and what they are of: asked for once, a view takes two thirds of the time. */
  private viewed: Uint8Array = EMPTY;
  private buffer: ArrayBufferLike = EMPTY.buffer;
  private base = 0;

  constructor(options: FrameDecoderOptions & DecodeOptions = {}) {
    this.options = options;
    this.decoder = new FrameDecoder(options);
    this.reader = new SliceReader(options);
  }

  /** Other limits from the next head on: after authentication, say. */
  setLimits(limits: Partial<Limits>): void {
    this.decoder.setLimits(limits);
    this.reader = new SliceReader({ ...this.options, limits: this.decoder.limits });
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.decoder.position;
  }

  /** Takes the next chunk. @throws TypeError, ProtocolError as `FrameDecoder.feed`. */
  feed(chunk: Uint8Array): void {
    this.decoder.feed(chunk);
  }

  /**
   * Steps to the next frames, which all are whole.
   * @returns false when the chunk holds no further one.
   * @throws ProtocolError as `FrameDecoder.next` for what is no frame; as `parseFrame` for a payload, after all that came
   *   before it was found: the stream stays sound, and the next frames can be found.
   */
  next(): boolean {
    const { decoder } = this;
    const { pos, near, size } = decoder;
    if (pos < near) {
      const end = this.scan(decoder.bytes, pos, near, size);
      decoder.pos = end;
      if (end > pos) return true;
    }
    if (!decoder.next()) return false;
    this.scanFrom(decoder.first);
    return true;
  }

  /** Goes on from a frame that the decoder found: in its chunk, or no further than itself where it straddled. */
  private scanFrom(first: number): void {
    const { decoder } = this;
    const { bytes, near, size } = decoder;
    const inChunk = near > 0;
    const end = this.scan(bytes, first, Math.max(near, first + 1), inChunk ? size : decoder.end);
    if (end === first) this.single();
    else if (inChunk) decoder.pos = end;
  }

  /** Says that no more bytes come. @throws ProtocolError TRUNCATED when the stream ended inside a frame. [WIRE-9] */
  finish(): void {
    this.decoder.finish();
  }

  /** Offset in the stream of the first byte of frame `i`. */
  offset(i: number): number {
    return this.decoder.origin + this.frames[i]!;
  }

  /** The kind of frame `i`, 1 to 15. One that is no COMMAND, PUSH, REPLY or PART is found alone, and without values. */
  kind(i: number): number {
    return this.bytes[this.frames[i]!]! >> 4;
  }

  /** Where the payload of frame `i` begins in `bytes`; it ends where the next frame begins. */
  payload(i: number): number {
    const { bytes } = this;
    let at = this.frames[i]!;
    if ((bytes[at++]! & 15) === 15) while (bytes[at++]! > 0x7f);
    return at;
  }

  /** The request id of frame `i`; 0 of a frame that has none. */
  id(i: number): Uint64 {
    return this.stepped === undefined ? this.heads[i]! >> 8 : this.stepped.id;
  }

  /** The name of the verb of frame `i`; '' of a frame that has none. */
  verb(i: number): string {
    return this.stepped === undefined ? (VERBS[this.heads[i]! & 0xff] ?? '') : this.stepped.verb;
  }

  /** Value `i`, where its kind is `VALUE`; otherwise undefined. */
  value(i: number): Value | undefined {
    if (this.stepped !== undefined) return this.values[i];
    if (this.types[i] !== SliceKind.VALUE) return undefined;
    const { bytes } = this;
    const start = this.starts[i]!;
    const head = bytes[start]!;
    return head < Head.UINT_BYTES ? head : new Tagged(bytes[start + 1]!, bytes[start + 2]!);
  }

  /** The content of value `i` as a view of `bytes`; a plain Uint8Array. @throws RangeError unless there is such a value. */
  view(i: number): Uint8Array {
    if (!(i < this.firsts[this.count]!)) throw new RangeError(`value ${i} of ${this.firsts[this.count]}`);
    const start = this.starts[i]!;
    const { bytes } = this;
    if (bytes !== this.viewed) {
      this.viewed = bytes;
      this.buffer = bytes.buffer;
      this.base = bytes.byteOffset;
    }
    return new Uint8Array(this.buffer, this.base + start, this.ends[i]! - start);
  }

  /** Value `i`, where its kind is `TEXT` or `TEXT_UTF16`; otherwise undefined. A text may keep a kilobyte of its frames in memory. */
  text(i: number): string | undefined {
    const { bytes } = this;
    const type = this.types[i];
    const start = this.starts[i]!;
    const end = this.ends[i]!;
    if (type === SliceKind.TEXT) {
      const inWindow = (start >= this.from && end <= this.to) || this.slide(start, end);
      if (!inWindow || !isAscii(bytes, start, end)) return readUtf8(bytes, start, end);
      return this.window.substring(start - this.from, end - this.from);
    }
    return type === SliceKind.TEXT_UTF16 ? looseUtf16(bytes, start, end) : undefined;
  }

  /**
   * Makes a window that begins at `start`: a part of it takes a fifth of what a text of its own does.
   * @returns false where values are too few for that, or too long
   */
  private slide(start: number, end: number): boolean {
    const { frames, count } = this;
    const stop = frames[count]!;
    if (!bulk || end - start > WINDOW || stop - frames[0]! > SPARSE * this.firsts[count]!) return false;
    this.from = start;
    this.to = Math.min(stop, start + WINDOW);
    this.window = looseLatin1(this.bytes, start, this.to);
    return true;
  }

  /**
   * Finds frames from `pos` on as long as each is whole, within the limits, and of short heads, as nearly all are.
   * @returns the index after the last of them.
   */
  private scan(bytes: Uint8Array, pos: number, near: number, size: number): number {
    if (bytes !== this.bytes) this.bytes = bytes;
    if (this.stepped !== undefined) this.forget();
    this.to = 0; // the same bytes may hold something else by now
    const { frames, firsts, heads, types, starts, ends } = this;
    const most = Math.min(this.reader.small, this.decoder.limits.maxPayload);
    let count = 0;
    let value = 0;
    frames[0] = pos;
    frames: while (pos < near && count < FRAMES) {
      const head = bytes[pos]!;
      const kind = head >> 4;
      let at = pos + 1;
      let length = head & 15;
      if (length === 15) {
        const low = bytes[at++]!;
        length += low;
        if (low > 0x7f) {
          const high = bytes[at++]!;
          if (high === 0 || high > 0x7f) break;
          length += (high << 7) - 0x80;
        }
      }
      const end = at + length;
      if (kind === 0 || kind > FrameKind.PUSH || end > size || length > most) break;
      let id = 0;
      if (kind !== FrameKind.PUSH) {
        let byte = bytes[at++]!;
        id = byte & 0x7f;
        if (byte > 0x7f) {
          byte = bytes[at++]!;
          id |= (byte & 0x7f) << 7;
          if (byte > 0x7f) id |= (byte = bytes[at++]!) << 14;
        }
        if (!(byte > 0 && byte < 0x80)) break;
      }
      const isList = kind === FrameKind.COMMAND || kind === FrameKind.PUSH;
      const verb = isList ? bytes[at++]! : 0;
      if (at > end || (isList && VERBS[verb] === undefined)) break;
      const first = value;
      for (; at < end; value++) {
        if (value >= VALUES) break frames;
        const head = bytes[at]!;
        let from = at + 1;
        if (head >= Head.TEXT && head <= Head.BYTES_LONG) {
          const isText = head < Head.BYTES;
          let length = head - (isText ? Head.TEXT : Head.BYTES);
          if (head === Head.TEXT_LONG || head === Head.BYTES_LONG) {
            const low = bytes[from++]!;
            length += low & 0x7f;
            if (low > 0x7f) {
              const high = bytes[from++]!;
              if (high === 0 || high > 0x7f) break frames;
              length += high << 7;
            }
          }
          at = from + length;
          if (!(at <= end)) break frames;
          if (isText && !isAscii(bytes, from, at) && wellFormedTo(bytes, from, at) < at) break frames;
          types[value] = isText ? SliceKind.TEXT : SliceKind.BYTES;
        } else if (head === Head.TEXT_UTF16) {
          const length = bytes[from++]!;
          at = from + length;
          if (!(at <= end) || !isNarrow(bytes, from, length)) break frames;
          types[value] = SliceKind.TEXT_UTF16;
        } else {
          from = at;
          at += head < Head.UINT_BYTES ? 1 : 3;
          if (head >= Head.UINT_BYTES && !(at <= end && isFree(head, bytes[from + 1]!, bytes[from + 2]!)))
            break frames;
          types[value] = SliceKind.VALUE;
        }
        starts[value] = from;
        ends[value] = at;
      }
      if (!isList && value !== first + 1) break;
      heads[count++] = (id << 8) | verb;
      firsts[count] = value;
      frames[count] = pos = end;
    }
    this.count = count;
    return pos;
  }

  /** Any frame: the one that the decoder found. */
  private single(): void {
    const { decoder, reader } = this;
    this.frames[1] = decoder.end;
    this.firsts[1] = this.heads[0] = 0;
    if (reader.open(decoder)) {
      this.firsts[1] = this.step(reader);
      this.stepped = reader;
    }
    this.count = 1;
  }

  /** All values of a frame that was opened. @returns how many */
  private step(reader: SliceReader): number {
    const values: (Value | undefined)[] = (this.values = []);
    while (reader.next()) {
      const i = values.length;
      if (i === this.types.length) this.room(2 * i);
      this.types[i] = reader.kind;
      this.starts[i] = reader.start;
      this.ends[i] = reader.end;
      values.push(reader.value);
    }
    return values.length;
  }

  /** Lists of so many values, with what is in them as far as there is room. */
  private room(values: number): void {
    const { types, starts, ends } = this;
    this.types = new Uint8Array(values);
    this.starts = new Uint32Array(values);
    this.ends = new Uint32Array(values);
    if (values < types.length) return;
    this.types.set(types);
    this.starts.set(starts);
    this.ends.set(ends);
  }

  /** Gives back what was read value by value. */
  private forget(): void {
    this.stepped = undefined;
    this.values = [];
    if (this.types.length > VALUES) this.room(VALUES);
  }
}

/** Whether a value's head and the two bytes after it are a small integer under a tag that may hold anything: `+OK` of RESP is one. */
function isFree(head: number, tag: number, value: number): boolean {
  return head === Head.TAGGED && tag >= FREE_TAG && tag < 0x80 && value < Head.UINT_BYTES;
}

/** Whether so many bytes are UTF-16LE without surrogates, of a length that takes one byte. */
function isNarrow(bytes: Uint8Array, start: number, length: number): boolean {
  if (length > 0x7f || length % 2 > 0) return false;
  const end = start + length;
  for (let i = start + 1; i < end; i += 2) if (bytes[i]! >> 3 === 0x1b) return false;
  return true;
}
