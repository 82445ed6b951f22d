/**
 * The value writer: canonical by default, plain on request. It keeps the same two tables as the reader of its bytes will,
 * so that a text that was written becomes a reference and a map of known keys a record. [CANON-1] to [CANON-3]
 *
 * Misuse by the caller is a TypeError or RangeError that names the path to the offending part.
 */
import { named, through } from '../wire/errors.ts';
import { demandWhole, HIGHEST_DEPTH } from '../wire/limits.ts';
import { utf8Length, writeUtf16, writeUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import { endsInZero, fitsWord, readBignum, withinDigits, writeBignum } from './bignum.ts';
import * as Head from './heads.ts';
import { duplicate, stepTo } from './keys.ts';
import {
  DECIMAL_EXPONENT,
  POWERS_OF_TEN,
  PREFIX_CHARACTERS,
  REFERENCE_BYTES,
  SCALED_LIMIT,
} from './kinds.ts';
import {
  hashKeys,
  hashText,
  shapeLookup,
  sharedStart,
  Starts,
  textLookup,
  type Known,
  type Lookup,
} from './lookup.ts';
import { prefersUtf16 } from './spelling.ts';
import * as Tag from './tag.ts';
import { isMap, isPlain, tagAllows } from './tags.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from './types.ts';

/** How values are written. */
export interface EncodeOptions {
  /** `'canonical'`: with records, references and UTF-16 where they apply. `'plain'`: none of them. */
  readonly form?: 'canonical' | 'plain';
  /** Deepest nesting that is written, 0 to 1,000, default 100: what a receiver with default limits takes. [LIMIT-2] */
  readonly maxDepth?: number;
  /** Leave out fields of objects whose value is undefined, as JSON does, instead of throwing. Default false. */
  readonly omitUndefined?: boolean;
  /**
   * Remembers the keys of objects from value to value, and with a `ShapeCompiler` makes code for them; null: nothing does. Default:
   * of `encode` on Node, Deno and Bun a `ShapeMemory` of the process, none otherwise.
   */
  readonly shapes?: ObjectWriter | null;
}

/** What is written as a map of texts. */
export type PlainObject = { readonly [key: string]: Encodable };

/**
 * Writes the plain objects whose keys it knows: a memory of shapes, from `petrel/value/shapes`. What it writes is what the
 * writer itself would.
 */
export interface ObjectWriter {
  /** Another value begins. @returns a number that no other value of any writer has. */
  begin(): number;
  /** Writes the object, or answers false, having written nothing. */
  write(writer: ValueWriter, object: PlainObject, level: number): boolean;
  /** Writes a text, or answers false, having written nothing. */
  writeText(writer: ValueWriter, text: string): boolean;
  /** A writer with these options: the same one again while they are the same object. */
  writerFor(options: EncodeOptions): ValueWriter;
}

const NO_OPTIONS: EncodeOptions = {};

/** Writes values one after the other into one buffer. `encode` is this for one value. */
export class ValueWriter extends Writer {
  /** Whether records, references and UTF-16 are written where they apply. */
  declare canonical: boolean;
  /** What the value defined so far. [VALUE-22] */
  readonly texts: Lookup<string> = textLookup();
  readonly shapes: Lookup<readonly string[]> = shapeLookup();
  private readonly starts = new Starts(this.texts);
  /** Of the value: see `ObjectWriter`. */
  serial = 0;
  /** Whether not every key that a plain object lists is a field to write. */
  picky = false;
  declare private maxDepth: number;
  declare private omitUndefined: boolean;
  declare private objects: ObjectWriter | undefined;
  declare private readonly own: ObjectWriter | undefined;
  /** What it was told last. */
  declare options: EncodeOptions;
  constructor(options: EncodeOptions = NO_OPTIONS) {
    super();
    this.own = options.shapes ?? undefined;
    this.configure(options);
  }

  /** Writes as these say from now on; where `shapes` is not among them, what was given to the constructor remembers. */
  using(options: EncodeOptions = NO_OPTIONS): this {
    if (options !== NO_OPTIONS || this.options !== NO_OPTIONS) this.configure(options);
    return this;
  }

  private configure(options: EncodeOptions): void {
    this.options = options;
    const { form, maxDepth = 100, omitUndefined = false, shapes } = options;
    demandWhole('maxDepth', maxDepth, HIGHEST_DEPTH);
    this.canonical = form !== 'plain';
    this.maxDepth = maxDepth;
    this.omitUndefined = omitUndefined;
    this.objects = shapes === undefined ? this.own : (shapes ?? undefined);
  }

  /**
   * Appends one top-level value; its tables are its own. After an error the buffer stands where it stood before.
   * @throws TypeError for what is no value, RangeError for what is out of range, both naming the path.
   */
  writeValue(value: Encodable): void {
    const start = this.pos;
    if (this.objects !== undefined) this.serial = this.objects.begin();
    this.picky = this.omitUndefined || inherits();
    try {
      this.value(value, 1);
    } catch (error) {
      this.pos = start;
      this.clearTables();
      throw named(error);
    }
    this.clearTables();
  }

  private clearTables(): void {
    this.starts.clear();
    this.texts.clear();
    this.shapes.clear();
  }

  /** A varint. @throws RangeError unless it is a whole number from 0 to 2^64 - 1, a number only when safe. */
  uint64(value: number | bigint): void {
    const whole = typeof value === 'bigint' ? value < 2n ** 64n : Number.isSafeInteger(value);
    if (!whole || value < 0)
      throw new RangeError(`this must be a whole number from 0 to 2^64 - 1, not ${value}`);
    this.varint(value);
  }

  value(value: Encodable | undefined, level: number): void {
    // Not a switch: V8 makes the type's name for one.
    if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'object') {
      if (value === null) this.byte(Head.NULL);
      else this.object(value, level);
    } else if (typeof value === 'boolean') this.byte(value ? Head.TRUE : Head.FALSE);
    else if (typeof value === 'bigint') this.bigint(value, level);
    else throw new TypeError(`${typeof value} is no value`);
  }

  private object(value: Encodable & object, level: number): void {
    if (Array.isArray(value)) return this.array(value as readonly Encodable[], level);
    if (this.objects !== undefined && !this.picky && this.objects.write(this, value as PlainObject, level))
      return;
    const own = Object.getPrototypeOf(value) === Object.prototype;
    if (own || isPlain(value)) return this.fields(value as PlainObject, level, this.picky || !own);
    if (value instanceof Uint8Array) return this.byteString(value);
    if (value instanceof Entries) return this.entries(value, level);
    if (value instanceof Float) return this.float(value.value);
    if (value instanceof Tagged) return this.tagged(value, level);
    if (value instanceof Decimal) return this.decimal(value, level);
    if (value instanceof Message) return this.message(value);
    if (value instanceof Opaque) return this.opaque(value);
    if (value instanceof Map) return this.entries(Entries.from(value), level);
    if (value instanceof Set) return this.tagged(new Tagged(Tag.SET, [...(value as Set<Encodable>)]), level);
    throw new TypeError(`a ${value.constructor.name} is no value, write its parts as a plain object`);
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return this.float(value);
    if (value >= 0) return this.integer(Head.UINT, Head.UINT_BYTES, Head.UINTS, value);
    this.integer(Head.NINT, Head.NINT_BYTES, Head.NINTS, -1 - value);
  }

  /** An integer below `first` in the head, below `first + 256` in a byte that counts from there, otherwise as it is. */
  private integer(head: number, bytes: number, first: number, value: number): void {
    if (value < first) return this.byte(head + value);
    if (value >= first + 256) return this.fixed(bytes, value);
    this.byte(bytes);
    this.byte(value - first);
  }

  private bigint(value: bigint, level: number): void {
    const small = Number(value);
    if (Number.isSafeInteger(small)) return this.number(small);
    if (fitsWord(value))
      return value < 0n ? this.fixed(Head.NINT_BYTES, -1n - value) : this.fixed(Head.UINT_BYTES, value);
    this.tagged(new Tagged(Tag.BIGNUM, withinDigits(value) ? writeBignum(value) : null), level);
  }

  private float(value: number): void {
    if (typeof value !== 'number') throw new TypeError(`a Float of ${typeof value} is no value`);
    if (Number.isNaN(value)) this.fixed(Head.FLOAT32 - 3, 0x7fc0_0000); // [VALUE-14] the one NaN
    else if (this.canonical && this.scaled(value)) return;
    else if (Math.fround(value) === value) {
      this.byte(Head.FLOAT32);
      this.float32(value);
    } else {
      this.byte(Head.FLOAT64);
      this.float64(value);
    }
  }

  /**
   * An integer over a power of ten, where that is shorter. [CANON-6] The highest power that may do comes first: where that one
   * does not, none does, so that most floats of all their digits cost one division.
   */
  private scaled(value: number): boolean {
    const magnitude = Math.abs(value);
    let scale = magnitude < 281 ? 11 : magnitude < 2.8e7 ? 6 : 0;
    while (scale < 15 && magnitude * POWERS_OF_TEN[scale + 1]! < SCALED_LIMIT - 0.5) scale++;
    if (unscaled(magnitude, scale) < 0) return false;
    scale = 0;
    let integer;
    while ((integer = unscaled(magnitude, scale)) < 0) scale++;
    if (integer > 0xffff && Math.fround(value) === value) return false;
    const control = (value < 0 || Object.is(value, -0) ? 0x80 : 0) | (scale << 3);
    this.byte(Head.FLOAT_SCALED);
    if (integer === 0) this.byte(control);
    else this.fixed(control + 1, integer);
    return true;
  }

  /** A text as a reference where one is canonical, otherwise as a literal. */
  text(text: string): void {
    if (this.objects?.writeText(this, text)) return;
    const length = utf8Length(text);
    if (length < REFERENCE_BYTES || !this.isWritten(text, hashText(text))) this.literal(text, length);
  }

  private literal(text: string, length: number): void {
    const utf16 = this.canonical && prefersUtf16(text.length, length);
    const bytes = utf16 ? 2 * text.length : length;
    this.head(utf16 ? Head.TEXT_UTF16 : Head.TEXT, utf16 ? Head.TEXT_UTF16 : Head.TEXT_LONG, bytes);
    this.ensure(bytes);
    if (utf16) writeUtf16(text, this.bytes, this.pos);
    else writeUtf8(text, length, this.bytes, this.pos);
    this.pos += bytes;
  }

  /**
   * Writes a text of 4 bytes or more as a reference, if it has an index, or by the text before it that begins as it does;
   * false, with nothing written, where it is to be a literal. It has an index then, where references are written.
   * `start` is its `hashStart`, where that is known.
   */
  isWritten(text: string, hash: number, start?: number): boolean {
    if (!this.canonical) return false;
    const index = this.texts.define(text, hash);
    if (index < 0) return this.prefixed(text, -1 - index, start);
    if (index < Head.REFS) this.byte(Head.REF + index);
    else this.head(Head.REF_LONG, Head.REF_LONG, index - Head.REFS);
    return true;
  }

  /** [CANON-7] */
  private prefixed(text: string, index: number, start: number | undefined): boolean {
    const base = this.starts.define(text, index, start);
    if (base < 0) return false;
    const shared = sharedStart(text, this.texts.at(base));
    if (shared < PREFIX_CHARACTERS) return false;
    this.head(Head.TEXT_PREFIXED, Head.TEXT_PREFIXED, index - 1 - base);
    this.varint(shared - PREFIX_CHARACTERS);
    const rest = text.slice(shared);
    this.literal(rest, utf8Length(rest));
    return true;
  }

  /** Has these, where no text came before. */
  recallTexts(known: Known<string>): void {
    this.texts.recall(known);
    this.starts.recall(known);
  }

  private byteString(bytes: Uint8Array): void {
    this.head(Head.BYTES, Head.BYTES_LONG, bytes.length);
    this.raw(bytes);
  }

  /** A head whose number is inline below `long - first`, and in a varint beyond. */
  head(first: number, long: number, number: number): void {
    if (number < long - first) return this.byte(first + number);
    this.byte(long);
    this.varint(number - (long - first));
  }

  private array(values: readonly Encodable[], level: number): void {
    this.open(level);
    this.head(Head.ARRAY, Head.ARRAY_LONG, values.length);
    this.list(values, level);
  }

  /** A plain object. Listing its keys, and loading by them in place, takes a quarter of the time of `Object.keys`. */
  private fields(object: PlainObject, level: number, picky: boolean): void {
    const keys: string[] = [];
    for (const key in object) if (!picky || this.isField(object, key)) keys.push(key);
    this.keyed(object, keys, level, picky);
  }

  /** The same, its keys listed. */
  keyed(object: PlainObject, keys: readonly string[], level: number, picky: boolean): void {
    this.open(level);
    this.textKeys(keys);
    let left = keys.length;
    let at = '';
    try {
      for (at in object) {
        if (picky && !this.isField(object, at)) continue;
        this.value(object[at], level + 1);
        left--;
      }
    } catch (error) {
      throw through(error, at);
    }
    if (left !== 0) throw new TypeError('a field came or went while its object was written');
  }

  private isField(object: PlainObject, key: string): boolean {
    return Object.hasOwn(object, key) && !(this.omitUndefined && object[key] === undefined);
  }

  /** Values one after the other; `keys` lead to them, their indices where there are none. */
  private list(values: readonly Encodable[], level: number, keys?: readonly Encodable[]): void {
    let i = 0;
    try {
      for (; i < values.length; i++) this.value(values[i], level + 1);
    } catch (error) {
      throw through(error, stepTo(keys, i));
    }
  }

  /** The head and the keys of a map of texts, or the head of a record that stands for both. */
  private textKeys(keys: readonly string[]): void {
    // [VALUE-10] Defining before the keys are written is the same: keys hold no maps.
    const shape = this.canonical && keys.length > 0 ? this.shapes.define(keys, hashKeys(keys)) : -1;
    if (shape >= 0) this.record(shape);
    else this.mapKeys(keys);
  }

  /** The head and the keys of a map of texts, whose shape was defined. */
  mapKeys(keys: readonly string[]): void {
    this.head(Head.MAP, Head.MAP_LONG, keys.length);
    for (const key of keys) this.text(key);
  }

  /** The head of a record. */
  record(shape: number): void {
    this.head(Head.RECORD, Head.RECORD_LONG, shape);
  }

  private entries({ keys, values }: Entries, level: number): void {
    this.open(level);
    const texts = keys.every((key) => typeof key === 'string');
    if (!texts) for (const key of keys) this.demandKey(key, level + 1);
    const again = duplicate(keys, texts);
    if (again >= 0) throw new TypeError(`key ${again} stands before [VALUE-9]`);
    if (texts) this.textKeys(keys);
    else {
      this.head(Head.MAP, Head.MAP_LONG, keys.length);
      for (const key of keys) this.value(key, level + 1);
    }
    this.list(values, level, keys);
  }

  /** Judged before keys are compared: a key may hold itself. */
  private demandKey(key: Encodable, level: number): void {
    for (; key instanceof Tagged; key = key.value) this.open(level++);
    if (Array.isArray(key) || key instanceof Set || isMap(key))
      throw new TypeError('a key that holds others [VALUE-8]');
  }

  private tagged({ tag, value }: Tagged, level: number): void {
    this.open(level);
    const allowed =
      Number(tag) === Tag.BIGNUM
        ? value instanceof Uint8Array && withinDigits(readBignum(value))
        : tagAllows(Number(tag), value);
    if (!allowed) throw new TypeError(`tag ${tag} does not allow this content [VALUE-17] [VALUE-18]`);
    this.byte(Head.TAGGED);
    this.uint64(tag);
    this.value(value, level + 1);
  }

  private decimal({ coefficient, exponent }: Decimal, level: number): void {
    this.open(level);
    const whole = typeof coefficient === 'bigint' || Number.isSafeInteger(coefficient);
    if (
      !whole ||
      endsInZero(coefficient) ||
      !Number.isInteger(exponent) ||
      Math.abs(exponent) > DECIMAL_EXPONENT
    ) {
      throw new RangeError(`${coefficient}e${exponent} is no decimal [VALUE-15] [LIMIT-5]`);
    }
    this.byte(Head.DECIMAL);
    this.varint(exponent < 0 ? -2 * exponent - 1 : 2 * exponent);
    this.bigint(BigInt(coefficient), level + 1);
  }

  private message({ type, bytes }: Message): void {
    const start = this.pos;
    this.uint64(type);
    const length = this.pos - start + bytes.length;
    this.pos = start;
    this.head(Head.MESSAGE, Head.MESSAGE, length);
    this.varint(type);
    this.raw(bytes);
  }

  private opaque({ kind, bytes }: Opaque): void {
    demandWhole('a reserved kind', kind, Head.INVALID - 1, Head.RESERVED); // [VALUE-20]
    this.head(kind, kind, bytes.length);
    this.raw(bytes);
  }

  /** `base`, then the value in the fewest bytes, 1 to 8, little-endian; `base` is raised by the bytes less one. */
  fixed(base: number, value: number | bigint): void {
    this.ensure(9);
    const { bytes, pos } = this;
    const big = typeof value === 'bigint';
    const low = big ? Number(value & 0xffff_ffffn) : value >>> 0;
    const high = big ? Number(value >> 32n) : (value - low) / 0x1_0000_0000;
    // All eight, of which the next write covers those that are none of it: no branch that depends on the number.
    const view = this.view();
    view.setUint32(pos + 1, low, true);
    view.setUint32(pos + 5, high, true);
    const width = high > 0 ? 8 - (Math.clz32(high) >> 3) : 4 - (Math.clz32(low | 1) >> 3);
    bytes[pos] = base + width - 1;
    this.pos = pos + width + 1;
  }

  open(level: number): void {
    const { maxDepth } = this;
    if (level > maxDepth)
      throw new RangeError(`nested deeper than ${maxDepth} levels, or in a circle [LIMIT-2]`);
  }
}

/** The integer below the limit that over this power of ten is a number that is not negative; -1 where there is none. */
function unscaled(magnitude: number, scale: number): number {
  const power = POWERS_OF_TEN[scale]!;
  const integer = Math.round(magnitude * power);
  return integer < SCALED_LIMIT && integer / power === magnitude ? integer : -1;
}

/** Whether plain objects list keys that are not theirs: someone has put some on their prototype. */
function inherits(): boolean {
  for (const _ in Object.prototype) return true;
  return false;
}
