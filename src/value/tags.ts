/** What the registered tags may hold. [VALUE-17] */
import { utf8Length } from '../wire/text.ts';
import * as Tag from './tag.ts';
import { Entries, type Encodable } from './types.ts';

/** Whether a tag's content is one that its row allows; unregistered tags allow everything. Bignums are judged elsewhere. */
export function tagAllows(tag: number | bigint, content: Encodable): boolean {
  const list: readonly Encodable[] | undefined = Array.isArray(content) ? content : undefined;
  const pair = list?.length === 2;
  switch (tag) {
    case Tag.SET:
    case Tag.PUSH:
      return list !== undefined;
    case Tag.ERROR:
      return isString(content) || (pair && isString(list[0]));
    case Tag.VERBATIM:
      return pair && isFormat(list[0]) && isString(list[1]);
    case Tag.ATTRIBUTE:
      return pair && isMap(list[0]);
    default:
      return true;
  }
}

/** A text or bytes: what RESP calls a string. */
function isString(value: Encodable | undefined): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function isFormat(value: Encodable | undefined): boolean {
  return isString(value) && (typeof value === 'string' ? utf8Length(value) : value.length) === 3;
}

/** Whether a value stands for a map: `Entries`, a Map or a plain object. */
export function isMap(value: Encodable | undefined): boolean {
  return value instanceof Entries || value instanceof Map || isPlain(value);
}

/** An object without a class, of this realm or another. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
