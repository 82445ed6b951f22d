/**
 * Replies as values: tokens from the scanner, put together on a stack of its own, so that neither nesting nor chunking
 * costs more than the bytes. What the value alone does not tell of RESP's spelling is said by a tag. [RESP-10]
 */
import { duplicate } from '../value/keys.ts';
import * as Tag from '../value/tag.ts';
import { Entries, Tagged, type Value } from '../value/types.ts';
import type { ErrorCode, PathStep, ProtocolError } from '../wire/errors.ts';
import { floatOf, readBig, readDouble, readInteger, seventeenDigits, shortest } from './numbers.ts';
import { RespScanner, type RespOptions } from './scanner.ts';
import { RespTag, STATUSES } from './tags.ts';
import { textOf } from './text.ts';
import { RespType, STREAMED } from './types.ts';
import { isKey } from './values.ts';

/** An aggregate that is being read. */
interface Open {
  readonly type: number;
  readonly streamed: boolean;
  /** How many values are to come; of what is streamed, unknown. */
  left: number;
  readonly items: Value[];
  /** An attribute's map, once it is whole and its value is due. */
  attribute: Value | undefined;
}

/** Reads replies from chunks of any size. A reader that failed stays failed. */
export class RespReader {
  private readonly scanner: RespScanner;
  private readonly stack: Open[] = [];
  private elements = 0;

  constructor(options?: RespOptions) {
    this.scanner = new RespScanner(options);
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.scanner.position;
  }

  /** The replies that a chunk completes. Read them all before the next chunk comes. @throws ProtocolError */
  *replies(chunk: Uint8Array): Generator<Value, void, void> {
    this.scanner.feed(chunk);
    for (let value = this.next(); value !== undefined; value = this.next()) yield value;
  }

  /** Takes the next chunk: it is the reader's from now on. @throws TypeError, ProtocolError as `RespScanner.feed`. */
  feed(chunk: Uint8Array): void {
    this.scanner.feed(chunk);
  }

  /**
   * The next reply that is whole, undefined when the chunk holds no further one. Bytes are copies.
   * @throws ProtocolError as `RespScanner.next`; RESP_VALUE [RESP-4], RESP_NESTING [RESP-5], LIMIT_DEPTH, LIMIT_ELEMENTS,
   *   LIMIT_NUMBER.
   */
  next(): Value | undefined {
    while (this.scanner.next()) {
      let value = this.token();
      // A value may be the last of its aggregate, and that of the one around it.
      while (value !== undefined) {
        const open = this.stack.at(-1);
        if (open === undefined) {
          this.elements = 0;
          return value;
        }
        value = this.add(open, value);
      }
    }
    return undefined;
  }

  /** Says that no more bytes come. @throws ProtocolError TRUNCATED inside a reply. [WIRE-9] */
  finish(): void {
    this.scanner.finish();
    if (this.stack.length > 0)
      throw this.scanner.fail('TRUNCATED', 'WIRE-9', this.position, 'inside a reply');
  }

  /** A value, or undefined where the token opens an aggregate that is not whole yet. */
  private token(): Value | undefined {
    const { scanner } = this;
    const { type } = scanner;
    const open = this.stack.at(-1);
    const inString = open?.type === RespType.BulkString;
    if (inString !== (type === RespType.Chunk)) throw this.nesting();
    if (type === RespType.End) return this.end(open);
    const { limits } = scanner;
    if (++this.elements > limits.maxElements)
      throw scanner.fail('LIMIT_ELEMENTS', 'LIMIT-3', scanner.offset, `more than ${limits.maxElements}`);
    switch (type) {
      case RespType.BulkString:
        return scanner.count === STREAMED
          ? this.open(0)
          : scanner.count < 0
            ? new Tagged(RespTag.Null, 0)
            : this.text();
      case RespType.Chunk:
        return scanner.count === 0 ? this.close(this.stack.pop()!) : this.text();
      case RespType.Array:
        return scanner.count === -1 ? new Tagged(RespTag.Null, 1) : this.open(scanner.count);
      case RespType.Set:
      case RespType.Push:
        return this.open(scanner.count);
      case RespType.Map:
      case RespType.Attribute:
        return this.open(2 * scanner.count);
      case RespType.SimpleString:
        return this.status();
      case RespType.SimpleError:
        return new Tagged(Tag.ERROR, this.text());
      case RespType.BulkError:
        return new Tagged(Tag.ERROR, [this.text(), null]);
      case RespType.Integer:
        return this.judged(readInteger(this.ascii()), 'no 64-bit integer');
      case RespType.BigNumber:
        return this.big();
      case RespType.Double:
        return this.double();
      case RespType.Boolean:
        return this.judged({ t: true, f: false }[this.ascii()], 'neither t nor f');
      case RespType.Verbatim:
        return this.verbatim();
      default:
        if (scanner.end > scanner.start) throw this.fault('RESP_VALUE', 'RESP-4', 'a null has no text');
        return null;
    }
  }

