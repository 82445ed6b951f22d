/** A map's keys: text in JavaScript, their type on the wire. */
import { quote } from '../wire/errors.ts';
import type { MapKey } from './types.ts';

type Key = string | number | bigint | boolean;

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

/** Whether a number is one of its type, and in its range, is the writer's to judge. */
function toKey(name: string, type: MapKey): Key {
  if (type === 'string') return name;
  const key = type === 'bool' ? name === 'true' : /^-?\d{16,}$/.test(name) ? BigInt(name) : Number(name);
  if (String(key) !== name) throw new TypeError(`the key ${quote(name)} is no ${type}`);
  return key;
}
