/**
 * The text of a function that reads the objects of a shape: integers and texts by code of their own in place of a
 * call that finds out what a value is (values a, decode: 1.3x), and an object made at once, not key by key. What a field held
 * when it was made is what its code is for; anything else, and every fault, is left to the reader.
 */
import * as Head from '../heads.ts';
import { literal } from './literal.ts';

/** How four bytes after `pos` are read, and texts. */
interface Access {
  readonly word: (at: number) => string;
  readonly text: (i: number) => string;
  /** What stands before a call of the reader. */
  readonly before: string;
}

const IN_BYTES: Access = {
  word: (at) => [0, 1, 2, 3].map((i) => `bytes[pos + ${at + i}] << ${8 * i}`).join(' | '),
  text: () => 'readText(reader, inner)',
  before: '',
};
const IN_VIEW: Access = {
  word: (at) => `view.getInt32(pos + ${at}, true)`,
  text: (i) => `texts.rowField(reader, inner, view, rows.length, ${i})`,
  before: 'deferred.settle(reader); ',
};

/** Bytes that are there for a field that is read in place: a head and eight. */
const FIELD_BYTES = 9;

/**
 * @param heads the first bytes of an object's values, in the order of its keys
 * @returns the body of a function of the names that `ShapeCompiler` gives it, which answers the function.
 */
export function readerSource(keys: readonly string[], heads: readonly number[]): string {
  const fields = keys.map((_, i) => field(i, heads[i] ?? Head.NULL, IN_BYTES));
  return `'use strict';
return (reader, level) => {
  const inner = level + 1;
  const bytes = reader.bytes, last = reader.end - ${FIELD_BYTES} | 0;
  let pos = reader.pos | 0, at = 0, head = 0, low = 0, high = 0, spare = 0;
  let ${namesOf(keys)};
  try {
    ${fields.join('\n    ')}
  } catch (error) {
    throw through(error, keys[at]);
  }
  reader.pos = pos;
  return ${objectOf(keys)};
};`;
}

/**
 * The same for records in a row: their bytes are seen through a DataView, which is worth making for many of them.
 * @param expands what a record adds to the bytes read
 */
export function rowsSource(keys: readonly string[], heads: readonly number[], expands: number): string {
  const fields = keys.map((_, i) => field(i, heads[i] ?? Head.NULL, IN_VIEW));
  const cases = keys.flatMap((key, i) =>
    isText(heads[i] ?? Head.NULL) ? `case ${i}: row[${literal(key)}] = text; break;` : [],
  );
  return `'use strict';
const { deferred } = texts;
const put = (row, field, text) => {
  switch (field) { ${cases.join(' ')} }
};
return (reader, level, rows, count, index) => {
  const inner = level + 1, record = ${Head.RECORD} + index;
  const bytes = reader.bytes, view = texts.viewOf(reader), last = reader.end - ${FIELD_BYTES} | 0;
  const base = deferred.begin();
  let pos = 0, at = 0, head = 0, low = 0, high = 0, spare = 0;
  while (rows.length < count && openRow(reader, record, ${keys.length}, ${expands})) {
    let ${namesOf(keys)};
    pos = reader.pos | 0;
    try {
      ${fields.join('\n      ')}
    } catch (error) {
      throw through(error, keys[at]);
    }
    reader.pos = pos;
    rows.push(${objectOf(keys)});
    if (deferred.full) deferred.finish(reader, rows, put, base);
  }
  deferred.finish(reader, rows, put, base);
};`;
}

function namesOf(keys: readonly string[]): string {
  return keys.map((_, i) => `v${i}`).join(', ');
}

/** The key `__proto__` is computed, so that it is one as any other. */
function objectOf(keys: readonly string[]): string {
  const pairs = keys.map((key, i) => `${key === '__proto__' ? `[${literal(key)}]` : literal(key)}: v${i}`);
  return `{ ${pairs.join(', ')} }`;
}

/**
 * @param wide whether it is UTF-16, of so many code units
 * @returns the body of a function that answers a `ReadCharacters` for texts of so many bytes, one or more.
 */
