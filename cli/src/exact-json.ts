/**
 * Values as JSON that says all of them, and back. What JSON has no word for is an object with one key that begins with `$`;
 * spec/text.md has the list.
 */
import { encode, Tag } from 'petrel';
import { numberFromToken, stringify } from 'petrel/json';
import { encodeResp, RespReader, RespTag, STATUSES } from 'petrel/resp';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from 'petrel/value';
import { CommandError, Exit } from './exit.ts';

/** Tags whose content stands as it is. */
const NAMES: readonly (readonly [tag: number, name: string])[] = [
  [Tag.SET, 'set'],
  [Tag.ERROR, 'error'],
  [Tag.VERBATIM, 'verbatim'],
  [Tag.ATTRIBUTE, 'attribute'],
  [Tag.PUSH, 'push'],
  [RespTag.Big, 'big'],
  [RespTag.Pairs, 'pairs'],
  [RespTag.Streamed, 'streamed'],
  [RespTag.Chunks, 'chunks'],
  [RespTag.PairsAttribute, 'pairsAttribute'],
];
const NAME_OF: ReadonlyMap<unknown, string> = new Map(NAMES);
const TAG_OF: ReadonlyMap<string, number> = new Map(NAMES.map(([tag, name]) => [name, tag]));
const NULLS: readonly Encodable[] = ['bulk', 'array'];

/** The JSON of a value, on one line. @throws CommandError LIMIT beyond 1,000 levels of JSON, of which marks take some. */
export function exactJson(value: Encodable): string {
  try {
    return stringify(sayable(value));
  } catch (error) {
    throw error instanceof RangeError ? new CommandError(error.message, Exit.LIMIT) : error;
  }
}

/** A value that JSON has words for. */
function sayable(value: Encodable): Encodable {
  if (typeof value === 'number') return Number.isFinite(value) ? value : mark('double', spelling(value)!);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Float) return Number.isFinite(value.value) ? value : mark('double', spelling(value)!);
  if (value instanceof Uint8Array) return mark('bytes', hexOf(value));
  if (Array.isArray(value)) return (value as readonly Encodable[]).map(sayable);
  if (value instanceof Tagged) return ofTag(value);
  if (value instanceof Set) return mark('set', [...(value as ReadonlySet<Encodable>)].map(sayable));
  if (value instanceof Decimal) return decimal(value);
  if (value instanceof Message) return mark('message', [value.type, hexOf(value.bytes)]);
  if (value instanceof Opaque) return mark('reserved', [value.kind, hexOf(value.bytes)]);
  return map([
    ...(value instanceof Entries || value instanceof Map ? value : Object.entries(value)),
  ] as Pairs);
}

type Pairs = readonly (readonly [Encodable, Encodable])[];

/** An object, or pairs where a key is no text or the object would look like a mark. */
function map(pairs: Pairs): Encodable {
  const said = pairs.map(([key, value]) => [sayable(key), sayable(value)] as const);
  const isObject = pairs.every(([key]) => typeof key === 'string') && !isMarked(pairs.map(([key]) => key));
  if (!isObject) return mark('map', said);
  return new Entries(said.map(([key]) => key), said.map(([, value]) => value)); // prettier-ignore
}

function isMarked(keys: readonly Encodable[]): boolean {
  return keys.length === 1 && typeof keys[0] === 'string' && keys[0].startsWith('$');
}

/** The same number as a float would not come back as a decimal. */
function decimal(value: Decimal): Encodable {
  const token = `${value.coefficient}e${value.exponent}`;
  return numberFromToken(token) instanceof Decimal ? value : mark('decimal', token);
}

function ofTag(tagged: Tagged): Encodable {
  const { tag, value } = tagged;
  if (tag === RespTag.Status) {
    const common = typeof value === 'number' ? STATUSES[value] : undefined;
    const isOwn = value instanceof Uint8Array || (typeof value === 'string' && !STATUSES.includes(value));
    if (common !== undefined || isOwn) return mark('status', sayable(common ?? value));
  }
  if (tag === RespTag.Null && (value === 0 || value === 1)) return mark('null', NULLS[value]!);
  const double = tag === RespTag.Double ? spelling(tagged) : undefined;
  if (double !== undefined) return mark('double', double);
  const name = NAME_OF.get(tag);
  return name === undefined ? mark('tag', [tag, sayable(value)]) : mark(name, sayable(value));
} // prettier-ignore

