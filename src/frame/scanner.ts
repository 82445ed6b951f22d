/** Whole frames as lists of offsets, many at once: what `FrameDecoder` and `SliceReader` step through, without an object for any. */
import { doubled } from '../wire/doubled.ts';
import { EMPTY } from '../wire/gather.ts';
import { bulk, looseLatin1, looseUtf16 } from '../wire/platform.ts';
import { readUtf8 } from '../wire/text.ts';
import { isAscii } from '../wire/utf8.ts';
import type { Limits } from '../wire/limits.ts';
import * as Head from '../value/heads.ts';
import type { DecodeOptions } from '../value/reader.ts';
import { Tagged, type Value } from '../value/types.ts';
import { FrameDecoder, type FrameDecoderOptions } from './decoder.ts';
import { FrameLists, VERBS } from './lists.ts';
import { SliceKind, SliceReader } from './slices.ts';
import type { Uint64 } from './types.ts';

/** Bytes of a window of texts; where more bytes lie between values, it is mostly made of what is no text. */
const WINDOW = 1024;
const SPARSE = 48;

/** What views are made of: its buffer and offset asked for once, a view takes two thirds of the time. */
interface Base {
  of: Uint8Array;
  buffer: ArrayBufferLike;
  offset: number;
}

/**
 * Finds frames in chunks of any size, and what those of the kinds COMMAND, PUSH, REPLY and PART say, with every check of the
 * specification. A frame that lies in one chunk is told by offsets into it, as it was fed (a Buffer stays one); one that
 * straddles chunks is copied first.
 *
 * @example
 * const scanner = new FrameScanner();
 * socket.on('data', (chunk) => {
 *   scanner.feed(chunk);
 *   while (scanner.next()) {
 *     const { bytes, count, firsts, starts, ends } = scanner;
 *     for (let frame = 0, i = 0; frame < count; frame++)
 *       for (const stop = firsts[frame + 1]; i < stop; i++) take(scanner.verb(frame), bytes, starts[i], ends[i]);
 *   }
 * });
 */
export class FrameScanner extends FrameLists {
  private readonly decoder: FrameDecoder;
  private readonly options: DecodeOptions;
  private reader: SliceReader;
  /** The longest payload that is found by the loop: it can be over no limit. */
  private most: number;
  /** The only frame, where it was read value by value, and what was read of each of the kind `VALUE`. */
  private stepped: SliceReader | undefined;
  private values: (Value | undefined)[] = [];
  /** One text of a stretch of the frames, a character a byte: of `bytes[from, to)`. */
  private window = '';
  private from = 0;
  private to = 0;
  /**
   * What views were made of last, and before: in chunks of 1,460 bytes these are the chunk and what straddles chunks, in turns.
   * With one alone such views take 1.03 of the time.
   */
  private base: Base = { of: EMPTY, buffer: EMPTY.buffer, offset: 0 };
  private before: Base = { of: EMPTY, buffer: EMPTY.buffer, offset: 0 };

  constructor(options: FrameDecoderOptions & DecodeOptions = {}) {
    super();
    this.options = options;
    this.decoder = new FrameDecoder(options);
    this.reader = new SliceReader(options);
    this.most = this.mostBytes();
  }

  /** Other limits from the next head on: after authentication, say. */
  setLimits(limits: Partial<Limits>): void {
    this.decoder.setLimits(limits);
    this.reader = new SliceReader({ ...this.options, limits: this.decoder.limits });
    this.most = this.mostBytes();
  }

  private mostBytes(): number {
    return Math.min(this.reader.small, this.decoder.limits.maxPayload);
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.decoder.position;
  }

