/**
 * Commands and pushes without an object for each: what most arguments are, short ASCII, byte strings and small integers, is written
 * at once. The bytes are those of `FrameWriter.frame`.
 */
import * as Head from '../value/heads.ts';
import type { Encodable } from '../value/types.ts';
import { FrameKind } from './kinds.ts';
import type { Uint64 } from './types.ts';
import { verbName } from './verbs.ts';
import { FrameWriter } from './writer.ts';

/** Looked up by its hash: searched for in a list, a verb would be a third of the time that a small command takes. */
const NUMBERS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Array.from(
    { length: Head.UINTS },
    (_, number) => [verbName(number), number] as const,
  ).filter((row): row is readonly [string, number] => row[0] !== undefined),
);

/** What the longest head of a payload of up to 142 bytes takes: it is mostly right, and saves moving the payload. */
const HEAD = 2;
/** The shortest and the longest payload with such a head. */
const LEAST = 15;
const MOST = 142;

// A name of another module is looked up at each use; one of this module is a constant: 2 % of a small command.
const { TEXT, BYTES, BYTES_LONG } = Head;
const { COMMAND, PUSH } = FrameKind;

/** The longest text whose length is in its head. */
const INLINE_TEXT = Head.TEXT_LONG - Head.TEXT - 1;
/** The longest byte string whose length is in its head, and the longest whose length takes one byte more. */
const INLINE = Head.BYTES_LONG - Head.BYTES;
const SHORT_BYTES = INLINE + 127;
/** What a head, an id and a verb take, and what a short text takes. Looked at in place: called each time, `ensure` takes 6 % of a command. */
const ROOM = 64;
/** Up to here the offsets of a short text can be added as 32-bit integers: unchecked, a command takes 4 % less. */
const FAR = 0x7fff_0000;

/**
 * Writes commands and pushes one after the other into one buffer, and everything else that a `FrameWriter` does.
 *
 * @example
 * const writer = new CommandWriter();
 * writer.command(1, 'SET', ['session:7', bytes]);
 * writer.command(2, 'GET', ['session:8']);
 * socket.write(writer.take());
 * writer.pos = 0;
 */
export class CommandWriter extends FrameWriter {
  /** The verb that was written last, which is often the next: 4 % of a command. */
  private lastVerb = '';
  private lastNumber: number | undefined;

  /**
   * Appends a COMMAND. After an error the buffer stands where it stood before.
   * @param id from 1 to 2^64 - 1
   * @param verb a registered name, or another of 1 to 64 bytes
   * @throws TypeError, RangeError as `FrameWriter.frame`
   */
  command(id: Uint64, verb: string, args: readonly Encodable[]): void {
    if (!this.quick(COMMAND, id, verb, args)) this.frame({ kind: 'COMMAND', id, verb, args });
  }

  /** Appends a PUSH. @throws TypeError, RangeError as `FrameWriter.frame` */
  push(verb: string, args: readonly Encodable[]): void {
    if (!this.quick(PUSH, 0, verb, args)) this.frame({ kind: 'PUSH', verb, args });
  }

  /** Writes a frame with a registered verb and an id of up to 28 bits; false, and nothing is written, for another. */
  private quick(kind: number, id: Uint64, verb: string, args: readonly Encodable[]): boolean {
    const number = verb === this.lastVerb ? this.lastNumber : this.numberOf(verb);
    if (number === undefined || typeof id !== 'number' || id >>> 0 !== id || id > 0xfff_ffff) return false;
    if (id === 0 && kind === COMMAND) return false;
    const start = this.pos;
    if (this.bytes.length - start < ROOM) this.ensure(ROOM);
    const { bytes } = this;
    let pos = start + HEAD;
    if (kind === COMMAND) {
      for (; id > 0x7f; id >>>= 7) bytes[pos++] = id | 0x80;
      bytes[pos++] = id;
    }
    bytes[pos] = number;
    this.pos = pos + 1;
    try {
      for (let i = 0; i < args.length; i++) this.argument(args[i]!);
      this.closeQuick(kind, start);
      return true;
    } catch {
      this.pos = start; // `frame` says what is wrong, and where
      return false;
    }
  }

  /** The number of another verb than the last, undefined where it is none. */
  private numberOf(verb: string): number | undefined {
    this.lastVerb = verb;
    return (this.lastNumber = NUMBERS.get(verb));
  }

  /** A value, which is written here where it is short and has one form. */
  private argument(value: Encodable): void {
    if (typeof value === 'string') {
      if (value.length > INLINE_TEXT || !this.ascii(value)) this.writeValue(value);
    } else if (value instanceof Uint8Array) {
      if (value.length > SHORT_BYTES) this.writeValue(value);
      else this.shortBytes(value);
    } else this.writeValue(value);
  }

  /** ASCII whose length is in its head; false, and nothing is written, for another text. */
  private ascii(text: string): boolean {
    const length = text.length | 0;
    if (this.pos > FAR) return false;
    const pos = this.pos | 0;
    if (this.bytes.length - pos < ROOM) this.ensure(ROOM);
    const { bytes } = this;
    const fours = (length - 3) | 0;
    let at = (pos + 1) | 0;
    let i = 0;
    for (; i < fours; i = (i + 4) | 0) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      if ((a | b | c | d) > 0x7f) return false;
      bytes[at] = a;
      bytes[at + 1] = b;
      bytes[at + 2] = c;
      bytes[at + 3] = d;
      at = (at + 4) | 0;
    }
    for (; i < length; i = (i + 1) | 0) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      bytes[at] = unit;
      at = (at + 1) | 0;
    }
    bytes[pos] = TEXT + length;
    this.pos = at;
    return true;
  }

  /** Bytes whose length takes at most one byte more than their head. */
  private shortBytes(value: Uint8Array): void {
    const { length } = value;
    let { pos } = this;
    if (this.bytes.length - pos < length + 2) this.ensure(length + 2);
    const { bytes } = this;
    if (length < INLINE) bytes[pos++] = BYTES + length;
    else {
      bytes[pos++] = BYTES_LONG;
      bytes[pos++] = length - INLINE;
    }
    bytes.set(value, pos);
    this.pos = pos + length;
  }

  private closeQuick(kind: number, start: number): void {
    const length = this.pos - start - HEAD;
    if (length < LEAST || length > MOST || length > this.maxPayload) return this.close(kind, start, HEAD);
    const { bytes } = this;
    bytes[start] = (kind << 4) | LEAST;
    bytes[start + 1] = length - LEAST;
  }
}

/** Their reading, in as little. */
export { FrameScanner } from './scanner.ts';
