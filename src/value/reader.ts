/**
 * The value reader: one pass, every rule of the Values and Limits chapters checked where the bytes are read. It recurses
 * once a level, never beyond `maxDepth`, which is at most 1,000.
 *
 * Everything that reads values stands on this class: `decode`, the frames' payloads, and through `visitor` the tools
 * (inspection, the text form, canonical form), so that a rule has one place.
 */
import { fault, through, type ProtocolError } from '../wire/errors.ts';
import { EMPTY } from '../wire/gather.ts';
import { resolveLimits, type Limits } from '../wire/limits.ts';
import { Reader } from '../wire/reader.ts';
import { readUtf16, readUtf8, utf8Length } from '../wire/text.ts';
import { varintLength } from '../wire/writer.ts';
import { endsInZero, readBignum, withinDigits } from './bignum.ts';
import * as Head from './heads.ts';
import { duplicate, stepTo } from './keys.ts';
import {
  BIGNUM_BYTES,
  DECIMAL_EXPONENT,
  POWERS_OF_TEN,
  PREFIX_CHARACTERS,
  REFERENCE_BYTES,
  TABLE_ENTRIES,
  type ValueKind,
} from './kinds.ts';
import * as Tag from './tag.ts';
import { tagAllows } from './tags.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Value } from './types.ts';

/** How values come out. */
export interface DecodeOptions {
  /** The receiver's limits; what is left out has its default. */
  readonly limits?: Partial<Limits>;
  /** Bytes as copies instead of views of the input. Default false. */
  readonly copy?: boolean;
  /** `'object'`: maps of texts are plain objects. `'entries'`: every map is `Entries`, in its order. */
  readonly maps?: 'object' | 'entries';
  /** Every float is a `Float` and every map `Entries`: what comes out encodes to an equal value. Default false. */
  readonly lossless?: boolean;
  /**
   * Remembers the keys of maps from value to value, and with a `ShapeCompiler` makes code for them; null: nothing does. Default:
   * of `decode` and `decodeFirst` on Node, Deno and Bun a `ShapeMemory` of the process, none otherwise.
   */
  readonly shapes?: ObjectReader | null;
}

/** Told of each value as it is read: the lowest level, for tools. Offsets count from the start of the bytes. */
export interface ValueVisitor {
  /**
   * The head of a value that holds others was read: `start` is its first byte, `body` the byte after the head. `count` is
   * the number of elements, of pairs (`map`, `record`), or 1 (`tagged`, `decimal`). A record comes with its shape's keys.
   */
  enter(kind: ValueKind, start: number, body: number, count: number, keys?: readonly string[]): void;
  /** A value ended: `[start, end)` are its bytes. */
  leave(start: number, end: number, value: Value): void;
}

/** The keys of a map that was read, for the records that follow, and their bytes when written out. */
export interface Shape {
  readonly keys: readonly string[];
  readonly size: number;
  /** Reads their values, as the reader itself would read them. */
  readonly read?: ReadFields | undefined;
  /** Appends records of it to `rows` while they come, up to `count`, each read as the reader itself would. */
  readonly readRows?: ReadRows | undefined;
}

/** Reads the values of a shape's keys, into an object. */
export type ReadFields = (reader: ValueReader, level: number) => Value;

/** See `Shape`: `index` is the shape's, `level` that of the records. */
export type ReadRows = (
  reader: ValueReader,
  level: number,
  rows: Value[],
  count: number,
  index: number,
) => void;

/** Reads what it has seen before in less time: a memory of shapes, from `petrel/value/shapes`. */
export interface ObjectReader {
  /** The shape whose keys follow: the reader stands after them then, their texts and the shape itself defined. */
  recall(reader: ValueReader, count: number): Shape | undefined;
  /** A shape was defined. Its bytes, without a reference among them, are those from `start` on; its texts those from `text` on. */
  remember(reader: ValueReader, shape: Shape, start: number, text: number): void;
  /** As many values, each a level deeper; undefined, with nothing read, where the reader does it as well. */
  list(reader: ValueReader, count: number, level: number): Value[] | undefined;
  /** A well-formed text, if it has it. */
  readText(bytes: Uint8Array, start: number, end: number, limit: number, utf16: boolean): string | undefined;
  /** Begins with other bytes. */
  clear(): void;
  /** A reader with these options: the same one again while they are the same object. */
  readerFor(options: DecodeOptions): ValueReader;
}

const NO_OPTIONS: DecodeOptions = {};
const NONE: Shape = { keys: [], size: 0 };
const NO_TEXTS = { texts: [], sizes: [] };

