/**
 * Values and frames in the notation of the test vectors, as spec/README.md defines it: JSON that any language can read, exact
 * for every value.
 */
import type { FrameBody } from '../frame/all.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../value/types.ts';

/** A value: one key says its kind, numbers are decimal digits, bytes hexadecimal ones. */
export type ValueNotation =
  | null
  | boolean
  | { readonly int: string }
  | { readonly float: string }
  | { readonly decimal: readonly [string, number] }
  | { readonly text: string }
  | { readonly bytes: string }
  | { readonly array: readonly ValueNotation[] }
  | { readonly map: readonly (readonly [ValueNotation, ValueNotation])[] }
  | { readonly tag: string; readonly value: ValueNotation }
  | { readonly message: string; readonly bytes: string }
  | { readonly reserved: string; readonly bytes: string };

/** A frame: its kind, then its fields; numbers of 64 bits are strings, bytes hexadecimal. */
export type FrameNotation = { readonly kind: FrameBody['kind'] } & { readonly [field: string]: unknown };

// No Buffer: this runs in browsers too.
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += HEX[byte]!;
  return hex;
}

/** The notation of a value, as `decode` with `lossless` answers it. */
export function valueNotation(value: Encodable): ValueNotation {
  switch (typeof value) {
    case 'string':
      return { text: value };
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? { int: String(value) } : float(value);
    case 'bigint':
      return { int: String(value) };
    case 'boolean':
      return value;
    default:
      return value === null ? null : objectNotation(value);
  }
}

function objectNotation(value: Encodable & object): ValueNotation {
  if (value instanceof Uint8Array) return { bytes: toHex(value) };
  if (Array.isArray(value)) return { array: value.map(valueNotation) };
  if (value instanceof Float) return float(value.value);
  if (value instanceof Decimal) return { decimal: [String(value.coefficient), value.exponent] };
  if (value instanceof Tagged) return { tag: String(value.tag), value: valueNotation(value.value) };
  if (value instanceof Message) return { message: String(value.type), bytes: toHex(value.bytes) };
  if (value instanceof Opaque) return { reserved: value.kind.toString(16), bytes: toHex(value.bytes) };
  const pairs = value instanceof Entries ? [...value] : Object.entries(value as Record<string, Encodable>);
  return { map: pairs.map(([key, item]) => [valueNotation(key), valueNotation(item)] as const) };
}

function float(value: number): ValueNotation {
  return { float: Object.is(value, -0) ? '-0' : String(value) };
}

/** How the fields of frames are written: these as digits of bytes, these as they are; all else is a number. */
const BYTES = new Set(['token', 'echo', 'deflated', 'bytes']);
const TEXTS = new Set(['kind', 'form', 'scope', 'verb', 'text']);

/** The notation of a frame, read with `lossless`. */
export function frameNotation(body: FrameBody): FrameNotation {
  if (body.kind === 'HELLO') return helloNotation(body as unknown as Record<string, Encodable>);
  const out: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(body)) {
    if (name === 'args') out[name] = (field as Encodable[]).map(valueNotation);
    else if (name === 'value') out[name] = valueNotation(field as Encodable);
    else if (BYTES.has(name)) out[name] = toHex(field as Uint8Array);
    else if (TEXTS.has(name) || name === 'length') out[name] = field;
    else out[name] = String(field);
  }
  return out as FrameNotation;
}

function helloNotation({ kind, form, unknownKeys, ...fields }: Record<string, Encodable>): FrameNotation {
  const known = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, valueNotation(value)]),
  );
  const unknown =
    unknownKeys === undefined ? {} : { unknownKeys: (unknownKeys as Encodable[]).map(valueNotation) };
  return { kind, form, fields: known, ...unknown } as unknown as FrameNotation;
}
