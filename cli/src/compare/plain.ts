/** What a command or reply says without what only RESP and Petrel tell apart: as programs put it in JSON or MessagePack. */
import { Tag } from 'petrel';
import { RespTag, STATUSES } from 'petrel/resp';
import { Entries, Float, Message, Opaque, Tagged, type Encodable } from 'petrel/value';

/** Statuses, errors and verbatim texts as texts, nulls as null, sets and pushes as arrays, attributes as pairs. */
export function plain(value: Encodable): Encodable {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return (value as readonly Encodable[]).map(plain);
  if (value instanceof Tagged) return ofTag(value);
  if (value instanceof Message || value instanceof Opaque) return value.bytes;
  return value instanceof Entries ? map(value) : value;
}

function map({ keys, values }: Entries): Encodable {
  if (keys.every((key) => typeof key === 'string')) return new Entries(keys, values.map(plain));
  return keys.map((key, i) => [plain(key), plain(values[i]!)]);
}

function ofTag({ tag, value }: Tagged): Encodable {
  const items = Array.isArray(value) ? (value as readonly Encodable[]) : [];
  switch (tag) {
    case RespTag.Status:
      return typeof value === 'number' ? (STATUSES[value] ?? value) : value;
    case RespTag.Null:
      return null;
    case Tag.ERROR:
      return items.length > 0 ? plain(items[0]!) : plain(value);
    case Tag.VERBATIM:
      return plain(items[1] ?? value);
    case RespTag.Double:
      return typeof value === 'string' ? new Float(doubleOf(value)) : value;
    case RespTag.Chunks:
      return joined(items);
    case RespTag.Pairs:
      return items.flatMap((key, i) => (i % 2 === 0 ? [[plain(key), plain(items[i + 1]!)]] : []));
    default:
      return plain(value);
  }
}

function doubleOf(text: string): number {
  if (/nan/i.test(text)) return NaN;
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

function joined(chunks: readonly Encodable[]): Encodable {
  if (chunks.every((chunk) => typeof chunk === 'string')) return chunks.join('');
  return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as Uint8Array | string as string)));
}

/** A plain value as JSON has it: bytes in base64, floats that are no numbers as texts. */
export function jsonable(value: Encodable): Encodable {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const float = value instanceof Float ? value.value : value;
  if (typeof float === 'number') return Number.isFinite(float) ? value : String(float);
  if (Array.isArray(value)) return (value as readonly Encodable[]).map(jsonable);
  if (value instanceof Entries) return new Entries(value.keys, value.values.map(jsonable));
  return value;
}

/** Whether a plain value has bytes somewhere. */
export function hasBytes(value: Encodable): boolean {
  if (value instanceof Uint8Array) return true;
  if (value instanceof Entries) return value.values.some(hasBytes);
  return Array.isArray(value) && (value as readonly Encodable[]).some(hasBytes);
}
