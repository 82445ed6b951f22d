/**
 * Replies as values: tokens from the scanner, put together on a stack of its own, so that neither nesting nor chunking
 * costs more than the bytes. What the value alone does not tell of RESP's spelling is said by a tag. [RESP-10]
 */
import { duplicate } from '../value/keys.ts';
import { NUMBER_DIGITS } from '../value/kinds.ts';
import * as Tag from '../value/tag.ts';
import { Entries, Tagged, type Value } from '../value/types.ts';
import type { ProtocolError } from '../wire/errors.ts';
import { AGGREGATES, Budget, TAG, TAGGED_PAIR, type Cost } from './budget.ts';
import {
  floatOf,
  integerOf,
  isUint,
  isWord,
  readBig,
  readDouble,
  readInteger,
  seventeenDigits,
  shortest,
  shortInteger,
} from './numbers.ts';
import { RespScanner, type RespOptions } from './scanner.ts';
import { RespTag, STATUSES } from './tags.ts';
import { textOf } from './text.ts';
import { NULL_LENGTH, RespType, STREAMED } from './types.ts';
import { isKey } from './values.ts';

/** An aggregate that is being read. */
interface Open {
  readonly type: number;
  /** Offset in the stream of its first byte. */
  readonly offset: number;
  readonly streamed: boolean;
  /** How many values are to come; of what is streamed, unknown. */
  left: number;
  readonly items: Value[];
  /** An attribute's map, once it is whole and its value is due. */
  attribute: Value | undefined;
  /** The level of its values, as they will be carried, and the deepest within them. */
  inner: number;
  deepest: number;
}

/** Reads replies from chunks of any size. A reader that failed stays failed. */
export class RespReader {
  private readonly scanner: RespScanner;
  private readonly stack: Open[] = [];
  private readonly budget: Budget;

