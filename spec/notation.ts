/**
 * The vectors' notation: values, frames and long inputs in JSON, as spec/README.md defines them, to and from what the
 * library takes and answers.
 */
import type { FrameBody } from '../src/frame/all.ts';
import type { FrameNotation } from '../src/inspect/notation.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../src/value/index.ts';

export {
  frameNotation,
  toHex,
  valueNotation as toNotation,
  type FrameNotation,
} from '../src/inspect/notation.ts';

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