/** Reads values one after the other: `reset` it to bytes, then `readValue`. `decode` is this for one value. */
export class ValueReader extends Reader {
  declare limits: Limits;
  visitor: ValueVisitor | null = null;
  /** What the bytes of the top-level value defined so far. [VALUE-22] */
  readonly texts: string[] = [];
  /** Bytes of each text's literal. */
  readonly textSizes: number[] = [];
  readonly shapes: Shape[] = [];
  /** How many of the texts and shapes are this value's: setting an array's length costs more than writing over it. */
  textCount = 0;
  shapeCount = 0;
  /** The first texts and their sizes, which are not yet among them: most values refer to none of their keys. */
  waiting: { readonly texts: readonly string[]; readonly sizes: readonly number[] } | undefined = undefined;
  /** What it was told last. */
  declare options: DecodeOptions;
  declare private objects: ObjectReader | undefined;
  declare private readonly own: ObjectReader | undefined;
  declare private copy: boolean;
  declare entries: boolean;
  declare private lossless: boolean;
  /** Values that were announced. [LIMIT-3] */
  elements = 0;
  /** What references and records add to the bytes read, less the offset where the payload began. [LIMIT-4] */
  extra = 0;
  private inKey = false;

  constructor(options: DecodeOptions = NO_OPTIONS) {
    super(EMPTY);
    this.own = options.shapes ?? undefined;
    this.configure(options);
  }

  /** Reads as these say from now on; where `shapes` is not among them, what was given to the constructor remembers. */
  using(options: DecodeOptions = NO_OPTIONS): this {
    if (options !== NO_OPTIONS || this.options !== NO_OPTIONS) this.configure(options);
    return this;
  }

  private configure(options: DecodeOptions): void {
    this.options = options;
    const { limits, copy = false, lossless = false, maps, shapes } = options;
    this.limits = resolveLimits(limits);
    this.copy = copy;
    this.lossless = lossless;
    this.entries = lossless || maps === 'entries';
    this.objects = shapes === undefined ? this.own : (shapes ?? undefined);
  }

  /** Begins a payload: `bytes[start, end)`. The budgets of [LIMIT-3] and [LIMIT-4] are full again. */
  reset(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.bytes = bytes;
    this.objects?.clear();
    this.pos = start;
    this.extra = 0 - start; // never -0: V8 keeps the field a small integer
    this.end = end;
    this.elements = 0;
  }

  /** Lets go of the bytes and of what was read from them. */
  release(): void {
    this.reset(EMPTY);
    if (this.textCount + this.shapeCount > 256) this.texts.length = this.shapes.length = 0;
    const waiting = this.waiting?.texts.length ?? 0;
    while (this.textCount > waiting) this.texts[--this.textCount] = '';
    this.textCount = 0;
    this.waiting = undefined;
    while (this.shapeCount > 0) this.shapes[--this.shapeCount] = NONE;
  }

  /**
   * Reads one top-level value: its tables are its own. [VALUE-22]
   * @throws ProtocolError by the rules of the Values and Limits chapters; its `path` leads into the value.
   */
  readValue(): Value {
    this.textCount = this.shapeCount = 0;
    this.waiting = undefined;
    this.inKey = false;
    const start = this.pos;
    this.count(1, start);
    const value = this.read(1);
    this.expand(0, start);
    return value;
  }

  /** One value; containers that it opens stand at `level`. */
  private read(level: number): Value {
    if (this.visitor === null) return this.value(level);
    const start = this.pos;
    const value = this.value(level);
    this.visitor.leave(start, this.pos, value);
    return value;
  }

