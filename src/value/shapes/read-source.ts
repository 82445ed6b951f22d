/**
 * The text of a function that reads the objects of a shape: integers and texts by code of their own in place of a
 * call that finds out what a value is (values a, decode: 1.3x), and an object made at once, not key by key. What a field held
 * when it was made is what its code is for; anything else, and every fault, is left to the reader.
 */
import * as Head from '../heads.ts';
import { literal } from './literal.ts';

/** Bytes that are there for a field that is read in place: a head and eight. */
const FIELD_BYTES = 9;
/** Integers whose bytes are their value begin here. [VALUE-2] */
const WORDS = Head.UINTS + 256;

/**
 * @param heads the first bytes of an object's values, in the order of its keys
 * @returns the body of a function of the names that `ShapeCompiler` gives it, which answers the function.
 */
export function readerSource(keys: readonly string[], heads: readonly number[]): string {
  const fields = keys.map((_, i) => field(i, heads[i] ?? Head.NULL));
  // A computed key, so that `__proto__` is one as any other.
  const pairs = keys.map((key, i) => `${key === '__proto__' ? `[${literal(key)}]` : literal(key)}: v${i}`);
  return `'use strict';
return (reader, level) => {
  const inner = level + 1;
  const bytes = reader.bytes, last = reader.end - ${FIELD_BYTES};
  let pos = reader.pos, at = 0, head = 0, low = 0, high = 0, spare = 0;
  let ${keys.map((_, i) => `v${i}`).join(', ')};
  try {
    ${fields.join('\n    ')}
  } catch (error) {
    throw through(error, keys[at]);
  }
  reader.pos = pos;
  return { ${pairs.join(', ')} };
};`;
}

/** @returns the body of a function that answers a `ReadCharacters` for texts of so many bytes, one or more. */
export function charactersSource(length: number): string {
  const names = Array.from({ length }, (_, i) => `c${i}`);
  return `'use strict';
return (bytes, start) => {
  const ${names.map((name, i) => `${name} = bytes[start + ${i}]`).join(', ')};
  return (${names.join(' | ')}) > 0x7f ? undefined : String.fromCharCode(${names.join(', ')});
};`;
}

/** `at` follows the fields, for the path of a fault. */
function field(i: number, head: number): string {
  const done = `break f${i}`;
  if (isText(head)) return `at = ${i}; reader.pos = pos; v${i} = readText(reader, inner); pos = reader.pos;`;
  const inPlace = head < Head.NINT ? integer(i, head, done) : '';
  return `at = ${i};
    f${i}: {
      ${inPlace}
      reader.pos = pos;
      v${i} = reader.value(inner);
      pos = reader.pos;
    }`;
}

function isText(head: number): boolean {
  return (head >= Head.REF && head < Head.BYTES) || head === Head.REF_LONG || head === Head.TEXT_UTF16;
}

/** An integer from 0 to 2^53 - 1 whose last byte is not spare: one that is, is a fault, or at least for the reader. */
function integer(i: number, sample: number, done: string): string {
  const wide = sample >= Head.UINT_BYTES + 4;
  return `head = pos <= last ? bytes[pos] : 0xff;
      if (head < ${Head.UINT_BYTES}) { v${i} = head; pos++; ${done}; }
      ${wide ? wideInteger(i, done) : narrowInteger(i, done)}`;
}

function wideInteger(i: number, done: string): string {
  return `spare = ${8 * (Head.NINT - 1)} - 8 * head;
      if (spare >= 0 && spare < 32) {
        high = (bytes[pos + 5] | bytes[pos + 6] << 8 | bytes[pos + 7] << 16 | bytes[pos + 8] << 24) << spare >>> spare;
        if (high >>> 24 - spare !== 0 && high < 0x200000) {
          low = bytes[pos + 1] | bytes[pos + 2] << 8 | bytes[pos + 3] << 16 | bytes[pos + 4] << 24;
          v${i} = high * 0x100000000 + (low >>> 0);
          pos += head - ${Head.UINT_BYTES - 2};
          ${done};
        }
      }`;
}

function narrowInteger(i: number, done: string): string {
  return `spare = ${8 * (Head.UINT_BYTES + 3)} - 8 * head;
      if (spare >= 0 && spare < 24) {
        low = (bytes[pos + 1] | bytes[pos + 2] << 8 | bytes[pos + 3] << 16 | bytes[pos + 4] << 24) << spare >>> spare;
        if (low >>> 24 - spare !== 0 && low >= ${WORDS}) {
          v${i} = low;
          pos += head - ${Head.UINT_BYTES - 2};
          ${done};
        }
      }`;
}
