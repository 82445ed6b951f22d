/** What values say, in a few words. Texts are quoted and escaped, long ones shortened. */
import { quote } from '../wire/errors.ts';
import * as Head from '../value/heads.ts';
import type { ValueKind } from '../value/kinds.ts';
import { Float, Opaque, type Decimal, type Value } from '../value/types.ts';

const LABEL_UNITS = 40;
const NUMBER_DIGITS = 60;

/** How floats are spelled. */
const FLOATS: Readonly<Record<number, string>> = {
  [Head.FLOAT64]: 'float64',
  [Head.FLOAT32]: 'float32',
  [Head.FLOAT_SCALED]: 'scaled float',
};

/** `1 byte`, `5 bytes`. */
export function counted(count: number, one: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${one}s`;
}

/** A text in quotes; of one longer than `most` UTF-16 units the beginning, and how long it is. */
export function shown(text: string, most: number): string {
  if (text.length <= most) return quote(text);
  return `${quote(start(text, most))}… ${text.length} characters`;
}

/** A key as a label: bare when it is a plain word. */
export function keyLabel(key: string): string {
  const short = key.length > LABEL_UNITS ? start(key, LABEL_UNITS) : key;
  return (/^[\w-]+$/.test(short) ? short : quote(short)) + (short === key ? '' : '…');
}

/** The first units of a text; never half a surrogate pair. */
function start(text: string, units: number): string {
  const last = text.charCodeAt(units - 1) & 0xfc00;
  return text.slice(0, last === 0xd800 ? units - 1 : units);
}

/** What a value without others inside says, references aside; `index` is the one that a text took. [VALUE-12] */
export function meaning(
  kind: ValueKind,
  value: Value,
  head: number,
  most: number,
  index: number | undefined,
): string {
  if (typeof value === 'string') {
    const name = head === Head.TEXT_UTF16 ? 'text in UTF-16' : 'text';
    return `${name} ${index === undefined ? '' : `#${index} `}${shown(value, most)}`;
  }
  if (value instanceof Uint8Array) return counted(value.length, 'byte');
  if (value instanceof Float) return `${FLOATS[head]} ${spell(value.value)}`;
  if (value instanceof Opaque) {
    return `reserved kind ${value.kind.toString(16).toUpperCase()}, ${counted(value.bytes.length, 'byte')}`;
  }
  return typeof value === 'number' || typeof value === 'bigint' ? `${kind} ${value}` : kind;
}

/** A float with a point, so that 1.0 is no integer. */
export function spell(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A decimal as its digits and its exponent. */
export function decimalMeaning({ coefficient, exponent }: Decimal): string {
  return `decimal ${digits(coefficient)}e${exponent}`;
}

export function digits(value: number | bigint | string): string {
  const text = String(value);
  return text.length <= NUMBER_DIGITS ? text : `${text.slice(0, NUMBER_DIGITS)}… ${text.length} digits`;
}