  /** Opens an aggregate of `left` values; a negative number says that it is streamed. */
  private open(left: number): Value | undefined {
    const { scanner, stack } = this;
    const { maxDepth, maxElements } = scanner.limits;
    if (stack.length >= maxDepth)
      throw scanner.fail('LIMIT_DEPTH', 'LIMIT-2', scanner.offset, `deeper than ${maxDepth}`);
    // Judged by the count, before anything is kept for it.
    if (left > maxElements - this.elements)
      throw scanner.fail('LIMIT_ELEMENTS', 'LIMIT-3', scanner.offset, `more than ${maxElements}`);
    const streamed = scanner.count === STREAMED;
    const open: Open = { type: scanner.type, streamed, left, items: [], attribute: undefined };
    stack.push(open);
    return left === 0 && !streamed ? this.full(open) : undefined;
  }

  /** Adds a value to the innermost aggregate. @returns the aggregate, when that makes it whole. */
  private add(open: Open, value: Value): Value | undefined {
    if (open.attribute !== undefined) {
      this.stack.pop();
      const { attribute } = open;
      return attribute instanceof Tagged
        ? new Tagged(RespTag.PairsAttribute, [attribute.value, value])
        : new Tagged(Tag.ATTRIBUTE, [attribute, value]);
    }
    open.items.push(value);
    return --open.left === 0 && !open.streamed ? this.full(open) : undefined;
  }

  /** All values of an aggregate are there. An attribute stays open for the value that it describes. */
  private full(open: Open): Value | undefined {
    if (open.type === RespType.Attribute) {
      open.attribute = mapOf(open.items);
      return undefined;
    }
    this.stack.pop();
    return this.close(open);
  }

  /** The end of a streamed aggregate. */
  private end(open: Open | undefined): Value {
    const isMap = open?.type === RespType.Map;
    if (open?.streamed !== true || (isMap && open.items.length % 2 > 0)) throw this.nesting();
    if (this.scanner.end > this.scanner.start) throw this.fault('RESP_VALUE', 'RESP-4', 'an end has no text');
    this.stack.pop();
    return new Tagged(RespTag.Streamed, this.close(open));
  }

  private close({ type, items }: Open): Value {
    switch (type) {
      case RespType.BulkString:
        return new Tagged(RespTag.Chunks, items);
      case RespType.Map:
        return mapOf(items);
      case RespType.Set:
        return new Tagged(Tag.SET, items);
      case RespType.Push:
        return new Tagged(Tag.PUSH, items);
      default:
        return items;
    }
  }

  private status(): Value {
    const text = this.text();
    const index = STATUSES.indexOf(text as string);
    return new Tagged(RespTag.Status, index < 0 ? text : index);
  }

  private big(): Value {
    const { scanner } = this;
    const text = this.ascii();
    if (text.length > 10_000 && /\d{10001}/.test(text))
      throw scanner.fail('LIMIT_NUMBER', 'LIMIT-5', scanner.offset, 'more than 10000 digits');
    const value = this.judged(readBig(text), 'no integer');
    if (BigInt.asIntN(64, value) !== value) return value;
    const near = Number(value);
    return new Tagged(RespTag.Big, Number.isSafeInteger(near) ? near : value);
  }

  private double(): Value {
    const text = this.ascii();
    const value = this.judged(readDouble(text), 'no double');
    if (text === shortest(value)) return floatOf(value);
    return new Tagged(RespTag.Double, text === seventeenDigits(value) ? floatOf(value) : text);
  }

  private verbatim(): Value {
    const { scanner } = this;
    const { bytes, start, end } = scanner;
    if (end - start < 4 || bytes[start + 3] !== 0x3a)
      throw this.fault('RESP_VALUE', 'RESP-4', 'a verbatim string begins with three characters and a colon');
    return new Tagged(Tag.VERBATIM, [textOf(bytes, start, start + 3), textOf(bytes, start + 4, end)]);
  }

  private text(): string | Uint8Array {
    const { bytes, start, end } = this.scanner;
    return textOf(bytes, start, end);
  }

  /** The token's text where it is a number's or a boolean's: one character a byte. */
  private ascii(): string {
    const { bytes, start, end } = this.scanner;
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }

  private judged<T>(value: T | undefined, detail: string): T {
    if (value === undefined) throw this.fault('RESP_VALUE', 'RESP-4', detail);
    return value;
  }

  private fault(code: ErrorCode, rule: string, detail: string): ProtocolError {
    return this.located(this.scanner.fail(code, rule, this.scanner.textOffset, detail));
  }

  private nesting(): ProtocolError {
    const { scanner } = this;
    return this.located(
      scanner.fail('RESP_NESTING', 'RESP-5', scanner.offset, `a ${quoteType(scanner.type)} is out of place`),
    );
  }

  private located(error: ProtocolError): ProtocolError {
    const path: PathStep[] = this.stack.map(({ items }) => items.length);
    return error.moved(0, path);
  }
}

/** A map's keys and values in turn: a map, or `Pairs` where the keys are such that no map holds them. */
function mapOf(items: readonly Value[]): Value {
  const keys = items.filter((_, i) => i % 2 === 0);
  const fits = keys.every(isKey) && duplicate(keys, false) < 0;
  return fits
    ? new Entries(
        keys,
        items.filter((_, i) => i % 2 > 0),
      )
    : new Tagged(RespTag.Pairs, items);
}

function quoteType(type: number): string {
  return JSON.stringify(String.fromCharCode(type));
}
