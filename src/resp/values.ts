/** What RESP can carry of Petrel's values. */
import { Entries, Tagged, type Encodable } from '../value/types.ts';
import { isMap } from '../value/tags.ts';

/** Whether a value may be a map's key: no array and no map, under tags neither. [VALUE-8] */
export function isKey(value: Encodable): boolean {
  let key = value;
  while (key instanceof Tagged) key = key.value;
  return !(Array.isArray(key) || key instanceof Entries || key instanceof Set || isMap(key));
}