/** A double as RESP spells it; undefined where that would not come back as this value. */
function spelling(value: Encodable): string | undefined {
  try {
    const text = Buffer.from(encodeResp(value)).toString('latin1').slice(1, -2);
    return Buffer.compare(encode(doubleFrom(text)!), encode(value)) === 0 ? text : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined; // no content of that tag
    throw error;
  }
}

function doubleFrom(text: string): Encodable | undefined {
  try {
    const [value] = new RespReader().replies(Uint8Array.from(Buffer.from(`,${text}\r\n`)));
    return value;
  } catch {
    return undefined;
  }
}

function mark(name: string, content: Encodable): Entries {
  return new Entries([`$${name}`], [content]);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** The value that JSON says which `exactJson` may have written. @throws CommandError MALFORMED for a mark that is none. */
export function fromExactJson(value: Encodable): Encodable {
  if (Array.isArray(value)) return (value as readonly Encodable[]).map(fromExactJson);
  if (!(value instanceof Entries)) return value;
  const { keys, values } = value;
  if (isMarked(keys)) return marked((keys[0] as string).slice(1), values[0]!);
  return new Entries(keys, values.map(fromExactJson));
}

function marked(name: string, content: Encodable): Encodable {
  const tag = TAG_OF.get(name);
  const made = tag === undefined ? special(name, content) : new Tagged(tag, fromExactJson(content));
  if (made === undefined)
    throw new CommandError(`${stringify(mark(name, content)).slice(0, 80)} says no value`, Exit.MALFORMED);
  return made;
}

function special(name: string, content: Encodable): Encodable | undefined {
  const items = Array.isArray(content) ? (content as readonly Encodable[]) : [];
  const [first, second] = items;
  const isPair = items.length === 2;
  switch (name) {
    case 'bytes':
      return bytesFrom(content);
    case 'double':
      return typeof content === 'string' ? doubleFrom(content) : undefined;
    case 'decimal':
      return typeof content === 'string' ? decimalFrom(content) : undefined;
    case 'null':
      return NULLS.includes(content) ? new Tagged(RespTag.Null, NULLS.indexOf(content)) : undefined;
    case 'status':
      return statusFrom(fromExactJson(content));
    case 'map':
      return Array.isArray(content) ? mapFrom(items) : undefined;
    case 'tag':
      return isPair && isCount(first) ? new Tagged(first, fromExactJson(second!)) : undefined;
    case 'message':
    case 'reserved': {
      const bytes = isPair && isCount(first) ? bytesFrom(second!) : undefined;
      if (bytes === undefined) return undefined;
      if (name === 'message') return new Message(first as number | bigint, bytes);
      return (first as number) >= 0xfc && (first as number) <= 0xfe ? new Opaque(Number(first), bytes) : undefined;
    }
    default:
      return undefined;
  }
} // prettier-ignore

function isCount(value: Encodable | undefined): value is number | bigint {
  return typeof value === 'bigint' ? value >= 0n : Number.isSafeInteger(value) && (value as number) >= 0;
}

function bytesFrom(content: Encodable): Uint8Array | undefined {
  if (typeof content !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(content)) return undefined;
  return Uint8Array.from(Buffer.from(content, 'hex'));
}

function decimalFrom(text: string): Decimal | undefined {
  const [, coefficient, exponent] = /^(-?\d{1,10000})e(-?\d{1,5})$/.exec(text) ?? [];
  if (coefficient === undefined) return undefined;
  const whole = BigInt(coefficient);
  const small = Number(whole);
  return new Decimal(Number.isSafeInteger(small) ? small : whole, Number(exponent));
}

function statusFrom(content: Encodable): Encodable | undefined {
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) return undefined;
  const index = STATUSES.indexOf(content as string);
  return new Tagged(RespTag.Status, index < 0 ? content : index);
}

function mapFrom(pairs: readonly Encodable[]): Entries | undefined {
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) return undefined;
  const all = (pairs as readonly (readonly [Encodable, Encodable])[]).map((pair) => pair.map(fromExactJson));
  return new Entries(all.map(([key]) => key!), all.map(([, value]) => value!)); // prettier-ignore
}