  /** A value without telling the visitor. */
  value(level: number): Value {
    const start = this.pos;
    const head = this.byte();
    if (head < Head.UINT_BYTES) return head;
    if (head < Head.NINT) return this.integer(head - Head.UINT_BYTES + 1, Head.UINTS, 'VALUE-2', start);

    if (head < Head.NINT_BYTES) return Head.NINT - 1 - head;
    if (head < Head.REF) return this.nint(head - Head.NINT_BYTES + 1, start);
    if (head < Head.TEXT) return this.ref(head - Head.REF, start);
    if (head < Head.BYTES) return this.text(this.number(head, Head.TEXT, Head.TEXT_LONG), start, false);
    if (head < Head.ARRAY) return this.view(this.number(head, Head.BYTES, Head.BYTES_LONG), this.copy);
    if (head < Head.MAP) return this.array(this.number(head, Head.ARRAY, Head.ARRAY_LONG), start, level);
    if (head < Head.RECORD) return this.map(this.number(head, Head.MAP, Head.MAP_LONG), start, level);
    if (head < Head.NULL) return this.record(this.number(head, Head.RECORD, Head.RECORD_LONG), start, level);
    if (head === Head.NULL) return null;
    if (head < Head.FLOAT64) return head === Head.TRUE;
    if (head < Head.DECIMAL) return this.float(head === Head.FLOAT64, start);
    if (head === Head.DECIMAL) return this.decimal(start, level);
    if (head === Head.REF_LONG) return this.ref(this.length() + Head.REFS, start);
    if (head === Head.TEXT_UTF16) return this.text(this.length(), start, true);
    if (head === Head.TAGGED) return this.tagged(start, level);
    if (head === Head.INVALID) throw fault('HEAD_INVALID', 'VALUE-21', start);
    if (head === Head.FLOAT_SCALED) return this.scaled(start);
    if (head === Head.TEXT_PREFIXED) return this.prefixed(start);
    const bytes = this.view(this.length(), this.copy);
    return head === Head.MESSAGE ? this.message(bytes, start) : new Opaque(head, bytes);
  }

  /** A head's number: in the first byte, or in the length varint after it. [VALUE-1] */
  protected number(head: number, first: number, long: number): number {
    return head === long ? long - first + this.length() : head - first;
  }

  /** An integer whose bytes follow, the fewest that hold it; a single byte counts from `first`. [VALUE-2] [VALUE-3] */
  private integer(width: number, first: number, rule: string, start: number): number | bigint {
    const value = this.fixed(width);
    if (width === 1) return first + (value as number);
    const spare = value < first + 256 || this.bytes[this.pos - 1] === 0;
    if (spare && !this.overlong) throw fault('INT_OVERLONG', rule, start);
    return value;
  }

  private nint(width: number, start: number): number | bigint {
    const n = this.integer(width, Head.NINTS, 'VALUE-3', start);
    if (n < Number.MAX_SAFE_INTEGER) return -1 - Number(n);
    if (n >= 2 ** 63) throw fault('INT_RANGE', 'VALUE-3', start);
    return ~BigInt(n);
  }

  /** A literal of `length` bytes. [VALUE-4] */
  private text(length: number, start: number, utf16: boolean): string {
    this.need(length);
    const { bytes, pos } = this;
    const end = (this.pos += length);
    const text =
      this.objects?.readText(bytes, pos, end, this.end, utf16) ??
      (utf16 ? readUtf16(bytes, pos, end, start) : readUtf8(bytes, pos, end));
    // [VALUE-12] Each UTF-16 code unit is at least one byte of UTF-8, so only short texts need counting.
    const utf8Bytes = utf16 && text.length < REFERENCE_BYTES ? utf8Length(text) : length;
    if (utf8Bytes >= REFERENCE_BYTES) this.define(text, end - start);
    return text;
  }

  private define(text: string, size: number): void {
    if (this.textCount >= TABLE_ENTRIES) return;
    this.textSizes[this.textCount] = size;
    this.texts[this.textCount++] = text;
  }

  /** The beginning of an earlier text, and a literal for the rest. [VALUE-26] */
  private prefixed(start: number): string {
    const { textCount } = this;
    const distance = this.length();
    if (distance >= textCount)
      throw fault('REF_UNDEFINED', 'VALUE-26', start, `${distance + 1} texts before`);
    const shared = this.length() + PREFIX_CHARACTERS;
    this.admit();
    const prefix = this.texts[textCount - 1 - distance]!.substring(0, shared);
    if (prefix.length < shared || !isAscii(prefix))
      throw fault('TEXT_PREFIX', 'VALUE-26', start, `no ${shared} ASCII characters there`);
    const { pos } = this;
    this.expand(shared - pos + start, start);
    const head = this.byte();
    const utf16 = head === Head.TEXT_UTF16;
    if (!utf16 && (head < Head.TEXT || head >= Head.BYTES))
      throw fault('TEXT_PREFIX', 'VALUE-26', pos, 'the rest is no literal text');
    const length = utf16 ? this.length() : this.number(head, Head.TEXT, Head.TEXT_LONG);
    const text = prefix + this.text(length, pos, utf16);
    this.textCount = textCount; // the rest is no text of its own
    this.define(text, shared + this.pos - pos);
    return text;
  }

  /** The first texts are referred to. */
  private admit(): void {
    const { texts, sizes } = this.waiting ?? NO_TEXTS;
    for (let i = 0; i < texts.length; i++) {
      this.texts[i] = texts[i]!;
      this.textSizes[i] = sizes[i]!;
    }
    this.waiting = undefined;
  }

