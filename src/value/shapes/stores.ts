/**
 * Stores by keys that are not known before. V8 stores by a key in a seventh of the time where one place of the source sees the
 * same key of the same shape each time; without code made at run time there are as many such places as are written down.
 */
import type { Value } from '../types.ts';

export type Fields = { [key: string]: Value };

/** Places that are dealt at once: a call stores so many values. */
const PLACES = 8;
/** How often there are so many: see `storeAll`. */
const GROUPS = 8;

/** Groups that were dealt: of the process, as V8's caches are. */
let dealt = 0;

/**
 * Asks for places, for good: shapes get them in the order in which they come often, as long as there are enough.
 * @returns the first of its groups; -1 where not enough are left
 */
export function deal(keys: readonly string[]): number {
  const groups = Math.ceil(keys.length / PLACES);
  if (dealt + groups > GROUPS) return -1;
  dealt += groups;
  return dealt - groups;
}

/**
 * Stores values of the keys from `i` on, up to eight, at the places of a group. The cases differ in where they stand, and in
 * nothing else.
 */
export function storeAll(
  o: Fields,
  group: number,
  keys: readonly string[],
  i: number,
  a: Value,
  b: Value,
  c: Value,
  d: Value,
  e: Value,
  f: Value,
  g: Value,
  h: Value,
): void {
  const left = keys.length - i;
  switch (group) {
    case 0:
      o[keys[i]!] = a;
      if (left === 1) break;
      o[keys[i + 1]!] = b;
      if (left === 2) break;
      o[keys[i + 2]!] = c;
      if (left === 3) break;
      o[keys[i + 3]!] = d;
      if (left === 4) break;
      o[keys[i + 4]!] = e;
      if (left === 5) break;
      o[keys[i + 5]!] = f;
      if (left === 6) break;
      o[keys[i + 6]!] = g;
      if (left === 7) break;
      o[keys[i + 7]!] = h;
      break;
    case 1:
      o[keys[i]!] = a;
      if (left === 1) break;
      o[keys[i + 1]!] = b;
      if (left === 2) break;
      o[keys[i + 2]!] = c;
      if (left === 3) break;
      o[keys[i + 3]!] = d;
      if (left === 4) break;
      o[keys[i + 4]!] = e;
      if (left === 5) break;
      o[keys[i + 5]!] = f;
      if (left === 6) break;
      o[keys[i + 6]!] = g;
      if (left === 7) break;
      o[keys[i + 7]!] = h;
      break;
    case 2:
      o[keys[i]!] = a;
      if (left === 1) break;
      o[keys[i + 1]!] = b;
      if (left === 2) break;
      o[keys[i + 2]!] = c;
      if (left === 3) break;
      o[keys[i + 3]!] = d;
      if (left === 4) break;
      o[keys[i + 4]!] = e;
      if (left === 5) break;
      o[keys[i + 5]!] = f;
      if (left === 6) break;
      o[keys[i + 6]!] = g;
      if (left === 7) break;
      o[keys[i + 7]!] = h;
      break;
    case 3:
      o[keys[i]!] = a;
      if (left === 1) break;
      o[keys[i + 1]!] = b;
      if (left === 2) break;
      o[keys[i + 2]!] = c;
      if (left === 3) break;
      o[keys[i + 3]!] = d;
      if (left === 4) break;
      o[keys[i + 4]!] = e;
      if (left === 5) break;
      o[keys[i + 5]!] = f;
      if (left === 6) break;
      o[keys[i + 6]!] = g;
      if (left === 7) break;
      o[keys[i + 7]!] = h;
      break;
    case 4:
      o[keys[i]!] = a;
      if (left === 1) break;
      o[keys[i + 1]!] = b;
      if (left === 2) break;
      o[keys[i + 2]!] = c;
      if (left === 3) break;
      o[keys[i + 3]!] = d;
      if (left === 4) break;
      o[keys[i + 4]!] = e;
      if (left === 5) break;
      o[keys[i + 5]!] = f;
      if (left === 6) break;
      o[keys[i + 6]!] = g;
      if (left === 7) break;
      o[keys[i + 7]!] = h;
      break;
    case 5:
      o[keys[i]!] = a;
      if (left === 1) break;
      o[keys[i + 1]!] = b;
      if (left === 2) break;
      o[keys[i + 2]!] = c;
      if (left === 3) break;
      o[keys[i + 3]!] = d;
      if (left === 4) break;
      o[keys[i + 4]!] = e;
      if (left === 5) break;
      o[keys[i + 5]!] = f;
      if (left === 6) break;
      o[keys[i + 6]!] = g;
      if (left === 7) break;
      o[keys[i + 7]!] = h;
      break;
    case 6:
      o[keys[i]!] = a;
      if (left === 1) break;
      o[keys[i + 1]!] = b;
      if (left === 2) break;
      o[keys[i + 2]!] = c;
      if (left === 3) break;
      o[keys[i + 3]!] = d;
      if (left === 4) break;
      o[keys[i + 4]!] = e;
      if (left === 5) break;
      o[keys[i + 5]!] = f;
      if (left === 6) break;
      o[keys[i + 6]!] = g;
      if (left === 7) break;
      o[keys[i + 7]!] = h;
      break;
    default:
      o[keys[i]!] = a;
      if (left === 1) break;
      o[keys[i + 1]!] = b;
      if (left === 2) break;
      o[keys[i + 2]!] = c;
      if (left === 3) break;
      o[keys[i + 3]!] = d;
      if (left === 4) break;
      o[keys[i + 4]!] = e;
      if (left === 5) break;
      o[keys[i + 5]!] = f;
      if (left === 6) break;
      o[keys[i + 6]!] = g;
      if (left === 7) break;
      o[keys[i + 7]!] = h;
  }
}