export function charactersSource(length: number, wide: boolean): string {
  const names = Array.from({ length }, (_, i) => `c${i}`);
  const unit = (i: number): string =>
    wide ? `bytes[start + ${2 * i}] | bytes[start + ${2 * i + 1}] << 8` : `bytes[start + ${i}]`;
  // Less one it is negative where, and only where, a unit is a surrogate.
  const bad = wide
    ? `(${names.map((name) => `((${name} ^ 0xd800) & 0xf800) - 1`).join(' | ')}) < 0`
    : `(${names.join(' | ')}) > 0x7f`;
  return `'use strict';
return (bytes, start) => {
  const ${names.map((name, i) => `${name} = ${unit(i)}`).join(', ')};
  return ${bad} ? undefined : String.fromCharCode(${names.join(', ')});
};`;
}

/** `at` follows the fields, for the path of a fault. */
function field(i: number, head: number, access: Access): string {
  const done = `break f${i}`;
  const call = isText(head)
    ? access.text(i)
    : head === Head.FLOAT_SCALED
      ? 'readScaled(reader, inner)'
      : head >= Head.ARRAY && head < Head.ARRAY_LONG
        ? 'readList(reader, inner)'
        : '';
  const before = isText(head) ? '' : access.before;
  if (call !== '') return `at = ${i}; ${before}reader.pos = pos; v${i} = ${call}; pos = reader.pos | 0;`;
  return `at = ${i};
    f${i}: {
      ${inPlace(i, head, done, access)}
      ${access.before}reader.pos = pos;
      v${i} = reader.value(inner);
      pos = reader.pos | 0;
    }`;
}

/** Whether a text stood there, by a reference or not. */
function isText(head: number): boolean {
  return (head >= Head.REF && head < Head.BYTES) || head === Head.REF_LONG || head === Head.TEXT_UTF16;
}

/** Booleans, and integers whose last byte is not spare: one that is, is a fault, or at least for the reader. */
function inPlace(i: number, sample: number, done: string, access: Access): string {
  const load = `head = pos <= last ? bytes[pos] : ${Head.INVALID};`;
  if (sample === Head.TRUE || sample === Head.FALSE)
    return `${load}
      if (head === ${Head.TRUE} || head === ${Head.FALSE}) { v${i} = head === ${Head.TRUE}; pos++; ${done}; }`;
  if (sample < Head.NINT)
    return `${load}
      if (head < ${Head.UINT_BYTES}) { v${i} = head; pos++; ${done}; }
      ${sample >= Head.UINT_BYTES + 4 ? wideInteger(i, done, access) : narrowInteger(i, Head.UINT_BYTES, Head.UINTS, '', done, access)}`;
  if (sample >= Head.NINT_BYTES + 4 || sample >= Head.REF) return '';
  return `${load}
      if (head >= ${Head.NINT} && head < ${Head.NINT_BYTES}) { v${i} = ${Head.NINT - 1} - head; pos++; ${done}; }
      ${narrowInteger(i, Head.NINT_BYTES, Head.NINTS, '-1 - ', done, access)}`;
}

function wideInteger(i: number, done: string, { word }: Access): string {
  return `spare = ${8 * (Head.NINT - 1)} - 8 * head;
      if (spare >= 0 && spare < 32) {
        high = (${word(5)}) << spare >>> spare;
        if (high >>> 24 - spare !== 0 && high < 0x200000) {
          low = ${word(1)};
          v${i} = high * 0x100000000 + (low >>> 0);
          pos += head - ${Head.UINT_BYTES - 2};
          ${done};
        }
      }`;
}

/** Of up to four bytes: `first` opens a single one, which counts from `inline`; `minus` makes what was read the value. */
function narrowInteger(
  i: number,
  first: number,
  inline: number,
  minus: string,
  done: string,
  { word }: Access,
): string {
  return `spare = ${8 * (first + 3)} - 8 * head;
      if (spare >= 0 && spare < 24) {
        low = (${word(1)}) << spare >>> spare;
        if (low >>> 24 - spare !== 0 && low >= ${inline + 256}) {
          v${i} = ${minus}low;
          pos += head - ${first - 2};
          ${done};
        }
      } else if (spare === 24) {
        v${i} = ${minus}(${inline} + bytes[pos + 1]);
        pos += 2;
        ${done};
      }`;
}
