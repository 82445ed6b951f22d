/**
 * The aggregates that are being read, on a stack of its own, so that neither nesting nor chunking costs more than the
 * bytes; and what the reply comes to.
 */
import { duplicate } from '../value/keys.ts';
import * as Tag from '../value/tag.ts';
import { Entries, Tagged, type Value } from '../value/types.ts';
import type { ProtocolError } from '../wire/errors.ts';
import { AGGREGATES, Budget, type Cost } from './budget.ts';
import type { RespScanner } from './scanner.ts';
import { RespTag } from './tags.ts';
import { RespType, STREAMED } from './types.ts';
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

/** Values, put together as they come. Its faults are the scanner's. */
export class Aggregates {
  private readonly scanner: RespScanner;
  private readonly stack: Open[] = [];
  private readonly budget: Budget;
  /** The innermost. */
  private top: Open | undefined;

  constructor(scanner: RespScanner) {
    this.scanner = scanner;
    this.budget = new Budget(scanner);
    scanner.locate = () => this.stack.map(({ items }) => items.length);
  }

  /** The innermost aggregate's type; 0 where none is open. */
  get type(): number {
    return this.top === undefined ? 0 : this.top.type;
  }

  /** Charges a value that begins: its text and, where no count announced it, its element. */
  account(): void {
    const { scanner, budget, top: open } = this;
    if (open === undefined) budget.begin();
    if (open === undefined || open.streamed) budget.addElements(1, scanner.offset);
    budget.addText(scanner.end - scanner.start);
  }

  /** Charges the tags and arrays that carry a value which opens nothing in RESP. */
  charge({ levels, elements }: Cost): void {
    const { offset } = this.scanner;
    const open = this.top;
    const level = levels + (open?.inner ?? 0);
    this.budget.checkDepth(level, offset);
    this.budget.addElements(elements, offset);
    if (open !== undefined && level > open.deepest) open.deepest = level;
  }

  /** Opens an aggregate. Its level and its count are judged before anything is kept. */
  open(): Value | undefined {
    const { type, count, offset } = this.scanner;
    const { levels, elements, per } = AGGREGATES[type]!;
    const streamed = count === STREAMED;
    const left = per * count;
    const inner = levels + (streamed ? 1 : 0) + (this.top?.inner ?? 0);
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
    this.stack.push((this.top = open));
    return left === 0 ? this.full(open) : undefined;
  }

  /**
   * Adds a value to the innermost aggregate, and that to the one around it where it is the last.
   * @returns the reply, when that makes it whole.
   */
  add(value: Value): Value | undefined {
    let whole: Value | undefined = value;
    while (whole !== undefined && this.top !== undefined) whole = this.put(this.top, whole);
    return whole;
  }

  /** @returns the aggregate, when the value makes it whole. */
  private put(open: Open, value: Value): Value | undefined {
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
  end(): Value {
    const open = this.top;
    const isMap = open?.type === RespType.Map;
    if (open?.streamed !== true || (isMap && open.items.length % 2 > 0)) throw this.nesting();
    const { scanner } = this;
    if (scanner.end > scanner.start)
      throw scanner.fail('RESP_VALUE', 'RESP-4', scanner.textOffset, 'an end has no text');
    return new Tagged(RespTag.Streamed, this.closed());
  }

  /** The innermost aggregate, which is whole. */
  closed(): Value {
    const open = this.top!;
    const value = this.made(open);
    this.pop();
    return value;
  }

  private pop(): void {
    const { deepest } = this.stack.pop()!;
    const around = (this.top = this.stack.at(-1));
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

  /** The fault of a token that is out of place. */
  nesting(): ProtocolError {
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
