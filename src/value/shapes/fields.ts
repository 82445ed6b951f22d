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
  const template = templateOf(keys);
  return (reader, level) => {
    const object: Fields = template === undefined ? {} : { ...template };
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
  const template = templateOf(keys);
  const put: PutText = (row, field, text) => {
    (row as Fields)[keys[field]!] = text;
  };
  return (reader, level, rows, count, index) => {
    const view = texts.viewOf(reader);
    const last = reader.end - INTEGER_BYTES;
    const base = deferred.begin();
    while (rows.length < count && openRow(reader, Head.RECORD + index, keys.length, expands)) {
      const row: Fields = template === undefined ? {} : { ...template };
      let i = 0;
      try {
        for (; i < keys.length; i++) {
          const pos = reader.pos | 0;
          const head = pos <= last ? view.getUint8(pos) : Head.INVALID;
          // On its own: a value that may be of any kind is boxed before it is stored (values b, decode, remembered: 1.07x).
          const wide = head >= Head.UINT_BYTES + 4 && head < Head.NINT ? wideAt(view, pos, head) : 0;
          if (wide > 0) {
            reader.pos = pos + head - Head.UINT_BYTES + 2;
            if (known) storeAt(row, i, keys[i]!, wide);
            else row[keys[i]!] = wide;
            continue;
          }
          const value = isText(head)
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

/** An object with these keys, to be copied and its values stored over; few keys need none. */
function templateOf(keys: readonly string[]): Fields | undefined {
  if (keys.length <= FEW_KEYS) return undefined;
  return JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:null`).join()}}`) as Fields;
}

/** Bytes that are there for an integer that is read in place: its head and eight. */
const INTEGER_BYTES = 9;

/** The integer of 33 bits or more whose head stands at `pos`; 0 for one that is for the reader. [VALUE-2] */
function wideAt(view: DataView, pos: number, head: number): number {
  const spare = 8 * (Head.NINT - 1 - head);
  const high = (view.getInt32(pos + 5, true) << spare) >>> spare;
  const fits = high >>> (24 - spare) !== 0 && high < 0x20_0000;
  return fits ? high * 0x1_0000_0000 + view.getUint32(pos + 1, true) : 0;
}

/** A value: small numbers and booleans here, all others, and faults, by the reader. */
function readField(reader: ValueReader, level: number, deferred: Deferred): Value {
  const pos = reader.pos | 0;
  const head = pos <= reader.end - INTEGER_BYTES ? reader.bytes[pos]! : Head.INVALID;
  if (head < Head.NINT) {
    const uint = readUint(reader, pos, head);
    if (uint >= 0) return uint;
  } else if (head < Head.NINT_BYTES) {
    reader.pos = pos + 1;
    return Head.NINT - 1 - head;
  }
  if (head === Head.FLOAT_SCALED) return readScaled(reader, level);
  if (head === Head.TRUE || head === Head.FALSE) {
    reader.pos = pos + 1;
    return head === Head.TRUE;
  }
  deferred.settle(reader); // it may refer to them
  return head >= Head.ARRAY && head < Head.ARRAY_LONG ? readList(reader, level) : reader.value(level);
}

/** An integer from 0 to 2^53 - 1; -1, with nothing read, for one that is for the reader. [VALUE-2] */
function readUint(reader: ValueReader, pos: number, head: number): number {
  const { bytes } = reader;
  const width = head - Head.UINT_BYTES + 1;
  let value = head;
  if (width === 1) value = Head.UINTS + bytes[pos + 1]!;
  else if (width > 4) {
    const high = (wordAt(bytes, pos + 5) << (64 - 8 * width)) >>> (64 - 8 * width);
    if (high >>> (8 * width - 40) === 0 || high >= 0x20_0000) return -1;
    value = high * 0x1_0000_0000 + (wordAt(bytes, pos + 1) >>> 0);
  } else if (width > 1) {
    value = (wordAt(bytes, pos + 1) << (32 - 8 * width)) >>> (32 - 8 * width);
    if (value >>> (8 * width - 8) === 0 || value < Head.UINTS + 256) return -1;
  }
  reader.pos = width > 0 ? pos + 1 + width : pos + 1;
  return value;
}

function wordAt(bytes: Uint8Array, pos: number): number {
  return bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24);
}
