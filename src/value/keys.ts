/**
 * Keys of maps: which are equal, and finding two that are, in linear time whatever the keys. [VALUE-9]
 *
 * V8 hashes integers, and strings that spell array indices, without a seed: 40,000 chosen ones in a Map or Set take
 * seconds. So no key enters a Set as it is: every identity begins with a letter, which makes it an ordinary, seeded string.
 */
import { Decimal, Float, Message, Opaque, Tagged, type Encodable } from './types.ts';

/** Up to this many keys, comparing each with each beats a Set. */
const PAIRWISE = 12;

/** The index of the first text that stands before already, -1 when all differ. */
export function duplicateText(keys: readonly string[]): number {
  const count = keys.length;
  if (count <= PAIRWISE) {
    for (let i = 1; i < count; i++) {
      const key = keys[i]!;
      for (let j = 0; j < i; j++) if (keys[j] === key) return i;
    }
    return -1;
  }
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    seen.add(seeded(keys[i]!));
    if (seen.size === i) return i;
  }
  return -1;
}

/** The same for keys of any kind that a map allows. */
export function duplicateKey(keys: readonly Encodable[]): number {
  const seen = new Set<string>();
  for (let i = 0; i < keys.length; i++) {
    seen.add(keyIdentity(keys[i]!));
    if (seen.size === i) return i;
  }
  return -1;
}

/** A string equal for equal texts and never one that spells an index: those get a NUL before them, and so does a NUL. */
export function seeded(text: string): string {
  const first = text.charCodeAt(0);
  return first === 0 || (first >= 0x30 && first <= 0x39) ? `\0${text}` : text;
}

/** A string that is equal for equal keys and differs for others: each kind begins with a letter of its own. */
export function keyIdentity(key: Encodable): string {
  switch (typeof key) {
    case 'string':
      return `t${key}`;
    case 'number':
    case 'bigint':
      return `i${key}`;
    case 'boolean':
      return key ? 'b1' : 'b0';
    default:
      return objectIdentity(key);
  }
}

function objectIdentity(key: Encodable): string {
  if (key === null) return 'n';
  if (key instanceof Float) return Object.is(key.value, -0) ? 'f-0' : `f${key.value}`;
  if (key instanceof Uint8Array) return `x${characters(key)}`;
  if (key instanceof Decimal) return `d${key.coefficient}e${key.exponent}`;
  if (key instanceof Tagged) return `g${key.tag}:${keyIdentity(key.value)}`;
  if (key instanceof Message) return `m${key.type}:${characters(key.bytes)}`;
  if (key instanceof Opaque) return `o${key.kind}:${characters(key.bytes)}`;
  throw new TypeError('an array or a map is no key');
}

/** One character a byte. */
function characters(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}
