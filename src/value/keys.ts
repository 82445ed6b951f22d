/**
 * Keys of maps: which are equal, and finding two that are, in linear time whatever the keys. [VALUE-9]
 *
 * V8 hashes integers, and strings that spell array indices, without a seed: 40,000 chosen ones in a Map or Set take
 * seconds. So no key enters one as it is: every identity is an ordinary string, whose hash is seeded.
 */
import type { PathStep } from '../wire/errors.ts';
import { Decimal, Float, Message, Opaque, Tagged, type Encodable } from './types.ts';

/** Up to this many keys, comparing each with each beats a Set. */
const PAIRWISE = 12;
const CLASSES = [Decimal, Tagged, Message, Opaque];

/** The index of the first key that stands before already, -1 when all differ. `texts`: all of them are. */
export function duplicate(keys: readonly Encodable[], texts: boolean): number {
  const count = keys.length;
  if (texts && count <= PAIRWISE) {
    for (let i = 1; i < count; i++) if (keys.indexOf(keys[i]!) < i) return i;
    return -1;
  }
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const key = keys[i]!;
    seen.add(texts ? seeded(key as string) : keyIdentity(key));
    if (seen.size === i) return i;
  }
  return -1;
}

/** A string equal for equal texts and never one that spells an index: those get a NUL before them, and so does a NUL. */
export function seeded(text: string): string {
  const first = text.charCodeAt(0);
  return first === 0 || (first >= 0x30 && first <= 0x39) ? `\0${text}` : text;
}

/** A string that is equal for equal keys and differs for others: each kind begins with a character of its own. */
export function keyIdentity(key: Encodable): string {
  if (typeof key === 'string') return `t${key}`;
  if (typeof key === 'number')
    return Number.isSafeInteger(key) && !Object.is(key, -0) ? `i${key}` : floatIdentity(key);
  if (key instanceof Float) return floatIdentity(key.value);
  if (typeof key !== 'object') return typeof key === 'bigint' ? `i${key}` : `b${key}`;
  if (key instanceof Uint8Array) return `x${characters(key)}`;
  if (key === null) return 'n';
  let identity = String(CLASSES.findIndex((of) => key instanceof of));
  // Adding, not joining: a long key under many tags is then copied once.
  for (const part of Object.values(key)) identity += `,${keyIdentity(part as Encodable)}`;
  return identity;
}

/** A number that is written as a float: -0 differs from 0, NaN is one. */
function floatIdentity(value: number): string {
  return `f${Object.is(value, -0) ? '-0' : value}`;
}

/** One character a byte. */
function characters(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}

/** The step of a path to the value at `index`: its key where that can be shown, otherwise the index. */
export function stepTo(keys: readonly Encodable[] | undefined, index: number): PathStep {
  const key = keys?.[index];
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' ? key : index;
}
