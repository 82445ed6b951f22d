/** Objects of a shape that no code was made for: their values read one after the other, small ones without a call that finds out what they are. */
import { through } from '../../wire/errors.ts';
import * as Head from '../heads.ts';
import type { ReadFields, ReadRows, Shape, ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';
import type { PutText } from './deferred.ts';
import { expansion, openRow } from './lists.ts';
import { INTEGER_BYTES, integerOf, isSafe, numberAt, readInteger, sizeOf } from './integers.ts';
import { readList, readScaled } from './read-number.ts';
import { isText, type Texts } from './read-text.ts';
import { storeAll, type Fields } from './stores.ts';

/** The keys whose values are read, and where those go. */
interface Target {
  readonly keys: readonly string[];
  readonly texts: Texts;
  /** The first of their groups of places, see `storeAll`; -1 where they have none. */
  readonly group: number;
}

/** Reads one object of the shape, whose first group of places is `group` (values f, decode, remembered: 1.7x). */
export function fieldsReader({ keys }: Shape, texts: Texts, group: number): ReadFields {
  const template = templateOf(keys, group);
  const target = { keys, texts, group };
  return (reader, level) => {
    const object: Fields = template === undefined ? {} : { ...template };
    readFields(reader, level + 1, target, object, undefined, 0);
    return object;
  };
}

/** The same for records in a row. */
export function rowsReader(shape: Shape, texts: Texts, group: number): ReadRows {
  const { keys } = shape;
  const { deferred } = texts;
  const expands = expansion(shape);
  const template = templateOf(keys, group);
  const target = { keys, texts, group };
  const put: PutText = (row, field, text) => {
    (row as Fields)[keys[field]!] = text;
  };
  return (reader, level, rows, count, index) => {
    const view = texts.viewOf(reader);
    const base = deferred.begin();
    while (rows.length < count && openRow(reader, Head.RECORD + index, keys.length, expands)) {
      const row: Fields = template === undefined ? {} : { ...template };
      readFields(reader, level + 1, target, row, view, rows.length);
      rows.push(row);
      if (deferred.full) deferred.finish(reader, rows, put, base);
    }
    deferred.finish(reader, rows, put, base);
  };
}

/**
 * Reads the values of the keys into an object: one loop that keeps where it is in a variable of its own (values f: 1.1x), and
 * seven values for the places that store eight.
 * @param view what the bytes are seen through, of a row; `row` is its index then
 */
function readFields(
  reader: ValueReader,
  level: number,
  { keys, texts, group }: Target,
  object: Fields,
  view: DataView | undefined,
  row: number,
): void {
  const { bytes } = reader;
  const { length } = keys;
  const end = reader.end | 0;
  const last = (end - INTEGER_BYTES) | 0;
  let pos = reader.pos | 0;
  let i = 0;
  let a: Value = null;
  let b: Value = null;
  let c: Value = null;
  let d: Value = null;
  let e: Value = null;
  let f: Value = null;
  let g: Value = null;
  try {
    for (; i < length; i++) {
      const head = pos < end ? bytes[pos]! : Head.INVALID;
      let value: Value;
      if (head < Head.UINT_BYTES) {
        value = head;
        pos++;
      } else if (view !== undefined && head < Head.REF && pos <= last) {
        const number = numberAt(view, pos, head);
        if (isSafe(number, head)) {
          value = integerOf(number, head);
          pos += sizeOf(head);
        } else {
          reader.pos = pos;
          value = reader.value(level);
          pos = reader.pos | 0;
        }
      } else if (head === Head.TRUE || head === Head.FALSE) {
        value = head === Head.TRUE;
        pos++;
      } else {
        reader.pos = pos;
        if (isText(head))
          value =
            view === undefined ? texts.field(reader, level) : texts.rowField(reader, level, view, row, i);
        else if (head < Head.REF && pos <= last) value = readInteger(reader, level, pos, head);
        else {
          if (view !== undefined) texts.deferred.settle(reader); // it may refer to them
          value = readRest(reader, level, head);
        }
        pos = reader.pos | 0;
      }
      if (group < 0) object[keys[i]!] = value;
      else
        // prettier-ignore
        switch (i & 7) {
          case 0: a = value; break;
          case 1: b = value; break;
          case 2: c = value; break;
          case 3: d = value; break;
          case 4: e = value; break;
          case 5: f = value; break;
          case 6: g = value; break;
          default: storeAll(object, group + (i >> 3), keys, i & ~7, a, b, c, d, e, f, g, value);
        }
    }
  } catch (error) {
    throw through(error, keys[i]!);
  }
  reader.pos = pos;
  if (group >= 0 && (i & 7) > 0) storeAll(object, group + (i >> 3), keys, i & ~7, a, b, c, d, e, f, g, null);
}

/** A float over a power of ten, a short list, and whatever is for the reader. */
function readRest(reader: ValueReader, level: number, head: number): Value {
  if (head === Head.FLOAT_SCALED) return readScaled(reader, level);
  return head >= Head.ARRAY && head < Head.ARRAY_LONG ? readList(reader, level) : reader.value(level);
}

/** V8 makes a hash table of an object that gets more properties than these one by one: of 30, that takes six times as long. */
const FEW_KEYS = 12;

/**
 * An object with these keys, to be copied and its values stored over. Few keys need none, unless they come often: making it
 * takes as long as reading a few objects.
 */
function templateOf(keys: readonly string[], group: number): Fields | undefined {
  if (group < 0 && keys.length <= FEW_KEYS) return undefined;
  return JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:null`).join()}}`) as Fields;
}
