/** Values as RESP3, and commands, into one growable buffer. */
import { isPlain } from '../value/tags.ts';
import * as Tag from '../value/tag.ts';
import { Decimal, Entries, Float, Tagged, type Encodable } from '../value/types.ts';
import { named, through } from '../wire/errors.ts';
import { utf8Length, writeUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import { isWord, readDouble, seventeenDigits, shortest } from './numbers.ts';
import { RespTag, STATUSES } from './tags.ts';
import { RespType } from './types.ts';

const DEEPEST = 1000;
const LF = 0x0a;

/** An aggregate that is being written: its values, and how many were begun. */
interface Open {
  readonly items: readonly Encodable[];
  begun: number;
  readonly streamed: boolean;
}

/** Writes replies and commands; `take` answers the bytes so far. */
export class RespWriter extends Writer {
  /** What is open, innermost last: nesting takes no stack of the engine's. */
  private open: Open[] = [];

  /**
   * One reply. What came from RESP goes back in the spelling that its tags say; of Petrel's other values, decimals become doubles.
   * @throws TypeError, RangeError for what RESP can't say: messages, unknown tags, an error's detail, a tag's content that
   *   is not its row's; the message names the path. Nothing of the reply is written then.
   */
  reply(value: Encodable): void {
    const { pos, open } = this;
    try {
      this.value(value);
      for (let top = open.at(-1); top !== undefined; top = open.at(-1)) this.step(top);
    } catch (error) {
      this.pos = pos;
      this.open = [];
      throw named(open.reduceRight((found, { begun }) => through(found, begun - 1), error));
    }
  }

  /**
   * A command: its name and arguments as an array of bulk strings.
   * @throws TypeError for a part that is neither bytes nor a well-formed text; nothing is written then.
   */
  command(parts: readonly (string | Uint8Array)[]): void {
    const { pos } = this;
    try {
      this.head(RespType.Array, parts.length);
      for (const part of parts) this.bulk(RespType.BulkString, part);
    } catch (error) {
      this.pos = pos;
      throw error;
    }
  }

  /**
   * An inline command: the line as it came, up to the line feed, which is added.
   * @throws TypeError for a line that would be read as something else: one with a line feed in it, or that begins with `*`.
   */
  inline(line: string | Uint8Array): void {
    const { pos } = this;
    this.text(line);
    const written = this.peek().subarray(pos);
    if (written.includes(LF) || written[0] === RespType.Array) {
      this.pos = pos;
      throw new TypeError('an inline command is one line, and begins with no *');
    }
    this.byte(LF);
  }

  /** Begins the next value of the innermost aggregate, or ends that. */
  private step(top: Open): void {
    if (top.begun < top.items.length) return this.value(top.items[top.begun++]!);
    if (top.streamed) this.line(RespType.End, '');
    this.open.pop();
  }

  private value(value: Encodable): void {
    if (value === null) this.line(RespType.Null, '');
    else if (typeof value === 'boolean') this.line(RespType.Boolean, value ? 't' : 'f');
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'bigint') this.integer(value);
    else if (isText(value)) this.bulk(RespType.BulkString, value);
    else if (value instanceof Float) this.line(RespType.Double, shortest(value.value));
    else if (value instanceof Decimal) this.line(RespType.Double, `${value.coefficient}e${value.exponent}`);
    else if (value instanceof Tagged) this.tagged(value);
    else this.aggregate(value, false);
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.line(RespType.Integer, String(value));
    else this.line(RespType.Double, shortest(value));
  }

  private integer(value: bigint): void {
    this.line(isWord(value) ? RespType.Integer : RespType.BigNumber, String(value));
  }

  private tagged({ tag, value }: Tagged): void {
    switch (tag) {
      case Tag.ERROR:
        return this.error(value);
      case Tag.VERBATIM:
        return this.verbatim(value);
      case Tag.ATTRIBUTE:
      case RespTag.PairsAttribute:
        return this.attribute(value, tag);
      case Tag.SET:
        return this.list(RespType.Set, value);
      case Tag.PUSH:
        return this.list(RespType.Push, value);
      case RespTag.Status:
        return this.status(value);
      case RespTag.Null:
        if (value !== 0 && value !== 1) throw wrong('0 or 1');
        return this.line(value === 0 ? RespType.BulkString : RespType.Array, '-1');
      case RespTag.Big:
        if (!isInteger(value)) throw wrong('an integer that 64 bits hold');
        return this.line(RespType.BigNumber, String(value));
      case RespTag.Double:
        return this.double(value);
      case RespTag.Pairs:
        return this.pairs(RespType.Map, value);
      case RespTag.Streamed:
        return this.aggregate(value, true);
      case RespTag.Chunks:
        return this.chunks(value);
      default:
        throw new TypeError(`RESP has nothing for the tag ${tag}`);
    }
  }

  private status(value: Encodable): void {
    const text = typeof value === 'number' ? STATUSES[value] : value;
    if (!isText(text)) throw wrong('a text, bytes, or the index of a common text');
    this.line(RespType.SimpleString, text);
  }

  /** A simple error, or a bulk error where the row says so or the text has a line's end. */
  private error(value: Encodable): void {
    if (isText(value)) {
      if (isLine(value)) this.line(RespType.SimpleError, value);
      else this.bulk(RespType.BulkError, value);
      return;
    }
    if (!Array.isArray(value) || !isText(value[0]) || value[1] !== null)
      throw new TypeError("RESP has nothing for an error's detail");
    this.bulk(RespType.BulkError, value[0]);
  }

  private verbatim(value: Encodable): void {
    if (!Array.isArray(value) || !isText(value[0]) || !isText(value[1])) throw wrong('a format and a text');
    const [format, text] = value as [string | Uint8Array, string | Uint8Array];
    if (size(format) !== 3) throw wrong('a format of three bytes and a text');
    this.head(RespType.Verbatim, 4 + size(text));
    this.text(format);
    this.byte(0x3a);
    this.text(text);
    this.newline();
  }

  private double(value: Encodable): void {
    const float = value instanceof Float ? value.value : value;
    if (typeof float === 'number') return this.line(RespType.Double, seventeenDigits(float));
    if (typeof float !== 'string' || readDouble(float) === undefined) throw wrong('a float or its spelling');
    this.line(RespType.Double, float);
  }

  private attribute(value: Encodable, tag: number): void {
    if (!Array.isArray(value) || value.length !== 2) throw wrong('an attribute and a value');
    const items = value as readonly Encodable[];
    this.begin({ items, begun: 1, streamed: false });
    if (tag === RespTag.PairsAttribute) this.pairs(RespType.Attribute, items[0]!);
    else this.entries(RespType.Attribute, items[0]!, false);
  }

  /** Keys and values in turn. */
  private pairs(type: number, value: Encodable, streamed = false): void {
    if (!Array.isArray(value) || value.length % 2 > 0) throw wrong('keys and values in turn');
    this.elements(type, value as readonly Encodable[], value.length / 2, streamed);
  }

  private chunks(value: Encodable): void {
    if (!Array.isArray(value) || !value.every((chunk) => isText(chunk) && size(chunk) > 0))
      throw wrong('texts or bytes that are not empty');
    this.line(RespType.BulkString, '?');
    for (const chunk of value as readonly (string | Uint8Array)[]) this.bulk(RespType.Chunk, chunk);
    this.line(RespType.Chunk, '0');
  }

  private aggregate(value: Encodable, streamed: boolean): void {
    if (Array.isArray(value)) this.list(RespType.Array, value, streamed);
    else if (value instanceof Set) this.list(RespType.Set, [...value], streamed);
    else if (value instanceof Tagged && value.tag === Tag.SET) this.list(RespType.Set, value.value, streamed);
    else if (value instanceof Tagged && value.tag === RespTag.Pairs)
      this.pairs(RespType.Map, value.value, streamed);
    else this.entries(RespType.Map, value, streamed);
  }

  private list(type: number, value: Encodable, streamed = false): void {
    if (!Array.isArray(value)) throw wrong('an array');
    this.elements(type, value as readonly Encodable[], value.length, streamed);
  }

  private entries(type: number, value: Encodable, streamed: boolean): void {
    const pairs = pairsOf(value);
    if (pairs === undefined) throw new TypeError(`RESP has nothing for a ${nameOf(value)}`);
    this.elements(type, pairs, pairs.length / 2, streamed);
  }

  private elements(type: number, items: readonly Encodable[], count: number, streamed: boolean): void {
    if (streamed) this.line(type, '?');
    else this.head(type, count);
    this.begin({ items, begun: 0, streamed });
  }

  private begin(open: Open): void {
    if (this.open.length === DEEPEST)
      throw new RangeError(`nested deeper than ${DEEPEST} levels, or in a circle`);
    this.open.push(open);
  }

  /** A line of text that holds no line's end. */
  private line(type: number, text: string | Uint8Array): void {
    if (!isLine(text)) throw new TypeError('a simple string holds no CR and no LF');
    this.byte(type);
    this.text(text);
    this.newline();
  }

  private bulk(type: number, text: string | Uint8Array): void {
    this.head(type, size(text));
    this.text(text);
    this.newline();
  }

  private head(type: number, count: number): void {
    this.byte(type);
    this.text(String(count));
    this.newline();
  }

  private text(text: string | Uint8Array): void {
    if (typeof text !== 'string') {
      this.raw(text);
      return;
    }
    const length = utf8Length(text);
    this.ensure(length);
    writeUtf8(text, length, this.bytes, this.pos);
    this.pos += length;
  }

  private newline(): void {
    this.ensure(2);
    this.bytes[this.pos++] = 0x0d;
    this.bytes[this.pos++] = 0x0a;
  }
}

/** The RESP3 bytes of one reply. @throws as `RespWriter.reply`. */
export function encodeResp(value: Encodable): Uint8Array {
  const writer = new RespWriter();
  writer.reply(value);
  return writer.take();
}

function isText(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function isLine(text: string | Uint8Array): boolean {
  return typeof text === 'string' ? !/[\r\n]/.test(text) : !text.includes(0x0d) && !text.includes(0x0a);
}

function isInteger(value: Encodable): value is number | bigint {
  return typeof value === 'bigint' ? isWord(value) : Number.isSafeInteger(value) && !Object.is(value, -0);
}

function size(text: string | Uint8Array): number {
  return typeof text === 'string' ? utf8Length(text) : text.length;
}

/** A map's keys and values in turn, undefined of what is no map. */
function pairsOf(value: Encodable): Encodable[] | undefined {
  if (value instanceof Entries || value instanceof Map) return [...value].flat(1) as Encodable[];
  return isPlain(value) ? (Object.entries(value as object).flat(1) as Encodable[]) : undefined;
}

function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}

function wrong(expected: string): TypeError {
  return new TypeError(`the tag holds ${expected}`);
}
