/** Values as RESP3, and commands, into one growable buffer. */
import { isPlain } from '../value/tags.ts';
import * as Tag from '../value/tag.ts';
import { Decimal, Entries, Float, Tagged, type Encodable } from '../value/types.ts';
import { named, through } from '../wire/errors.ts';
import { utf8Length, writeUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import { seventeenDigits, shortest } from './numbers.ts';
import { RespTag, STATUSES } from './tags.ts';
import { RespType } from './types.ts';

const MOST = 2n ** 63n;
const DEEPEST = 1000;

/** Writes replies and commands; `take` answers the bytes so far. */
export class RespWriter extends Writer {
  /**
   * One reply. What came from RESP goes back in the spelling that its tags say; of Petrel's other values, decimals become doubles.
   * @throws TypeError, RangeError for what RESP can't say: messages, unknown tags, an error's detail, a tag's content that
   *   is not its row's; the message names the path. Nothing of the reply is written then.
   */
  reply(value: Encodable): void {
    const { pos } = this;
    try {
      this.value(value, 0);
    } catch (error) {
      this.pos = pos;
      throw named(error);
    }
  }

  /** A command: its name and arguments as an array of bulk strings. */
  command(parts: readonly (string | Uint8Array)[]): void {
    this.head(RespType.Array, parts.length);
    for (const part of parts) this.bulk(RespType.BulkString, part);
  }

  /** An inline command: the line as it came, up to the line feed, which is added. */
  inline(line: string | Uint8Array): void {
    this.text(line);
    this.byte(0x0a);
  }

  private value(value: Encodable, level: number): void {
    if (level > DEEPEST) throw new RangeError(`nested deeper than ${DEEPEST} levels, or in a circle`);
    if (value === null) this.line(RespType.Null, '');
    else if (typeof value === 'boolean') this.line(RespType.Boolean, value ? 't' : 'f');
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'bigint') this.integer(value);
    else if (typeof value === 'string' || value instanceof Uint8Array) this.bulk(RespType.BulkString, value);
    else if (value instanceof Float) this.line(RespType.Double, shortest(value.value));
    else if (value instanceof Decimal) this.line(RespType.Double, `${value.coefficient}e${value.exponent}`);
    else if (value instanceof Tagged) this.tagged(value, level);
    else this.aggregate(value, level, false);
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.line(RespType.Integer, String(value));
    else this.line(RespType.Double, shortest(value));
  }

  private integer(value: bigint): void {
    this.line(value < MOST && value >= -MOST ? RespType.Integer : RespType.BigNumber, String(value));
  }

  private tagged({ tag, value }: Tagged, level: number): void {
    switch (tag) {
      case Tag.ERROR:
        return this.error(value);
      case Tag.VERBATIM:
        return this.verbatim(value);
      case Tag.ATTRIBUTE:
      case RespTag.PairsAttribute:
        return this.attribute(value, tag, level);
      case Tag.SET:
        return this.list(RespType.Set, value, level);
      case Tag.PUSH:
        return this.list(RespType.Push, value, level);
      case RespTag.Status:
        return this.status(value);
      case RespTag.Null:
        if (value !== 0 && value !== 1) throw wrong('0 or 1');
        return this.line(value === 0 ? RespType.BulkString : RespType.Array, '-1');
      case RespTag.Big:
        if (!isInteger(value)) throw wrong('an integer');
        return this.line(RespType.BigNumber, String(value));
      case RespTag.Double:
        return this.double(value);
      case RespTag.Pairs:
        return this.pairs(RespType.Map, value, level);
      case RespTag.Streamed:
        return this.aggregate(value, level, true);
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
    if (typeof float !== 'number' && typeof float !== 'string') throw wrong('a float or a spelling');
    this.line(RespType.Double, typeof float === 'number' ? seventeenDigits(float) : float);
  }

  private attribute(value: Encodable, tag: number, level: number): void {
    if (!Array.isArray(value) || value.length !== 2) throw wrong('an attribute and a value');
    const [map, described] = value as [Encodable, Encodable];
    if (tag === RespTag.PairsAttribute) this.pairs(RespType.Attribute, map, level);
    else this.entries(RespType.Attribute, map, level, false);
    this.value(described, level + 1);
  }

  /** Keys and values in turn. */
  private pairs(type: number, value: Encodable, level: number, streamed = false): void {
    if (!Array.isArray(value) || value.length % 2 > 0) throw wrong('keys and values in turn');
    this.elements(type, value as readonly Encodable[], value.length / 2, level, streamed);
  }

  private chunks(value: Encodable): void {
    if (!Array.isArray(value) || !value.every((chunk) => isText(chunk) && size(chunk) > 0))
      throw wrong('texts or bytes that are not empty');
    this.line(RespType.BulkString, '?');
    for (const chunk of value as readonly (string | Uint8Array)[]) this.bulk(RespType.Chunk, chunk);
    this.line(RespType.Chunk, '0');
  }

  private aggregate(value: Encodable, level: number, streamed: boolean): void {
    if (Array.isArray(value)) this.list(RespType.Array, value, level, streamed);
    else if (value instanceof Set) this.list(RespType.Set, [...value], level, streamed);
    else if (value instanceof Tagged && value.tag === Tag.SET)
      this.list(RespType.Set, value.value, level, streamed);
    else if (value instanceof Tagged && value.tag === RespTag.Pairs)
      this.pairs(RespType.Map, value.value, level, streamed);
    else this.entries(RespType.Map, value, level, streamed);
  }

  private list(type: number, value: Encodable, level: number, streamed = false): void {
    if (!Array.isArray(value)) throw wrong('an array');
    this.elements(type, value as readonly Encodable[], value.length, level, streamed);
  }

  private entries(type: number, value: Encodable, level: number, streamed: boolean): void {
    const pairs = pairsOf(value);
    if (pairs === undefined) throw new TypeError(`RESP has nothing for a ${nameOf(value)}`);
    this.elements(type, pairs, pairs.length / 2, level, streamed);
  }

  private elements(
    type: number,
    items: readonly Encodable[],
    count: number,
    level: number,
    streamed: boolean,
  ): void {
    if (streamed) this.line(type, '?');
    else this.head(type, count);
    for (let i = 0; i < items.length; i++) {
      try {
        this.value(items[i]!, level + 1);
      } catch (error) {
        throw through(error, i);
      }
    }
    if (streamed) this.line(RespType.End, '');
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
  return typeof value === 'bigint' || Number.isSafeInteger(value);
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