  private ref(index: number, start: number): string {
    this.admit();
    if (index >= this.textCount) throw fault('REF_UNDEFINED', 'VALUE-13', start, `text ${index}`);
    this.expand(this.textSizes[index]! - this.pos + start, start);
    return this.texts[index]!;
  }

  private array(count: number, start: number, level: number): Value {
    this.charge(count, start, level);
    this.visitor?.enter('array', start, this.pos, count);
    return this.objects?.list(this, count, level) ?? this.list(count, level);
  }

  /** As many values; `keys` lead to them, their indices where there are none. */
  private list(count: number, level: number, keys?: readonly Value[]): Value[] {
    const out: Value[] = [];
    try {
      while (out.length < count) out.push(this.read(level + 1));
    } catch (error) {
      throw through(error, stepTo(keys, out.length));
    }
    return out;
  }

  private map(count: number, start: number, level: number): Value {
    this.charge(2 * count, start, level);
    this.visitor?.enter('map', start, this.pos, count);
    const known = this.objects?.recall(this, count);
    if (known !== undefined) return this.fields(known, level);
    const { pos: first, textCount } = this;
    const before = first + this.extra;
    const keys = this.keys(count, level);
    const texts = keys.every((key) => typeof key === 'string');
    const again = duplicate(keys, texts);
    if (again >= 0) {
      const at = this.skipKeys(first, again, level);
      throw through(through(fault('KEY_DUPLICATE', 'VALUE-9', at, `key ${again}`), again), 'keys');
    }
    // [VALUE-10]
    if (!texts) return this.pairs(keys, level);
    const shape = { keys, size: this.pos + this.extra - before };
    if (count > 0 && this.shapeCount < TABLE_ENTRIES) {
      this.shapes[this.shapeCount++] = shape;
      if (shape.size === this.pos - first) this.objects?.remember(this, shape, first, textCount);
    }
    return this.fields(shape, level);
  }

  private keys(count: number, level: number): Value[] {
    this.inKey = true;
    try {
      return this.list(count, level);
    } catch (error) {
      throw through(error, 'keys');
    } finally {
      this.inKey = false;
    }
  }

  /** Where the key at `index` begins, the keys beginning at `first`: only asked for a fault. */
  private skipKeys(first: number, index: number, level: number): number {
    const { visitor } = this;
    this.visitor = null;
    this.elements = this.extra = -Infinity; // they were charged before
    this.pos = first;
    this.list(index, level);
    this.visitor = visitor;
    return this.pos;
  }

  /** One value per key of the shape; the keys are not on the wire. [VALUE-11] */
  private record(index: number, start: number, level: number): Value {
    if (index >= this.shapeCount) throw fault('SHAPE_UNDEFINED', 'VALUE-11', start, `shape ${index}`);
    const shape = this.shapes[index]!;
    const { keys, size } = shape;
    const count = keys.length;
    this.charge(count, start, level);
    this.expand((count < 7 ? 1 : 1 + varintLength(count - 7)) + size - this.pos + start, start);
    this.visitor?.enter('record', start, this.pos, count, keys);
    return this.fields(shape, level);
  }