  constructor(options?: RespOptions) {
    this.scanner = new RespScanner(options);
    this.budget = new Budget(this.scanner);
    this.scanner.locate = () => this.stack.map(({ items }) => items.length);
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
   * @throws ProtocolError as `RespScanner.next`; RESP_VALUE [RESP-4], RESP_NESTING [RESP-5], LIMIT_PAYLOAD, LIMIT_DEPTH,
   *   LIMIT_ELEMENTS, LIMIT_NUMBER [RESP-7].
   */
  next(): Value | undefined {
    const { scanner, stack } = this;
    while (scanner.next()) {
      let value = this.token(stack.at(-1));
      // A value may be the last of its aggregate, and that of the one around it.
      while (value !== undefined) {
        const open = stack.at(-1);
        if (open === undefined) return value;
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
  private token(open: Open | undefined): Value | undefined {
    const { scanner } = this;
    const { type, count } = scanner;
    const inString = open?.type === RespType.BulkString;
    if (inString !== (type === RespType.Chunk)) throw this.nesting();
    if (type === RespType.End) return this.end(open);
    if (type === RespType.Chunk && count === 0) return this.closed();
    this.account(open);
    switch (type) {
      case RespType.BulkString:
        if (count === STREAMED) return this.open();
        return count === NULL_LENGTH ? this.tagged(RespTag.Null, 0) : this.text();
      case RespType.Chunk:
        return this.text();
      case RespType.Array:
        return count === NULL_LENGTH ? this.tagged(RespTag.Null, 1) : this.open();
      case RespType.Map:
      case RespType.Set:
      case RespType.Push:
      case RespType.Attribute:
        return this.open();
      case RespType.SimpleString:
        return this.status();
      case RespType.SimpleError:
        return this.tagged(Tag.ERROR, this.text());
      case RespType.BulkError:
        this.charge(TAGGED_PAIR);
        return new Tagged(Tag.ERROR, [this.text(), null]);
      case RespType.Integer:
        return this.integer();
      case RespType.BigNumber:
        return this.big();
      case RespType.Double:
        return this.double();
      case RespType.Boolean:
        return this.boolean();
      case RespType.Verbatim:
        return this.verbatim();
      default:
        if (scanner.end > scanner.start) throw this.invalid('a null has no text');
        return null;
    }
  }

  /** Charges a value that begins: its text and, where no count announced it, its element. */
  private account(open: Open | undefined): void {
    const { scanner, budget } = this;
    if (open === undefined) budget.begin();
    if (open === undefined || open.streamed) budget.addElements(1, scanner.offset);
    budget.addText(scanner.end - scanner.start);
  }

  /** Charges the tags and arrays that carry a value which opens nothing in RESP. */
  private charge({ levels, elements }: Cost): void {
    const { offset } = this.scanner;
    const open = this.stack.at(-1);
    const level = levels + (open?.inner ?? 0);
    this.budget.checkDepth(level, offset);
    this.budget.addElements(elements, offset);
    if (open !== undefined && level > open.deepest) open.deepest = level;
  }

  /** Opens an aggregate. Its level and its count are judged before anything is kept. */
  private open(): Value | undefined {
    const { type, count, offset } = this.scanner;
    const { levels, elements, per } = AGGREGATES[type]!;
    const streamed = count === STREAMED;
    const left = per * count;
    const inner = levels + (streamed ? 1 : 0) + (this.stack.at(-1)?.inner ?? 0);
    this.budget.checkDepth(inner, offset);
    this.budget.addElements(elements + (streamed ? 1 : left), offset);
    const open: Open = {
      type,
      offset,
      streamed,
      left,
      items: [],
      attribute: undefined,
      inner,
      deepest: inner,
    };
    this.stack.push(open);
    return left === 0 ? this.full(open) : undefined;
  }

  /** Adds a value to the innermost aggregate. @returns the aggregate, when that makes it whole. */
  private add(open: Open, value: Value): Value | undefined {
    const { attribute } = open;
    if (attribute !== undefined) {
      this.pop();
      return attribute instanceof Tagged
        ? new Tagged(RespTag.PairsAttribute, [attribute.value, value])
        : new Tagged(Tag.ATTRIBUTE, [attribute, value]);
    }
    open.items.push(value);
    return --open.left === 0 && !open.streamed ? this.full(open) : undefined;
  }

  /** All values of an aggregate are there. An attribute stays open for the value that it describes. */
  private full(open: Open): Value | undefined {
    if (open.type !== RespType.Attribute) return this.closed();
    // Its pairs need no tag of their own: the attribute's says it.
    open.attribute = mapOf(open.items) ?? new Tagged(RespTag.Pairs, open.items);
    open.inner -= 1; // the value stands beside the map
    return undefined;
  }

  /** The end of a streamed aggregate. */
  private end(open: Open | undefined): Value {
    const isMap = open?.type === RespType.Map;
    if (open?.streamed !== true || (isMap && open.items.length % 2 > 0)) throw this.nesting();
    if (this.scanner.end > this.scanner.start) throw this.invalid('an end has no text');
    return new Tagged(RespTag.Streamed, this.closed());
  }

  /** The innermost aggregate, which is whole. */
  private closed(): Value {
    const open = this.stack.at(-1)!;
    const value = this.made(open);
    this.pop();
    return value;
  }

  private pop(): void {
    const { deepest } = this.stack.pop()!;
    const around = this.stack.at(-1);
    if (around !== undefined && deepest > around.deepest) around.deepest = deepest;
  }

  private made(open: Open): Value {
    const { type, items } = open;
    switch (type) {
      case RespType.BulkString:
        return new Tagged(RespTag.Chunks, items);
      case RespType.Map:
        return this.map(open);
      case RespType.Set:
        return new Tagged(Tag.SET, items);
      case RespType.Push:
        return new Tagged(Tag.PUSH, items);
      default:
        return items;
    }
  }

  /** A map, or `Pairs` where the keys are such that no map holds them: then all is a level deeper. */
  private map(open: Open): Value {
    const { items, offset } = open;
    const map = mapOf(items);
    if (map !== undefined) return map;
    this.budget.checkDepth(++open.deepest, offset);
    this.budget.addElements(1, offset);
    return new Tagged(RespTag.Pairs, items);
  }

  private tagged(tag: number, value: Value): Tagged {
    this.charge(TAG);
    return new Tagged(tag, value);
  }

  private status(): Value {
    const text = this.text();
    const index = STATUSES.indexOf(text as string);
    return this.tagged(RespTag.Status, index < 0 ? text : index);
  }

  private boolean(): Value {
    const text = this.ascii();
    if (text !== 't' && text !== 'f') throw this.invalid('neither t nor f');
    return text === 't';
  }

  private integer(): Value {
    const { bytes, start, end } = this.scanner;
    return shortInteger(bytes, start, end) ?? this.judged(readInteger(this.ascii()), 'no 64-bit integer');
  }

  private big(): Value {
    const { scanner } = this;
    const text = this.ascii();
    if (text.length > NUMBER_DIGITS && /^\d/.test(text))
      throw scanner.fail('LIMIT_NUMBER', 'RESP-7', scanner.offset, `more than ${NUMBER_DIGITS} digits`);
    const value = this.judged(readBig(text), 'no integer');
    if (isWord(value)) return this.tagged(RespTag.Big, integerOf(value));
    if (!isUint(value)) this.charge(TAG); // a bignum has a tag of its own
    return value;
  }

  private double(): Value {
    const text = this.ascii();
    const value = this.judged(readDouble(text), 'no double');
    if (text === shortest(value)) return floatOf(value);
    return this.tagged(RespTag.Double, text === seventeenDigits(value) ? floatOf(value) : text);
  }

  private verbatim(): Value {
    const { bytes, start, end } = this.scanner;
    if (end - start < 4 || bytes[start + 3] !== 0x3a)
      throw this.invalid('a verbatim string begins with three characters and a colon');
    this.charge(TAGGED_PAIR);
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
    if (value === undefined) throw this.invalid(detail);
    return value;
  }

  private invalid(detail: string): ProtocolError {
    return this.scanner.fail('RESP_VALUE', 'RESP-4', this.scanner.textOffset, detail);
  }

  private nesting(): ProtocolError {
    const { scanner } = this;
    const type = JSON.stringify(String.fromCharCode(scanner.type));
    return scanner.fail('RESP_NESTING', 'RESP-5', scanner.offset, `a ${type} is out of place`);
  }
}

/** A map of keys and values in turn; undefined where no map has such keys. */
function mapOf(items: readonly Value[]): Entries | undefined {
  const keys: Value[] = [];
  const values: Value[] = [];
  let texts = true;
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i]!;
    texts &&= typeof key === 'string';
    if (!texts && !isKey(key)) return undefined;
    keys.push(key);
    values.push(items[i + 1]!);
  }
  return duplicate(keys, texts) < 0 ? new Entries(keys, values) : undefined;
}
