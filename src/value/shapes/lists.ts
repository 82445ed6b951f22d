/** Lists whose elements are integers, or records: those of one shape in a row are read by one call (values b, decode: 1.2x). */
import { through } from '../../wire/errors.ts';
import { varintLength } from '../../wire/writer.ts';
import * as Head from '../heads.ts';
import type { Shape, ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';
import { readIntegers } from './integers.ts';
import type { Texts } from './read-text.ts';

const INLINE_SHAPES = Head.RECORD_LONG - Head.RECORD;
const INLINE_KEYS = Head.MAP_LONG - Head.MAP;

/** So many elements are worth a DataView of the bytes. */
const VIEWED = 12;

/** As many values, each a level deeper than `level`, as the reader would read them. */
export function readElements(reader: ValueReader, texts: Texts, count: number, level: number): Value[] {
  const { bytes, end } = reader;
  const integers = count >= VIEWED && bytes[reader.pos]! < Head.REF;
  const rows = integers ? readIntegers(reader, texts.viewOf(reader), count, level + 1) : [];
  try {
    while (rows.length < count) {
      rows.push(reader.value(level + 1));
      const index = reader.pos < end ? bytes[reader.pos]! - Head.RECORD : -1;
      if (index >= 0 && index < reader.shapeCount && index < INLINE_SHAPES)
        reader.shapes[index]!.readRows?.(reader, level + 1, rows, count, index);
    }
  } catch (error) {
    throw through(error, rows.length);
  }
  return rows;
}

/** What a record of the shape adds to the bytes read, where one byte stands before its values. [LIMIT-4] */
export function expansion({ keys, size }: Shape): number {
  const { length } = keys;
  return length < INLINE_KEYS ? size : size + varintLength(length - INLINE_KEYS);
}

/**
 * Whether a record follows, whose first byte is `head` and that has so many values, and may be opened: then it is. What may
 * not be is left to the reader, as is every fault. [VALUE-11] [VALUE-23] [LIMIT-3] [LIMIT-4]
 */
export function openRow(reader: ValueReader, head: number, count: number, expands: number): boolean {
  const { bytes, pos, end, limits } = reader;
  if (count >= end - pos || bytes[pos] !== head) return false;
  const elements = reader.elements + count;
  const extra = reader.extra + expands;
  if (elements > limits.maxElements || pos + 1 + extra > limits.maxExpanded) return false;
  reader.elements = elements;
  reader.extra = extra;
  reader.pos = pos + 1;
  return true;
}
