/** JSON values as JavaScript holds them: what JSON.parse makes, what JSON.stringify takes. */
import { quote } from '../wire/errors.ts';

/** A JSON value. A `bigint` is an integer token, exact at any size; JSON.parse never makes one, exact parsers do. */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;

/** A JSON object: a plain object, or one without a prototype. Only its own keys count. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** As much of a text as an error message shows. */
const SHOWN = 40;
/** Of more digits: writing out an integer takes time that grows faster than it. */
const BIG = 10_000_000_000_000_000_000_000_000_000_000_000_000_000n;

/** Whether a value is a plain object, of whatever realm. */
export function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Sets a key of an object, whatever its name: assigning `__proto__` would set the prototype. */
export function setKey(object: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else (object as Record<string, unknown>)[key] = value;
}

/** What an error message calls a value: short, whatever the value is. */
export function nameOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > SHOWN ? `${quote(value.slice(0, SHOWN))}...` : quote(value);
    case 'number':
    case 'boolean':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return value > -BIG && value < BIG ? String(value) : `an integer of more than ${SHOWN} digits`;
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'an array' : value instanceof Uint8Array ? 'bytes' : 'an object';
    case 'undefined':
      return 'nothing';
    default:
      return `a ${typeof value}`;
  }
}
