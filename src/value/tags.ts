/** What the registered tags may hold. [VALUE-17] */
import { utf8Length } from '../wire/text.ts';
import * as Tag from './tag.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from './types.ts';

/** Whether a tag's content is one that its row allows; unregistered tags allow everything. Bignums are judged elsewhere. */
export function tagAllows(tag: number | bigint, content: Encodable): boolean {
  switch (tag) {
    case Tag.SET:
    case Tag.PUSH:
      return Array.isArray(content);
    case Tag.ERROR:
      return isString(content) || (isArrayOf(content, 2) && isString(content[0]!));
    case Tag.VERBATIM:
      return isArrayOf(content, 2) && isFormat(content[0]!) && isString(content[1]!);
    case Tag.ATTRIBUTE:
      return isArrayOf(content, 2) && isMap(content[0]!);
    default:
      return true;
  }
}

function isArrayOf(value: Encodable, length: number): value is readonly Encodable[] {
  return Array.isArray(value) && value.length === length;
}

/** A text or bytes: what RESP calls a string. */
function isString(value: Encodable): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function isFormat(value: Encodable): boolean {
  return isString(value) && (typeof value === 'string' ? utf8Length(value) : value.length) === 3;
}

/** Whether a value stands for a map: an object that is none of the other kinds. */
export function isMap(value: Encodable): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Entries || value instanceof Map) return true;
  const other =
    Array.isArray(value) ||
    value instanceof Uint8Array ||
    value instanceof Set ||
    value instanceof Float ||
    value instanceof Decimal ||
    value instanceof Tagged ||
    value instanceof Message ||
    value instanceof Opaque;
  return !other;
}
