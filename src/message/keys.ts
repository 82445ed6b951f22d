/** A map's keys: text in JavaScript, their type on the wire. */
import { quote } from '../wire/errors.ts';
import type { MapKey } from './types.ts';

type Key = string | number | bigint | boolean;

/** Sets `key` of a map to `value`, the last one wins. */
export function fromKey(into: object, key: unknown, value: unknown): void {
  const name = String(key);
  // Assigning __proto__ would set the prototype.
  if (name === '__proto__')
    Object.defineProperty(into, name, { value, writable: true, enumerable: true, configurable: true });
  else (into as Record<string, unknown>)[name] = value;
}

/**
 * The keys of a map, in order: numbers by value, texts by code unit, false before true. [MESSAGE-12]
 * @throws TypeError for a key that is not spelled as its type spells it.
 */
export function toKeys(map: object, type: MapKey): Key[] {
  if (typeof map !== 'object' || map === null) throw new TypeError('must be an object');
  return Object.keys(map)
    .map((name) => toKey(name, type))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

function toKey(name: string, type: MapKey): Key {
  if (type === 'string') return name;
  if (type !== 'bool' && /^-?\d+$/.test(name)) {
    const near = Number(name);
    const key = Number.isSafeInteger(near) ? near : BigInt(name);
    if (String(key) === name) return key;
  }
  if (type !== 'bool' || (name !== 'true' && name !== 'false'))
    throw new TypeError(`the key ${quote(name)} is no ${type}`);
  return name === 'true';
}