  /** Takes the next chunk. @throws TypeError, ProtocolError as `FrameDecoder.feed`. */
  feed(chunk: Uint8Array): void {
    this.stopped = false;
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
    if (decoder.pos === decoder.size) return false;
    if (!this.stopped && this.enter()) {
      const { pos } = decoder;
      const end = this.lists(decoder.bytes, pos, decoder.near, decoder.size);
      decoder.pos = end;
      // At once: a step of its own takes a twentieth of what a chunk of 1,460 bytes does.
      if (this.cutEnd > decoder.size) this.hold();
      if (end > pos) return true;
    }
    if (!decoder.next()) return false;
    this.closely(decoder.first);
    return true;
  }

  /** Gives the decoder what there is of a frame whose head was read, and that the chunk ends inside. */
  private hold(): void {
    const { decoder, cutEnd } = this;
    const { head, held, bytes, pos, size } = decoder;
    head.kind = bytes[pos]! >> 4;
    head.size = this.cutSize;
    decoder.begin = decoder.origin + pos;
    decoder.whole = cutEnd - pos;
    decoder.missing = cutEnd - size;
    decoder.pos = size;
    held.add(bytes, pos, size, decoder.whole);
  }

  /**
   * Whether a frame begins here that may be of those that are found many at once. The chunk is read as it was fed: made plain, one
   * of 1,460 bytes takes a tenth more time for all that is in it.
   */
  private enter(): boolean {
    const { decoder } = this;
    const { pos, size } = decoder;
    if (decoder.near === 0 && pos + 2 < size && !decoder.copy && decoder.pending === 0) {
      decoder.bytes = decoder.chunk;
      decoder.origin = decoder.fed - size;
      decoder.near = size - 2;
    }
    return pos < decoder.near;
  }

  /** A frame that the decoder found: in a way of its own, or in the short way where it straddled chunks or is at the end of one. */
  private closely(first: number): void {
    const { decoder } = this;
    const end = this.stopped ? first : this.lists(decoder.bytes, first, first + 1, decoder.end);
    this.stopped = false;
    if (end === first) this.single();
  }

  private lists(bytes: Uint8Array, pos: number, near: number, size: number): number {
    this.renew();
    return this.scan(bytes, pos, near, size, this.most);
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
    if (this.base.of !== this.bytes) this.rebase();
    const { base } = this;
    return new Uint8Array(base.buffer, base.offset + start, this.ends[i]! - start);
  }

  /** Views are of other bytes from now on. */
  private rebase(): void {
    const { base, before, bytes } = this;
    this.base = before;
    this.before = base;
    if (before.of === bytes) return;
    before.of = bytes;
    before.buffer = bytes.buffer;
    before.offset = bytes.byteOffset;
  }

  /** Value `i`, where its kind is `TEXT` or `TEXT_UTF16`; otherwise undefined. A text may keep a kilobyte of its frames in memory. */
  text(i: number): string | undefined {
    const { bytes } = this;
    const type = this.types[i];
    const start = this.starts[i]!;
    const end = this.ends[i]!;
    if (type === SliceKind.TEXT) {
      const isPlain = this.stepped === undefined ? this.ascii[i] === 1 : isAscii(bytes, start, end);
      const inWindow = isPlain && ((start >= this.from && end <= this.to) || this.slide(start, end));
      if (!inWindow) return readUtf8(bytes, start, end);
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

  /** Any frame: the one that the decoder found. */
  private single(): void {
    const { decoder, reader } = this;
    this.renew();
    this.count = 0;
    this.bytes = decoder.bytes;
    this.frames[0] = decoder.first;
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
      if (i === this.types.length) this.double();
      this.types[i] = reader.kind;
      this.starts[i] = reader.start;
      this.ends[i] = reader.end;
      values.push(reader.value);
    }
    return values.length;
  }

  /** Makes room for twice as many values. */
  private double(): void {
    this.types = doubled(this.types);
    this.starts = doubled(this.starts);
    this.ends = doubled(this.ends);
  }

  /** What was read value by value, and what was made of the bytes, is not of the frames that come. */
  private renew(): void {
    this.to = 0; // the same bytes may hold something else by now
    if (this.stepped === undefined && this.values.length === 0) return;
    this.stepped = undefined;
    this.values = [];
    this.shrink();
  }
}