  /** The values of a map whose keys are all texts. */
  private fields({ keys, read }: Shape, level: number): Value {
    if (this.entries) return this.pairs(keys, level);
    if (read !== undefined && this.visitor === null) return read(this, level);
    const out: { [key: string]: Value } = {};
    let i = 0;
    try {
      for (; i < keys.length; i++) {
        const key = keys[i]!;
        const value = this.read(level + 1);
        // Assigning __proto__ would set the prototype; as a property of its own it is a key like any other.
        if (key === '__proto__')
          Object.defineProperty(out, key, {
            value,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        else out[key] = value;
      }
    } catch (error) {
      throw through(error, keys[i]!);
    }
    return out;
  }

  private pairs(keys: readonly Value[], level: number): Value {
    return new Entries(keys, this.list(keys.length, level, keys));
  }

  private tagged(start: number, level: number): Value {
    const tag = this.varint();
    this.open(1, start, level);
    this.visitor?.enter('tagged', start, this.pos, 1);
    const value = this.read(level + 1);
    if (tag === Tag.BIGNUM) return this.bignum(value, start);
    if (!tagAllows(tag, value)) throw fault('TAG_CONTENT', 'VALUE-17', start, `tag ${tag}`);
    return new Tagged(tag, value);
  }

  private bignum(content: Value, start: number): bigint {
    if (content instanceof Uint8Array) {
      const value = content.length > BIGNUM_BYTES ? 0n : readBignum(content);
      if (value === 0n || (value && !withinDigits(value))) throw tooLarge(start);
      if (value) return value;
    }
    throw fault('BIGNUM_FORM', 'VALUE-18', start);
  }

  private decimal(start: number, level: number): Value {
    this.open(1, start, level);
    const zigzag = this.varint() as number;
    if (zigzag > 2 * DECIMAL_EXPONENT) throw tooLarge(start);
    this.visitor?.enter('decimal', start, this.pos, 1);
    const at = this.pos;
    const head = this.byte();
    const integer = head < Head.REF || (head === Head.TAGGED && this.byte() === Tag.BIGNUM);
    this.pos = at;
    if (!integer) throw fault('DECIMAL_FORM', 'VALUE-15', at);
    const coefficient = this.read(level + 1) as number | bigint;
    if (endsInZero(coefficient)) throw fault('DECIMAL_FORM', 'VALUE-15', start);
    return new Decimal(coefficient, (zigzag >>> 1) ^ -(zigzag & 1));
  }

  /** Keys are always lossless, so that 1 and 1.0 stay two keys. [VALUE-14] */
  private float(double: boolean, start: number): Value {
    const value = double ? this.float64() : this.float32();
    const nan = Number.isNaN(value);
    const bad = double ? nan || Math.fround(value) === value : nan && !this.isTheNaN();
    if (bad) throw fault('FLOAT_FORM', 'VALUE-14', start);
    return this.lossless || this.inKey ? new Float(value) : value;
  }

  /** An integer over a power of ten: one division, which IEEE 754 rounds as it rounds the number itself. [VALUE-25] */
  private scaled(start: number): Value {
    const control = this.byte();
    const width = control & 7;
    if (width > 6) throw fault('FLOAT_FORM', 'VALUE-25', start, 'an integer of 7 bytes');
    const integer = width > 0 ? (this.fixed(width) as number) : 0;
    const scale = (control >> 3) & 15;
    const magnitude = integer / POWERS_OF_TEN[scale]!;
    const spare =
      (scale > 0 && Math.floor(integer / 10) * 10 === integer) ||
      (width > 0 && this.bytes[this.pos - 1] === 0) ||
      (width > 2 && Math.fround(magnitude) === magnitude);
    if (spare) throw fault('FLOAT_FORM', 'VALUE-25', start, 'not the shortest');
    const value = control > 0x7f ? -magnitude : magnitude;
    return this.lossless || this.inKey ? new Float(value) : value;
  }

  /** Whether the four bytes just read are 00 00 C0 7F. */
  private isTheNaN(): boolean {
    this.pos -= 4;
    return this.fixed(4) === 0x7fc0_0000;
  }

  /** `bytes` are a type's varint and the message. [VALUE-19] */
  private message(bytes: Uint8Array, start: number): Value {
    let last = 0;
    while (bytes[last]! > 0x7f && last < 9) last++;
    if (last >= bytes.length) throw fault('MESSAGE_FORM', 'VALUE-19', start);
    const { pos } = this;
    this.pos -= bytes.length;
    const type = this.varint();
    const skip = this.pos - pos + bytes.length;
    this.pos = pos;
    return new Message(type, bytes.subarray(skip));
  }

  /** The head of an array, map or record was read: every bound is judged here, before anything that follows. */
  charge(children: number, start: number, level: number): void {
    if (this.inKey) throw fault('KEY_KIND', 'VALUE-8', start);
    this.open(children, start, level);
    this.need(children); // [VALUE-23] each child takes at least a byte
  }

  /** The head of a value that holds `children` others was read. */
  private open(children: number, start: number, level: number): void {
    const { maxDepth } = this.limits;
    if (level > maxDepth) throw fault('LIMIT_DEPTH', 'LIMIT-2', start, `more than ${maxDepth}`);
    this.count(children, start);
  }

  private count(children: number, start: number): void {
    const { maxElements } = this.limits;
    if ((this.elements += children) > maxElements)
      throw fault('LIMIT_ELEMENTS', 'LIMIT-3', start, `more than ${maxElements}`);
  }

  private expand(by: number, start: number): void {
    const { maxExpanded } = this.limits;
    this.extra += by;
    if (this.pos + this.extra > maxExpanded)
      throw fault('LIMIT_EXPANDED', 'LIMIT-4', start, `more than ${maxExpanded}`);
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function tooLarge(start: number): ProtocolError {
  return fault('LIMIT_NUMBER', 'LIMIT-5', start);
}
