/** Scalar values: one reader, one writer, each judging what it is given. */
import type { MapKey, Scalar } from '../message/types.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { JsonValue } from './json-value.ts';
import { exactInteger, realOf, shortestFloat } from './numbers.ts';
import type { Walk } from './walk.ts';

type Integer = Exclude<Scalar, 'double' | 'float' | 'bool' | 'string' | 'bytes'>;
type Range = readonly [least: number | bigint, most: number | bigint];

const SIGNED_32: Range = [-0x8000_0000, 0x7fff_ffff];
const UNSIGNED_32: Range = [0, 0xffff_ffff];
const SIGNED_64: Range = [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn];
const UNSIGNED_64: Range = [0, 0xffff_ffff_ffff_ffffn];

const RANGES: Readonly<Record<Integer, Range>> = {
  int32: SIGNED_32,
  sint32: SIGNED_32,
  sfixed32: SIGNED_32,
  uint32: UNSIGNED_32,
  fixed32: UNSIGNED_32,
  int64: SIGNED_64,
  sint64: SIGNED_64,
  sfixed64: SIGNED_64,
  uint64: UNSIGNED_64,
  fixed64: UNSIGNED_64,
};

/** A scalar from JSON: numbers also as texts, bytes as base64. @throws JsonMappingError for what is none of its type. */
export function readScalar(walk: Walk, type: Scalar, json: unknown): unknown {
  switch (type) {
    case 'double':
    case 'float':
      return readReal(walk, type, json);
    case 'bool':
      return bool(walk, json);
    case 'string':
      return text(walk, json);
    case 'bytes':
      return readBytes(walk, json);
    default:
      return integer(walk, type, exactInteger(json), json);
  }
}

/** JSON of a scalar: 64-bit integers as texts, bytes as base64. @throws JsonMappingError for what is none of its type. */
export function writeScalar(walk: Walk, type: Scalar, value: unknown, shortFloats: boolean): JsonValue {
  switch (type) {
    case 'double':
    case 'float':
      return writeReal(walk, type, value, shortFloats);
    case 'bool':
      return bool(walk, value);
    case 'string':
      return text(walk, value);
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw walk.expected('a Uint8Array', value);
      return toBase64(value);
    default: {
      const whole = integer(walk, type, typeof value === 'string' ? undefined : exactInteger(value), value);
      return type.endsWith('64') ? String(whole) : whole;
    }
  }
}

/** A map's key as messages hold it, from its text. @throws JsonMappingError for a text that is no such key. */
export function readMapKey(walk: Walk, type: MapKey, key: string): string {
  if (type !== 'bool') return String(readScalar(walk, type, key));
  if (key !== 'true' && key !== 'false') throw walk.expected('"true" or "false"', key);
  return key;
}

/** An int32 from a JSON number, for enums; undefined where it is none. */
export function enumNumber(json: unknown): number | undefined {
  const number = typeof json === 'string' ? undefined : exactInteger(json);
  return typeof number === 'number' && (number | 0) === number ? number : undefined;
}

function integer(
  walk: Walk,
  type: Integer,
  value: number | bigint | undefined,
  found: unknown,
): number | bigint {
  const [least, most] = RANGES[type];
  if (value !== undefined && value >= least && value <= most) return value;
  if (
    typeof found === 'number' &&
    Number.isInteger(found) &&
    !Number.isSafeInteger(found) &&
    type.endsWith('64')
  )
    throw walk.expected(
      'a text or a bigint for an integer beyond 2^53, which a number may have rounded',
      found,
    );
  throw walk.expected(`a whole number from ${least} to ${most}`, found);
}

/** A float keeps the number of the JSON: what writes it in 32 bits rounds it. */
function readReal(walk: Walk, type: 'double' | 'float', json: unknown): number {
  const value = real(json);
  if (value === undefined) throw walk.expected(`a number within the range of a ${type}`, json);
  if (type === 'float' && Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
    throw walk.expected('a number within the range of a float', json);
  return value;
}

/** A bigint is rounded, as any number with more digits than a double is. */
function real(json: unknown): number | undefined {
  if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
  if (typeof json === 'string') return realOf(json);
  const value = typeof json === 'bigint' ? Number(json) : json;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function writeReal(walk: Walk, type: 'double' | 'float', value: unknown, short: boolean): JsonValue {
  if (typeof value !== 'number') throw walk.expected('a number', value);
  const written = type === 'float' ? Math.fround(value) : value;
  if (!Number.isFinite(written)) return String(written);
  return short && type === 'float' ? shortestFloat(written) : value;
}

function bool(walk: Walk, value: unknown): boolean {
  if (typeof value !== 'boolean') throw walk.expected('true or false', value);
  return value;
}

function text(walk: Walk, value: unknown): string {
  if (typeof value !== 'string') throw walk.expected('a text', value);
  if (/\p{Surrogate}/u.test(value)) throw walk.expected('a text without lone surrogates', value);
  return value;
}

function readBytes(walk: Walk, json: unknown): Uint8Array {
  const bytes = typeof json === 'string' ? fromBase64(json) : undefined;
  if (!bytes) throw walk.expected('bytes in base64', json);
  return bytes;
}
