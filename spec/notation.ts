/**
 * The vectors' notation: values, frames and long inputs in JSON, as spec/README.md defines them, to and from what the
 * library takes and answers.
 */
import type { FrameBody } from '../src/frame/all.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../src/value/index.ts';

/** A run of texts or literals that count upwards in decimal. */
interface Series {
  readonly from: number;
  readonly to: number;
  readonly digits: number;
  readonly before?: string;
  readonly after?: string;
}

/** Bytes: hexadecimal digits, or parts of them with repetitions. */
export type Hex = string | readonly HexPart[];
type HexPart = string | { readonly repeat: Hex; readonly times: number } | { readonly series: Series };

export type Notation =
  | null
  | boolean
  | { readonly int: string }
  | { readonly float: string }
  | { readonly decimal: readonly [string, number] }
  | { readonly text: string; readonly times?: number }
  | { readonly bytes: string; readonly times?: number }
  | { readonly array: readonly (Notation | Repeated)[] }
  | { readonly map: readonly (readonly [Notation, Notation])[] }
  | { readonly tag: string; readonly value: Notation }
  | { readonly message: string; readonly bytes: string }
  | { readonly reserved: string; readonly bytes: string };

type Repeated = { readonly repeat: Notation; readonly times: number } | { readonly series: Series };

/** A frame: its kind, then its fields; numbers of 64 bits are strings, bytes hexadecimal. */
export type FrameNotation = { readonly kind: FrameBody['kind'] } & { readonly [field: string]: unknown };

// No Buffer: this runs in browsers too.
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function unhex(hex: Hex): Uint8Array {
  if (typeof hex !== 'string') return joined(hex.map(unhexPart));
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function unhexPart(part: HexPart): Uint8Array {
  if (typeof part === 'string') return unhex(part);
  if ('series' in part) {
    const { before = '', after = '' } = part.series;
    return unhex(series(part.series, (digits) => before + digits.replace(/./g, '3$&') + after).join(''));
  }
  const piece = unhex(part.repeat);
  return new Uint8Array(piece.length * part.times).map((_, i) => piece[i % piece.length]!);
}

function series<T>({ from, to, digits }: Series, make: (digits: string) => T): T[] {
  return Array.from({ length: to - from + 1 }, (_, i) => make(String(from + i).padStart(digits, '0')));
}

export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += HEX[byte]!;
  return hex;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    bytes.set(part, pos);
    pos += part.length;
  }
  return bytes;
}

/** `number` when safe, `bigint` otherwise. */
export function integer(digits: string): number | bigint {
  const value = BigInt(digits);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The value that the notation stands for, in its lossless form. */
export function toValue(notation: Notation): Encodable {
  if (notation === null || typeof notation === 'boolean') return notation;
  if ('int' in notation) return integer(notation.int);
  if ('float' in notation) return new Float(Number(notation.float));
  if ('decimal' in notation) return new Decimal(integer(notation.decimal[0]), notation.decimal[1]);
  if ('text' in notation) return notation.text.repeat(notation.times ?? 1);
  if ('array' in notation) return notation.array.flatMap(toElements);
  if ('map' in notation)
    return Entries.from(notation.map.map(([key, value]) => [toValue(key), toValue(value)]));
  if ('tag' in notation) return new Tagged(integer(notation.tag), toValue(notation.value));
  if ('message' in notation) return new Message(integer(notation.message), unhex(notation.bytes));
  if ('reserved' in notation)
    return new Opaque(Number.parseInt(notation.reserved, 16), unhex(notation.bytes));
  return unhex(notation.bytes.repeat(notation.times ?? 1));
}

function toElements(element: Notation | Repeated): Encodable[] {
  if (element !== null && typeof element === 'object') {
    if ('repeat' in element) return Array.from({ length: element.times }, () => toValue(element.repeat));
    if ('series' in element) return series(element.series, (digits) => digits);
  }
  return [toValue(element)];
}

/** The notation of a value, without shorthands. */
export function toNotation(value: Encodable): Notation {
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

function objectNotation(value: Encodable & object): Notation {
  if (value instanceof Uint8Array) return { bytes: toHex(value) };
  if (Array.isArray(value)) return { array: value.map(toNotation) };
  if (value instanceof Float) return float(value.value);
  if (value instanceof Decimal) return { decimal: [String(value.coefficient), value.exponent] };
  if (value instanceof Tagged) return { tag: String(value.tag), value: toNotation(value.value) };
  if (value instanceof Message) return { message: String(value.type), bytes: toHex(value.bytes) };
  if (value instanceof Opaque) return { reserved: value.kind.toString(16), bytes: toHex(value.bytes) };
  const pairs = value instanceof Entries ? [...value] : Object.entries(value as Record<string, Encodable>);
  return { map: pairs.map(([key, item]) => [toNotation(key), toNotation(item)] as const) };
}

function float(value: number): Notation {
  return { float: Object.is(value, -0) ? '-0' : String(value) };
}

const BYTES = new Set(['token', 'echo', 'deflated', 'bytes']);
const TEXTS = new Set(['kind', 'form', 'scope', 'verb', 'text']);
const VALUES = new Set(['args', 'unknownKeys']);

/** The frame that the notation stands for. */
export function toFrame(notation: FrameNotation): FrameBody {
  const body: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(notation)) {
    if (name === 'fields') Object.assign(body, toFields(field as Record<string, Notation>));
    else if (VALUES.has(name)) body[name] = (field as Notation[]).map(toValue);
    else if (name === 'value') body[name] = toValue(field as Notation);
    else if (BYTES.has(name)) body[name] = unhex(field as string);
    else if (TEXTS.has(name) || typeof field === 'number') body[name] = field;
    else body[name] = integer(field as string);
  }
  return body as unknown as FrameBody;
}

function toFields(fields: Record<string, Notation>): Record<string, Encodable> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toValue(value)]));
}

/** The notation of a frame. */
export function frameNotation(body: FrameBody): FrameNotation {
  if (body.kind === 'HELLO') return helloNotation(body as unknown as Record<string, Encodable>);
  const out: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(body)) {
    if (name === 'args') out[name] = (field as Encodable[]).map(toNotation);
    else if (name === 'value') out[name] = toNotation(field as Encodable);
    else if (BYTES.has(name)) out[name] = toHex(field as Uint8Array);
    else if (TEXTS.has(name) || name === 'length') out[name] = field;
    else out[name] = String(field);
  }
  return out as FrameNotation;
}

function helloNotation({ kind, form, unknownKeys, ...fields }: Record<string, Encodable>): FrameNotation {
  const known = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toNotation(value)]));
  const unknown =
    unknownKeys === undefined ? {} : { unknownKeys: (unknownKeys as Encodable[]).map(toNotation) };
  return { kind, form, fields: known, ...unknown } as unknown as FrameNotation;
}
