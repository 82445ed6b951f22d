/** The text of a declared default, as descriptors spell it, to the value. */
import type { EnumType, Scalar } from '../message/types.ts';
import { plain, type Fail } from './error.ts';

/** The least and the most of each integer type. */
const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};
const REAL = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WORDS: ReadonlyMap<string, number> = new Map([
  ['inf', Infinity],
  ['-inf', -Infinity],
  ['nan', NaN],
  ['-nan', NaN],
]);
/** C's escapes of the control characters from 7 on, in order. */
const CONTROLS = 'abtnvfr';

/**
 * A default's value: a number (`bigint` beyond the safe ones), a boolean, a text, bytes, or an enum's number.
 * @throws DescriptorError for a text that spells none of that type.
 */
export function parseDefault(text: string, type: Scalar | EnumType, fail: Fail): unknown {
  const value = typeof type === 'string' ? scalar(text, type) : enumNumber(text, type);
  if (value === undefined) {
    const name = typeof type === 'string' ? type : type.name;
    throw fail(`has the default ${plain(text)}, which is no ${name}`);
  }
  return value;
}

function enumNumber(text: string, { values }: EnumType): number | undefined {
  return Object.hasOwn(values, text) ? values[text] : undefined;
}

function scalar(text: string, type: Scalar): unknown {
  switch (type) {
    case 'bool':
      return text === 'true' || (text === 'false' ? false : undefined);
    case 'string':
      return text;
    case 'bytes':
      return unescape(text);
    case 'double':
      return real(text);
    case 'float': {
      const value = real(text);
      return value === undefined ? undefined : Math.fround(value);
    }
    default:
      return integer(
        text,
        RANGES[`${type.startsWith('u') || type.startsWith('fixed') ? 'u' : ''}int${type.slice(-2)}`]!,
      );
  }
}

function real(text: string): number | undefined {
  return WORDS.get(text) ?? (REAL.test(text) ? Number(text) : undefined);
}

function integer(text: string, [least, most]: readonly [bigint, bigint]): number | bigint | undefined {
  // Longer than any 64-bit integer: not worth a bigint of its length.
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const exact = BigInt(text);
  if (exact < least || exact > most) return undefined;
  const near = Number(exact);
  return Number.isSafeInteger(near) ? near : exact;
}

/** Bytes in C's escapes: letters, `\377`, `\xff`; other characters as their UTF-8, which protoc escapes. */
function unescape(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  const pattern = /\\(?:x([\da-fA-F]{1,2})|([0-7]{1,3})|([abtnvfr])|([\\'"?]))|([ -[\]-~])/gy;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (!found) return undefined;
    const [, hex, octal, letter, sign, character] = found;
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(parseInt(octal, 8) & 0xff);
    else if (letter !== undefined) bytes.push(7 + CONTROLS.indexOf(letter));
    else bytes.push((sign ?? character)!.charCodeAt(0));
  }
  return Uint8Array.from(bytes);
}
