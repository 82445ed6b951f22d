/**
 * The value writer: canonical by default, plain on request. It keeps the same two tables as the reader of its bytes will,
 * so that a text that was written becomes a reference and a map of known keys a record. [CANON-1] to [CANON-3]
 *
 * Misuse by the caller is a TypeError or RangeError that names the path to the offending part.
 */
import { formatPath, type PathStep } from '../wire/errors.ts';
import { utf8Length, writeUtf16, writeUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import { fitsWord, readBignum, withinDigits, writeBignum } from './bignum.ts';
import { prefersUtf16 } from './canonical.ts';
import { duplicateKey, duplicateText, seeded } from './keys.ts';
import * as Head from './heads.ts';
import { DECIMAL_EXPONENT, REFERENCE_BYTES, TABLE_ENTRIES } from './kinds.ts';
import { ShapeIndex } from './shapes.ts';
import { isMap, tagAllows } from './tags.ts';
import * as Tag from './tag.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from './types.ts';

/** How values are written. */
export interface EncodeOptions {
  /** `'canonical'`: with records, references and UTF-16 where they apply. `'plain'`: none of them. */
  readonly form?: 'canonical' | 'plain';
  /** Deepest nesting that is written, 0 to 1,000, default 100: what a receiver with default limits takes. [LIMIT-2] */
  readonly maxDepth?: number;
  /** Leave out fields of objects whose value is undefined, as JSON does, instead of throwing. Default false. */
  readonly omitUndefined?: boolean;
}

const HIGHEST_DEPTH = 1000;
const STEPS = Symbol('steps');

export class ValueWriter extends Writer {
  private readonly canonical: boolean;
  private readonly maxDepth: number;
  private readonly omitUndefined: boolean;
  private readonly texts = new Map<string, number>();
  private readonly shapes = new ShapeIndex();

  constructor(options: EncodeOptions = {}) {
    super();
    this.canonical = options.form !== 'plain';
    this.maxDepth = options.maxDepth ?? 100;
    this.omitUndefined = options.omitUndefined ?? false;
    if (!(this.maxDepth >= 0 && this.maxDepth <= HIGHEST_DEPTH)) {
      throw new RangeError(`maxDepth must be from 0 to ${HIGHEST_DEPTH}, not ${this.maxDepth}`);
    }
  }

  /**
   * Appends one top-level value; its tables are its own. After an error the buffer stands where it stood before.
   * @throws TypeError for what is no value, RangeError for what is out of range, both naming the path.
   */
  writeValue(value: Encodable): void {
    const start = this.pos;
    try {
      this.topValue(value);
    } catch (error) {
      this.pos = start;
      throw named(error);
    }
  }

  /** The same for a part of something larger: the caller names the path and forgets what was written. */
  topValue(value: Encodable): void {
    this.clearTables();
    this.value(value, 1);
  }

  /** A varint. @throws RangeError unless it is a whole number from 0 to 2^64 - 1, a number only when safe. */
  uint64(value: number | bigint): void {
    const whole = typeof value === 'bigint' ? value < 2n ** 64n : Number.isSafeInteger(value);
    if (!whole || value < 0) throw new RangeError(`${value} is no whole number from 0 to 2^64 - 1`);
    this.varint(value);
  }

  /** Begins a top-level value by hand: forgets what the one before defined. */
  clearTables(): void {
    if (this.texts.size > 0) this.texts.clear();
    this.shapes.clear();
  }

  private value(value: Encodable, level: number): void {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return this.number(value);
      case 'bigint':
        return this.bigint(value, level);
      case 'boolean':
        return this.byte(value ? Head.TRUE : Head.FALSE);
      case 'object':
        return value === null ? this.byte(Head.NULL) : this.object(value, level);
      default:
        throw new TypeError(`${value === undefined ? 'undefined' : `a ${typeof value}`} is no value`);
    }
  }

  private object(value: Encodable & object, level: number): void {
    if (Array.isArray(value)) return this.array(value as readonly Encodable[], level);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.fields(value as Fields, level);
    if (value instanceof Uint8Array) return this.byteString(value);
    if (value instanceof Entries) return this.entries(value, level);
    if (value instanceof Float) return this.float(value.value);
    if (value instanceof Tagged) return this.tagged(value, level);
    if (value instanceof Decimal) return this.decimal(value, level);
    if (value instanceof Message) return this.message(value);
    if (value instanceof Opaque) return this.opaque(value);
    if (value instanceof Map) return this.entries(Entries.from(value), level);
    if (value instanceof Set) return this.tagged(new Tagged(Tag.SET, [...(value as Set<Encodable>)]), level);
    // A plain object of another realm: its prototype is that realm's Object.prototype.
    if (Object.getPrototypeOf(prototype) === null) return this.fields(value as Fields, level);
    const { name } = (value as { constructor?: { name?: string } }).constructor ?? {};
    throw new TypeError(`a ${name ?? 'class instance'} is no value; write its parts as a plain object`);
  }

  private number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return this.float(value);
    if (value >= 0) return value < Head.UINT_BYTES ? this.byte(value) : this.fixed(Head.UINT_BYTES, value);
    return value >= -8 ? this.byte(Head.NINT - 1 - value) : this.fixed(Head.NINT_BYTES, -1 - value);
  }

  private bigint(value: bigint, level: number): void {
    const small = Number(value);
    if (Number.isSafeInteger(small)) return this.number(small);
    if (fitsWord(value)) {
      return value >= 0n ? this.fixed(Head.UINT_BYTES, value) : this.fixed(Head.NINT_BYTES, -1n - value);
    }
    this.level(level); // a bignum is tagged
    if (!withinDigits(value))
      throw new RangeError('an integer of more than 10,000 digits is over the limit [LIMIT-5]');
    this.byte(Head.TAGGED);
    this.byte(Tag.BIGNUM);
    this.byteString(writeBignum(value));
  }

  private float(value: number): void {
    this.ensure(9);
    if (Number.isNaN(value)) {
      this.bytes.set([Head.FLOAT32, 0x00, 0x00, 0xc0, 0x7f], this.pos); // [VALUE-14] the one NaN
      this.pos += 5;
    } else if (Math.fround(value) === value) {
      this.bytes[this.pos++] = Head.FLOAT32;
      this.float32(value);
    } else {
      this.bytes[this.pos++] = Head.FLOAT64;
      this.float64(value);
    }
  }

  /** A text as a reference where one is canonical, otherwise as a literal. */
  text(text: string): void {
    const length = utf8Length(text);
    if (this.canonical && length >= REFERENCE_BYTES) {
      const id = seeded(text);
      const index = this.texts.get(id);
      if (index !== undefined) return this.reference(index);
      if (this.texts.size < TABLE_ENTRIES) this.texts.set(id, this.texts.size);
    }
    if (this.canonical && prefersUtf16(text.length, length)) this.literalUtf16(text);
    else this.literalUtf8(text, length);
  }

  private literalUtf8(text: string, length: number): void {
    this.head(Head.TEXT, Head.TEXT_LONG, length);
    this.ensure(length);
    writeUtf8(text, length, this.bytes, this.pos);
    this.pos += length;
  }

  private literalUtf16(text: string): void {
    const length = 2 * text.length;
    this.byte(Head.TEXT_UTF16);
    this.varint(length);
    this.ensure(length);
    writeUtf16(text, this.bytes, this.pos);
    this.pos += length;
  }

  private reference(index: number): void {
    if (index < 32) return this.byte(Head.REF + index);
    this.byte(Head.REF_LONG);
    this.varint(index - 32);
  }

  private byteString(bytes: Uint8Array): void {
    this.head(Head.BYTES, Head.BYTES_LONG, bytes.length);
    this.raw(bytes);
  }

  /** A head whose number is inline below `long - first`, and in a varint beyond. */
  private head(first: number, long: number, number: number): void {
    if (number < long - first) return this.byte(first + number);
    this.byte(long);
    this.varint(number - (long - first));
  }

  private array(values: readonly Encodable[], level: number): void {
    this.level(level);
    this.head(Head.ARRAY, Head.ARRAY_LONG, values.length);
    let i = 0;
    try {
      for (; i < values.length; i++) this.value(values[i]!, level + 1);
    } catch (error) {
      throw inside(error, i);
    }
  }

  private fields(object: Fields, level: number): void {
    let keys = Object.keys(object);
    if (this.omitUndefined) keys = keys.filter((key) => object[key] !== undefined);
    this.level(level);
    this.textKeys(keys);
    let i = 0;
    try {
      for (; i < keys.length; i++) this.value(object[keys[i]!]!, level + 1);
    } catch (error) {
      throw inside(error, keys[i]!);
    }
  }

  /** The head and the keys of a map of texts, or the head of a record that stands for both. */
  private textKeys(keys: readonly string[]): void {
    if (this.canonical && keys.length > 0) {
      const shape = this.shapes.find(keys);
      if (shape >= 0) return this.head(Head.RECORD, Head.RECORD_LONG, shape);
    }
    this.head(Head.MAP, Head.MAP_LONG, keys.length);
    for (const key of keys) this.text(key);
    // [VALUE-10] defined when the last key is written; nothing nested can stand between, keys hold no maps
    if (this.canonical && keys.length > 0) this.shapes.add(keys);
  }

  private entries({ keys, values }: Entries, level: number): void {
    this.level(level);
    const texts = keys.every((key) => typeof key === 'string');
    const again = texts ? duplicateText(keys) : duplicateKey(keys);
    if (again >= 0)
      throw new TypeError(
        `key ${again + 1} of ${keys.length} stands before; the keys of a map differ [VALUE-9]`,
      );
    if (texts) this.textKeys(keys);
    else {
      this.head(Head.MAP, Head.MAP_LONG, keys.length);
      for (const key of keys) this.key(key, level + 1);
    }
    let i = 0;
    try {
      for (; i < values.length; i++) this.value(values[i]!, level + 1);
    } catch (error) {
      const key = keys[i]!;
      throw inside(
        error,
        typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' ? key : i,
      );
    }
  }

  private key(key: Encodable, level: number): void {
    let inner = key;
    while (inner instanceof Tagged) inner = inner.value;
    if (Array.isArray(inner) || inner instanceof Set || isMap(inner)) {
      throw new TypeError('a key holds no array, map or record [VALUE-8]');
    }
    this.value(key, level);
  }

  private tagged({ tag, value }: Tagged, level: number): void {
    this.level(level);
    const whole =
      typeof tag === 'bigint' ? tag >= 0n && tag < 2n ** 64n : Number.isSafeInteger(tag) && tag >= 0;
    if (!whole) throw new RangeError(`a tag is a whole number from 0 to 2^64 - 1, not ${tag}`);
    const number = Number(tag);
    const allowed =
      number === Tag.BIGNUM
        ? value instanceof Uint8Array && withinDigits(readBignum(value) ?? 10n ** 10_000n)
        : tagAllows(number, value);
    if (!allowed) throw new TypeError(`tag ${tag} does not allow this content [VALUE-17]`);
    this.byte(Head.TAGGED);
    this.uint64(tag);
    this.value(value, level + 1);
  }

  private decimal({ coefficient, exponent }: Decimal, level: number): void {
    this.level(level);
    if (!Number.isInteger(exponent) || Math.abs(exponent) > DECIMAL_EXPONENT) {
      throw new RangeError(
        `a decimal's exponent is a whole number within ${DECIMAL_EXPONENT}, not ${exponent}`,
      );
    }
    const whole = typeof coefficient === 'bigint' || Number.isSafeInteger(coefficient);
    if (!whole || BigInt(coefficient) % 10n === 0n) {
      throw new TypeError(
        "a decimal's coefficient is a whole number that does not end in the digit 0 [VALUE-15]",
      );
    }
    this.byte(Head.DECIMAL);
    this.varint(exponent < 0 ? -2 * exponent - 1 : 2 * exponent);
    this.bigint(BigInt(coefficient), level + 1);
  }

  private message({ type, bytes }: Message): void {
    const whole =
      typeof type === 'bigint' ? type >= 0n && type < 2n ** 64n : Number.isSafeInteger(type) && type >= 0;
    if (!whole) throw new RangeError(`a message's type is a whole number from 0 to 2^64 - 1, not ${type}`);
    const start = this.pos;
    this.uint64(type);
    const width = this.pos - start;
    this.pos = start;
    this.byte(Head.MESSAGE);
    this.varint(width + bytes.length);
    this.varint(type);
    this.raw(bytes);
  }

  private opaque({ kind, bytes }: Opaque): void {
    if (kind < Head.RESERVED || kind >= Head.INVALID)
      throw new RangeError(`reserved kinds are 0xfa to 0xfe, not ${kind}`);
    this.byte(kind);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  private level(level: number): void {
    if (level > this.maxDepth) {
      throw new RangeError(`nested deeper than ${this.maxDepth} levels (or in a circle) [LIMIT-2]`);
    }
  }
}

type Fields = { readonly [key: string]: Encodable };
type Traced = Error & { [STEPS]?: PathStep[] };

/** Adds a step to the path of an error on its way up. */
export function inside(error: unknown, step: PathStep): unknown {
  if (error instanceof TypeError || error instanceof RangeError) ((error as Traced)[STEPS] ??= []).push(step);
  return error;
}

/** The error with its path in the message. */
export function named(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const steps = (error as Traced)[STEPS];
  if (steps !== undefined) {
    error.message += ` (at ${formatPath(steps.toReversed().slice(0, 32))})`;
    delete (error as Traced)[STEPS];
  }
  return error;
}
