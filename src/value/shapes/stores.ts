/**
 * Stores by keys that are not known before. V8 stores by a key in a seventh of the time where one place of the source sees the
 * same key of the same shape each time; without code made at run time there are as many such places as are written down.
 */
import { sameKeys } from '../lookup.ts';
import type { Value } from '../types.ts';

export type Fields = { [key: string]: Value };

/** The most keys of a shape that is stored so. */
const STORES = 8;

/** The one shape for which the places below are: of the process, as V8's caches are. */
let favourite: readonly string[] | undefined;

/** Asks for the places; the first shape that does has them for good (values b, decode, remembered: 1.3x). */
export function favours(keys: readonly string[]): boolean {
  if (keys.length > STORES) return false;
  favourite ??= keys;
  return sameKeys(favourite, keys);
}

/** Stores the value of the key at this index of the favourite shape. The cases differ in where they stand, and in nothing else. */
export function storeAt(object: Fields, index: number, key: string, value: Value): void {
  switch (index) {
    case 0:
      object[key] = value;
      break;
    case 1:
      object[key] = value;
      break;
    case 2:
      object[key] = value;
      break;
    case 3:
      object[key] = value;
      break;
    case 4:
      object[key] = value;
      break;
    case 5:
      object[key] = value;
      break;
    case 6:
      object[key] = value;
      break;
    default:
      object[key] = value;
  }
}
