/**
 * Protobuf's JSON as text. The parser is the command's own, so that integers stay exact and a key that stands twice is
 * refused; what it answers becomes plain JSON values here.
 */
import { stringify, type StringifyOptions } from 'petrel/json';
import type { Init, MessageType } from 'petrel/message';
import {
  fromJson,
  JsonMappingError,
  toJson,
  type JsonReadOptions,
  type JsonValue,
  type JsonWriteOptions,
} from 'petrel/protojson';
import { Decimal, Entries, Float, type Encodable } from 'petrel/value';
import { formatPath, type PathStep } from 'petrel/wire';
import { CommandError, Exit, exitCodeOf } from '../exit.ts';
import { parseJson } from '../json.ts';

/** Larger integers than these stay doubles: no field of a message holds them otherwise. */
const LARGEST = 1e21;
/** Digits of the largest. */
const DIGITS = 21;

/**
 * The JSON value of a text: integers beyond 2^53 as bigint, so that they stay exact, also where they are written `1e18` or
 * `9007199254740993.0`; other numbers as the nearest double.
 * @throws JsonError as `parseJson`; CommandError MALFORMED, naming the path, for a number beyond every double.
 */
export function jsonValueFromText(text: string): JsonValue {
  return plain(parseJson(text), []);
}

/** The text of a JSON value; -0 is `-0.0`. @throws TypeError, RangeError as `stringify`. */
export function textFromJsonValue(json: JsonValue, options?: StringifyOptions): string {
  return stringify(json, options);
}

/**
 * The message that a text in protobuf's JSON mapping is.
 * @throws JsonError as `parseJson`; CommandError, naming the path, where the text is JSON but no such message.
 */
export function messageFromText<T extends object>(
  type: MessageType<T>,
  text: string,
  options?: JsonReadOptions,
): T {
  const json = jsonValueFromText(text);
  return mapped(() => fromJson(type, json, options));
}

/** A message as text in protobuf's JSON mapping. @throws CommandError, naming the path, where it has none. */
export function textFromMessage<T extends object>(
  type: MessageType<T>,
  message: Init<T>,
  options?: JsonWriteOptions & StringifyOptions,
): string {
  return textFromJsonValue(
    mapped(() => toJson(type, message, options)),
    options,
  );
}

function mapped<V>(convert: () => V): V {
  try {
    return convert();
  } catch (error) {
    if (error instanceof JsonMappingError)
      throw new CommandError(`JSON: ${error.message}`, exitCodeOf(error));
    throw error;
  }
}

/** The parser bounds the nesting. */
function plain(value: Encodable, path: PathStep[]): JsonValue {
  if (value instanceof Entries) return object(value, path);
  if (value instanceof Float) return real(value.value);
  if (value instanceof Decimal) return decimal(value, path);
  if (!Array.isArray(value)) return value as JsonValue;
  return (value as readonly Encodable[]).map((element, i) => {
    path.push(i);
    const json = plain(element, path);
    path.pop();
    return json;
  });
}

function object({ keys, values }: Entries, path: PathStep[]): JsonValue {
  const json = Object.create(null) as Record<string, JsonValue>;
  for (const [i, key] of (keys as readonly string[]).entries()) {
    path.push(key);
    json[key] = plain(values[i]!, path);
    path.pop();
  }
  return json;
}

/** A Float's shortest spelling is its token's number, so that the spelling's integer is the exact one. */
function real(value: number): JsonValue {
  const isLarge = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < LARGEST;
  return isLarge ? BigInt(value.toString()) : value;
}

function decimal({ coefficient, exponent }: Decimal, path: readonly PathStep[]): JsonValue {
  const digits = String(coefficient);
  if (exponent >= 0 && digits.length + exponent <= DIGITS) return BigInt(digits + '0'.repeat(exponent));
  const value = Number(`${digits}e${exponent}`);
  if (Number.isFinite(value)) return value;
  const at = path.length > 0 ? ` (at ${formatPath(path)})` : '';
  throw new CommandError(`JSON: a number beyond every double${at}`, Exit.MALFORMED);
}
