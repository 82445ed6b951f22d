/** Objects of a shape that no code was made for: their values read one after the other, small ones without a call that finds out what they are. */
import { through } from '../../wire/errors.ts';
import * as Head from '../heads.ts';
import type { ReadFields, ReadRows, Shape, ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';
import type { Deferred, PutText } from './deferred.ts';
import { expansion, openRow } from './lists.ts';
import { readList, readScaled } from './read-number.ts';
import { isText, type Texts } from './read-text.ts';
import { storeAt, type Fields } from './stores.ts';

/**
 * Reads one object of the shape (values f, decode, remembered: 1.15x).
 * @param known whether `storeAt` is for this shape
 */
export function fieldsReader({ keys }: Shape, texts: Texts, known: boolean): ReadFields {
  const begin = beginner(keys);
  return (reader, level) => {
    const object = begin();
    let i = 0;
    try {
      for (; i < keys.length; i++) {
        const text = isText(reader.bytes[reader.pos]!);
        const value = text ? texts.field(reader, level + 1) : readField(reader, level + 1, texts.deferred);
        if (known) storeAt(object, i, keys[i]!, value);
        else object[keys[i]!] = value;
      }
    } catch (error) {
      throw through(error, keys[i]!);
    }
    return object;
  };
}

/** The same for records in a row. */
export function rowsReader(shape: Shape, texts: Texts, known: boolean): ReadRows {
  const { keys } = shape;
  const { deferred } = texts;
  const expands = expansion(shape);
  const begin = beginner(keys);
  const put: PutText = (row, field, text) => {
    (row as Fields)[keys[field]!] = text;
  };
  return (reader, level, rows, count, index) => {
    const view = texts.viewOf(reader);
    const base = deferred.begin();
    while (rows.length < count && openRow(reader, Head.RECORD + index, keys.length, expands)) {
      const row = begin();
      let i = 0;
      try {
        for (; i < keys.length; i++) {
          const value = isText(reader.bytes[reader.pos]!)
            ? texts.rowField(reader, level + 1, view, rows.length, i)
            : readField(reader, level + 1, deferred);
          if (known) storeAt(row, i, keys[i]!, value);
          else row[keys[i]!] = value;
        }
      } catch (error) {
        throw through(error, keys[i]!);
      }
      rows.push(row);
      if (deferred.full) deferred.finish(reader, rows, put, base);
    }
    deferred.finish(reader, rows, put, base);
  };
}

/** V8 makes a hash table of an object that gets more properties than these one by one: of 30, that takes six times as long. */
const FEW_KEYS = 12;

/** Answers objects whose fields are to be stored in the order of the keys: empty ones, or where there are many keys, with all of them. */
function beginner(keys: readonly string[]): () => Fields {
  if (keys.length <= FEW_KEYS) return () => ({});
  const template = JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:null`).join()}}`) as Fields;
  return () => ({ ...template });
}

/** A value: integers here, all others, and faults, by the reader. */
function readField(reader: ValueReader, level: number, deferred: Deferred): Value {
  const { bytes } = reader;
  const pos = reader.pos | 0;
  const head = pos <= reader.end - 9 ? bytes[pos]! : Head.INVALID;
  if (head < Head.UINT_BYTES) {
    reader.pos = pos + 1;
    return head;
  }
  if (head < Head.NINT) {
    const spare = 8 * (Head.NINT - 1 - head);
    if (spare < 32) {
      const high = (wordAt(bytes, pos + 5) << spare) >>> spare;
      if (high >>> (24 - spare) !== 0 && high < 0x20_0000) {
        reader.pos = pos + head - Head.UINT_BYTES + 2;
        return high * 0x1_0000_0000 + (wordAt(bytes, pos + 1) >>> 0);
      }
    } else if (spare < 56) {
      const low = (wordAt(bytes, pos + 1) << (spare - 32)) >>> (spare - 32);
      if (low >>> (56 - spare) !== 0 && low >= Head.UINTS + 256) {
        reader.pos = pos + head - Head.UINT_BYTES + 2;
        return low;
      }
    } else {
      reader.pos = pos + 2;
      return Head.UINTS + bytes[pos + 1]!;
    }
  }
  if (head === Head.FLOAT_SCALED) return readScaled(reader, level);
  if (head >= Head.NINT && head < Head.NINT_BYTES) {
    reader.pos = pos + 1;
    return Head.NINT - 1 - head;
  }
  if (head === Head.TRUE || head === Head.FALSE) {
    reader.pos = pos + 1;
    return head === Head.TRUE;
  }
  deferred.settle(reader);
  return head >= Head.ARRAY && head < Head.ARRAY_LONG ? readList(reader, level) : reader.value(level);
}

function wordAt(bytes: Uint8Array, pos: number): number {
  return bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24);
}
