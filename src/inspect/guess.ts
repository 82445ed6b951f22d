/**
 * What the bytes of a length-delimited field may be, where no schema says: a message, a text, or bytes. Each reading has a
 * score, the bits by which the bytes are likelier under it than by chance; a text has a few more, since short texts often
 * happen to be well-formed messages.
 */
import { looseUtf8 } from '../wire/platform.ts';
import { DELIMITED, END_GROUP, FIXED32, FIXED64, START_GROUP, VARINT } from '../message/wire-types.ts';

/** A reading of some bytes. */
export interface Guess {
  readonly kind: 'message' | 'text' | 'bytes';
  readonly score: number;
  /** Of a message: readings of its length-delimited fields, those of its groups included, in the order of the bytes. */
  readonly inner: readonly Guess[];
}

/** Of a byte that may be a text's: less than half of all bytes are. */
const TEXT_BYTE = 1.5;
const TEXT_BONUS = 4;
/** What messages of few fields and much else must come to, a byte. */
const LEAST_A_BYTE = 0.25;
const HIGHEST_NUMBER = 2 ** 29 - 1;

const BYTES: Guess = { kind: 'bytes', score: 0, inner: [] };

/** What a text does not hold: control characters but tab and line breaks, private use, U+FFFD, noncharacters. */
const NO_TEXT = /[^\P{Cc}\t\n\r]|[\p{Co}\ufffd\ufffe\uffff]/u;

/** Guesses what parts of one input are; every field that it looks at counts against one budget. */
export class Guesser {
  private readonly bytes: Uint8Array;
  private readonly maxDepth: number;
  private left: number;

  constructor(bytes: Uint8Array, maxDepth: number, maxFields: number) {
    this.bytes = bytes;
    this.maxDepth = maxDepth;
    this.left = maxFields;
  }

  /** The best reading of `bytes[start, end)`, a message's at `depth`. Deeper than the limit everything is text or bytes. */
  guess(start: number, end: number, depth: number): Guess {
    if (start === end) return BYTES;
    const text = textScore(this.bytes, start, end);
    const message = depth > this.maxDepth ? undefined : this.message(start, end, depth);
    const isText = text !== undefined && !(message !== undefined && message.score > text + TEXT_BONUS);
    if (isText) return { kind: 'text', score: text, inner: [] };
    return message !== undefined && message.score >= LEAST_A_BYTE * (end - start) ? message : BYTES;
  }

  private message(start: number, end: number, depth: number): Guess | undefined {
    const scan = new Scan(this.bytes, start, end);
    const parts: number[] = [];
    const score = this.fields(scan, depth, parts);
    if (score === undefined) return undefined;
    const inner: Guess[] = [];
    for (let i = 0; i < parts.length; i += 2) inner.push(this.guess(parts[i]!, parts[i + 1]!, depth + 1));
    return { kind: 'message', score: inner.reduce((sum, part) => sum + part.score, score), inner };
  }

  /** The score of a message's fields but for what the length-delimited ones hold, whose bounds are added to `parts`. */
  private fields(scan: Scan, depth: number, parts: number[]): number | undefined {
    const open: number[] = [];
    let score = 0;
    let last = 0;
    while (scan.pos < scan.end) {
      const tag = scan.varint();
      const no = Math.floor(tag / 8);
      if (no < 1 || no > HIGHEST_NUMBER || --this.left < 0) return undefined;
      if (tag % 8 === END_GROUP) {
        if (open.pop() !== no) return undefined;
        continue;
      }
      score += numberScore(no, last);
      last = no;
      if (tag % 8 === START_GROUP && depth + open.push(no) > this.maxDepth) return undefined;
      const more = scan.value(tag % 8, parts);
      if (more === undefined) return undefined;
      score += more;
    }
    return open.length === 0 ? score : undefined;
  }
}

/** Numbers are mostly small, come in order, and one after the other where a field is repeated. */
function numberScore(no: number, last: number): number {
  if (no === last) return no < 16 ? 2 : 8;
  const size = no < 16 ? 3 : no < 2048 ? 0 : -4;
  return size + (no > last ? 1 : -2);
}

/** The score of bytes as a text, undefined where they are none. */
function textScore(bytes: Uint8Array, start: number, end: number): number | undefined {
  const text = looseUtf8(bytes, start, end);
  return NO_TEXT.test(text) ? undefined : TEXT_BYTE * (end - start);
}

/** A cursor that answers instead of throwing: most guesses are wrong ones. */
class Scan {
  pos: number;
  readonly end: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
  }

  /** A varint in its shortest spelling, above 2^53 about; -1 where there is none. */
  varint(): number {
    let value = 0;
    for (let width = 0; width < 10 && this.pos < this.end; width++) {
      const b = this.bytes[this.pos++]!;
      value += (b & 0x7f) * 128 ** width;
      if (b < 0x80) return (b === 0 && width > 0) || (b > 1 && width === 9) ? -1 : value;
    }
    return -1;
  }

  /** The score of the value behind a tag, which is skipped; undefined where there is none. */
  value(wire: number, parts: number[]): number | undefined {
    switch (wire) {
      case VARINT:
        return this.number();
      case DELIMITED:
        return this.delimited(parts);
      case START_GROUP:
        return 0;
      case FIXED64:
        return this.fixed(8);
      case FIXED32:
        return this.fixed(4);
      default:
        return undefined;
    }
  }

  private number(): number | undefined {
    const start = this.pos;
    if (this.varint() < 0) return undefined;
    const width = this.pos - start;
    return width === 1 ? 1 : width === 10 ? 6 : 0; // ten bytes: a negative number
  }

  private fixed(width: number): number | undefined {
    this.pos += width;
    return this.pos <= this.end ? 0 : undefined;
  }

  /** A length is the less likely to fit the less bytes there are, and the least to fit them all. */
  private delimited(parts: number[]): number | undefined {
    const length = this.varint();
    const most = this.end - this.pos;
    if (length < 0 || length > most) return undefined;
    parts.push(this.pos, this.pos + length);
    this.pos += length;
    return length === most ? 6 : Math.max(1, 8 - Math.log2(most + 1));
  }
}
