/** From values to JSON text. [JSON-5] */
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../value/types.ts';
import { formatPath, type PathStep } from '../wire/errors.ts';

/** How JSON text is laid out. */
export interface StringifyOptions {
  /** Spaces a level, 0 to 16. Default 0: one line, no space at all. */
  readonly indent?: number;
}

/** As deep as values can be asked to nest [LIMIT-2]; the writer recurses once a level. */
const HIGHEST_DEPTH = 1000;
const HIGHEST_INDENT = 16;

/**
 * The JSON text of a value, in the order of its keys. Integers of any size are written as their digits, floats as their
 * shortest spelling with `.0` where it would look like an integer, decimals as coefficient, `e`, exponent. A value that was
 * decoded with `lossless` comes out unchanged; by default whole floats have become integers, and are written so.
 * @throws TypeError, naming the path, for what JSON can't say: bytes, NaN, infinities, keys that are not texts, equal keys,
 *   tags, sets, messages, reserved values, texts with a lone surrogate, and what is no value. RangeError beyond 1,000
 *   levels, and for an indent that is not a whole number from 0 to 16.
 */
export function stringify(value: Encodable, options: StringifyOptions = {}): string {
  const { indent = 0 } = options;
  if (!Number.isInteger(indent) || indent < 0 || indent > HIGHEST_INDENT) {
    throw new RangeError(`indent must be a whole number from 0 to ${HIGHEST_INDENT}, not ${String(indent)}`);
  }
  const writer = new JsonWriter(indent);
  writer.value(value);
  return writer.out;
}

class JsonWriter {
  out = '';
  private readonly indent: number;
  private readonly path: PathStep[] = [];

  constructor(indent: number) {
    this.indent = indent;
  }

  value(value: Encodable | undefined): void {
    switch (typeof value) {
      case 'string':
        return this.text(value, 'a text');
      case 'number':
        return this.number(value);
      case 'bigint':
      case 'boolean':
        this.out += String(value);
        return;
      case 'object':
        if (value === null) this.out += 'null';
        else this.object(value);
        return;
      default:
        throw this.unsayable(value === undefined ? 'undefined' : `a ${typeof value}`);
    }
  }

  private object(value: Encodable & object): void {
    if (Array.isArray(value)) return this.array(value as readonly Encodable[]);
    if (value instanceof Entries) return this.entries(value);
    if (value instanceof Float) return this.float(value.value);
    if (value instanceof Decimal) return this.decimal(value);
    if (value instanceof Map) return this.entries(Entries.from(value));
    const kind = unsayableKind(value);
    if (kind !== undefined) throw this.unsayable(kind);
    const object = value as { readonly [key: string]: Encodable };
    const keys = Object.keys(object);
    this.fields(
      keys,
      keys.map((key) => object[key]),
    );
  }

  private number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return this.float(value);
    this.out += String(value);
  }

  private float(value: number): void {
    if (!Number.isFinite(value)) throw this.unsayable(String(value));
    const shortest = Object.is(value, -0) ? '-0' : String(value);
    this.out += /[.e]/.test(shortest) ? shortest : `${shortest}.0`;
  }

  private decimal({ coefficient, exponent }: Decimal): void {
    const whole = typeof coefficient === 'bigint' || Number.isSafeInteger(coefficient);
    if (!whole || !Number.isSafeInteger(exponent)) {
      throw this.unsayable('a decimal whose coefficient or exponent is not a whole number');
    }
    this.out += `${coefficient}e${exponent}`;
  }

  private text(text: string, what: string): void {
    if (/\p{Surrogate}/u.test(text)) throw this.unsayable(`${what} with a lone surrogate`);
    this.out += JSON.stringify(text);
  }

  private array(values: readonly Encodable[]): void {
    this.list('[', ']', values.length, (i) => {
      this.path.push(i);
      this.value(values[i]);
      this.path.pop();
    });
  }

  private entries({ keys, values }: Entries): void {
    const other = keys.findIndex((key) => typeof key !== 'string');
    if (other >= 0) throw this.unsayable(`key ${other + 1}, which is not a text`);
    // with a letter before it: V8 hashes texts that spell integers without a seed
    const seen = new Set<string>();
    const again = keys.findIndex((key) => seen.size === seen.add(`k${key as string}`).size);
    if (again >= 0) throw this.unsayable(`key ${again + 1}, which stands before`);
    this.fields(keys as readonly string[], values);
  }

  private fields(keys: readonly string[], values: readonly (Encodable | undefined)[]): void {
    this.list('{', '}', keys.length, (i) => {
      const key = keys[i]!;
      this.path.push(key);
      this.text(key, 'a key');
      this.out += this.indent > 0 ? ': ' : ':';
      this.value(values[i]);
      this.path.pop();
    });
  }

  private list(open: string, close: string, count: number, item: (index: number) => void): void {
    const level = this.path.length;
    if (level >= HIGHEST_DEPTH) {
      throw new RangeError(`nested deeper than ${HIGHEST_DEPTH} levels (or in a circle)${this.place()}`);
    }
    this.out += open;
    for (let i = 0; i < count; i++) {
      if (i > 0) this.out += ',';
      this.line(level + 1);
      item(i);
    }
    if (count > 0) this.line(level);
    this.out += close;
  }

  private line(level: number): void {
    if (this.indent > 0) this.out += `\n${' '.repeat(this.indent * level)}`;
  }

  private unsayable(what: string): TypeError {
    return new TypeError(`JSON can't say ${what}${this.place()} [JSON-5]`);
  }

  private place(): string {
    return this.path.length === 0 ? '' : ` (at ${formatPath(this.path.slice(0, 32))})`;
  }
}

/** What an object is that JSON can't say; undefined for a plain object, of whatever realm. */
function unsayableKind(value: object): string | undefined {
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Tagged) return `a value with tag ${value.tag}`;
  if (value instanceof Set) return 'a set';
  if (value instanceof Message) return 'a message';
  if (value instanceof Opaque) return 'a value of a reserved kind';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  const { name } = (value as { constructor?: { name?: string } }).constructor ?? {};
  return `a ${name ?? 'class instance'}`;
}
