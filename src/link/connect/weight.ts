/** About how much memory a value takes: for who holds some. */
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../../value/index.ts';

/** Bytes of anything at all, and of what bits of a bigint take. */
const EACH = 16;

/** Bytes: two for each unit of a text, one for each of bytes, and 16 for each value, keys among them. It never underrates by much. */
export function weightOf(...values: readonly Encodable[]): number {
  let sum = 0;
  // a stack, for values nest as deeply as the limits allow
  const left: Encodable[] = [...values];
  while (left.length > 0) {
    const value = left.pop()!;
    sum += EACH + ownWeight(value);
    if (typeof value === 'object' && value !== null) for (const item of itemsOf(value)) left.push(item);
  }
  return sum;
}

function ownWeight(value: Encodable): number {
  if (typeof value === 'string') return 2 * value.length;
  // its hexadecimal digits are half a byte each
  if (typeof value === 'bigint') return value.toString(16).length / 2;
  if (value instanceof Uint8Array) return value.length;
  return value instanceof Message || value instanceof Opaque ? value.bytes.length : 0;
}

function* itemsOf(value: object): Generator<Encodable, void, void> {
  if (value instanceof Uint8Array || value instanceof Message || value instanceof Opaque) return;
  if (value instanceof Float) return;
  if (value instanceof Decimal) yield value.coefficient;
  else if (value instanceof Tagged) yield value.value;
  else if (Array.isArray(value) || value instanceof Set) yield* value as Iterable<Encodable>;
  else if (value instanceof Map || value instanceof Entries)
    for (const pair of value as Iterable<[Encodable, Encodable]>) yield* pair;
  else yield* Object.entries(value).flat() as Encodable[];
}
