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

/** The longest text whose length is in its head. */
const TEXT = Head.TEXT_LONG - Head.TEXT - 1;
/** The longest byte string whose length takes one byte more. */
const INLINE = Head.BYTES_LONG - Head.BYTES;
const BYTES = INLINE + 127;
/** What a head, an id and a verb take, and what a short text takes. */
const ROOM = 64;

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
  /**
   * Appends a COMMAND. After an error the buffer stands where it stood before.
   * @param id from 1 to 2^64 - 1
   * @param verb a registered name, or another of 1 to 64 bytes
   * @throws TypeError, RangeError as `FrameWriter.frame`
   */
  command(id: Uint64, verb: string, args: readonly Encodable[]): void {
    if (!this.quick(FrameKind.COMMAND, id, verb, args)) this.frame({ kind: 'COMMAND', id, verb, args });
  }

  /** Appends a PUSH. @throws TypeError, RangeError as `FrameWriter.frame` */
  push(verb: string, args: readonly Encodable[]): void {
    if (!this.quick(FrameKind.PUSH, 0, verb, args)) this.frame({ kind: 'PUSH', verb, args });
  }

  /** Writes a frame with a registered verb and an id of up to 28 bits; false, and nothing is written, for another. */
  private quick(kind: number, id: Uint64, verb: string, args: readonly Encodable[]): boolean {
    const number = NUMBERS.get(verb);
    if (number === undefined || typeof id !== 'number' || id >>> 0 !== id || id > 0xfff_ffff) return false;
    if (id === 0 && kind === FrameKind.COMMAND) return false;
    const start = this.pos;
    this.ensure(ROOM);
    const { bytes } = this;
    let pos = start + HEAD;
    if (kind === FrameKind.COMMAND) {
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

  /** A value, which is written here where it is short and has one form. */
  private argument(value: Encodable): void {
    if (typeof value === 'string') {
      if (value.length > TEXT || !this.ascii(value)) this.writeValue(value);
    } else if (value instanceof Uint8Array) {
      if (value.length > BYTES) this.writeValue(value);
      else this.shortBytes(value);
    } else this.writeValue(value);
  }

  /** ASCII whose length is in its head; false, and nothing is written, for another text. */
  private ascii(text: string): boolean {
    const { length } = text;
    this.ensure(ROOM);
    const { bytes, pos } = this;
    const from = pos + 1;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      if ((a | b | c | d) > 0x7f) return false;
      bytes[from + i] = a;
      bytes[from + i + 1] = b;
      bytes[from + i + 2] = c;
      bytes[from + i + 3] = d;
    }
    for (; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      bytes[from + i] = unit;
    }
    bytes[pos] = Head.TEXT + length;
    this.pos = from + length;
    return true;
  }

  /** Bytes whose length takes at most one byte more than their head. */
  private shortBytes(value: Uint8Array): void {
    const { length } = value;
    this.ensure(length + 2);
    const { bytes } = this;
    let { pos } = this;
    if (length < INLINE) bytes[pos++] = Head.BYTES + length;
    else {
      bytes[pos++] = Head.BYTES_LONG;
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
