/** Plain objects whose keys were written before, recognised by listing them. */
import { through } from '../../wire/errors.ts';
import { TABLE_ENTRIES } from '../kinds.ts';
import { hashKeys, sameKeys, type Known } from '../lookup.ts';
import type { Encodable } from '../types.ts';
import type { PlainObject, ValueWriter } from '../writer.ts';
import { OFTEN } from './read.ts';
import { NUMBER_BYTES, putInteger, putIntegers, putScaled, scaleAt } from './write-number.ts';
import { writeText } from './write-text.ts';

/** Writes an object of a shape; false, with nothing written, for an instance of a class. */
export type WriteFields = (writer: ValueWriter, object: PlainObject, level: number) => boolean;

/** A map's head and its keys, and what they define. */
interface FirstKeys {
  readonly literal: Uint8Array;
  readonly texts: Known<string>;
  readonly shapes: Known<readonly string[]>;
}

export interface WrittenShape {
  readonly keys: readonly string[];
  readonly hash: number;
  write: WriteFields | undefined;
  /** What its first object is, where no other text or shape came before. */
  first: FirstKeys | undefined;
  /** Of the value in which the shape has this index. */
  serial: number;
  index: number;
  uses: number;
  /** The highest of its floats that are integers over a power of ten. */
  scale: number;
}

const SLOTS = 256;
const MOST_KEYS = 64;
const MOST_BYTES = 512;
const NONE: WrittenShape = { keys: [], hash: 0, write: undefined, first: undefined, serial: 0, index: 0, uses: 0, scale: 0 }; // prettier-ignore

export class WrittenShapes {
  /** Makes code for a shape that comes often. */
  compile: ((shape: WrittenShape, sample: PlainObject) => WriteFields | undefined) | undefined;
  serial = 0;
  private readonly slots: (WrittenShape | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  /** Hashes of keys that came once: many come never again. */
  private readonly once = new Int32Array(SLOTS);
  private likely = NONE;

  /** As `ObjectWriter.write`. The prototype is judged last: asking for it is a call into the runtime. */
  write(writer: ValueWriter, object: PlainObject, level: number): boolean {
    if ((object as { constructor?: unknown }).constructor !== Object || !writer.canonical) return false;
    const { likely } = this;
    const keys = this.keysOf(object);
    const shape = keys === likely.keys && keys.length > 0 ? likely : this.find(keys);
    if (shape === undefined) return writeListed(writer, object, keys, level);
    if (shape.write !== undefined) return shape.write(writer, object, level);
    if (Object.getPrototypeOf(object) !== Object.prototype) return false;
    if (this.compile !== undefined && ++shape.uses === OFTEN) shape.write = this.compile(shape, object);
    writer.open(level);
    writeKeys(writer, shape);
    let left = shape.keys.length;
    let at = '';
    try {
      for (at in object) {
        writeField(writer, object[at], level + 1, shape);
        left--;
      }
    } catch (error) {
      throw through(error, at);
    }
    if (left !== 0) throw new TypeError('a field came or went while its object was written');
    return true;
  }

  /** Those of the likely shape themselves, where they are these. Listed once: of a large object that is most of the work. */
  private keysOf(object: PlainObject): readonly string[] {
    const { keys } = this.likely;
    let count = 0;
    let listed: string[] | undefined;
    for (const key in object) {
      if (listed !== undefined) listed.push(key);
      else if (key === keys[count]) count++;
      else (listed = keys.slice(0, count)).push(key);
    }
    return listed ?? (count === keys.length ? keys : keys.slice(0, count));
  }

  private find(keys: readonly string[]): WrittenShape | undefined {
    if (keys.length === 0 || keys.length > MOST_KEYS) return undefined;
    const hash = hashKeys(keys);
    const slot = hash % SLOTS;
    const known = this.slots[slot];
    if (known !== undefined && sameKeys(known.keys, keys)) return (this.likely = known);
    if (this.once[slot] !== hash || known?.write !== undefined) {
      this.once[slot] = hash;
      return undefined;
    }
    return (this.likely = this.slots[slot] = { ...NONE, keys, hash, uses: 0 });
  }
}

/** An object of no shape that is known. */
function writeListed(
  writer: ValueWriter,
  object: PlainObject,
  keys: readonly string[],
  level: number,
): boolean {
  if (Object.getPrototypeOf(object) !== Object.prototype) return false;
  writer.keyed(object, keys, level, false);
  return true;
}

/** What `writer.value` does, of an integer or a short text in less time (values a, encode: 1.09x; b: 1.05x). */
function writeField(
  writer: ValueWriter,
  value: Encodable | undefined,
  level: number,
  shape: WrittenShape,
): void {
  if (typeof value === 'number') {
    writer.ensure(NUMBER_BYTES);
    const end = putInteger(writer.bytes, writer.view(), writer.pos, value);
    if (end > 0) writer.pos = end;
    else writeFloat(writer, value, shape);
  } else if (typeof value !== 'string') writeOther(writer, value, level);
  else if (!writeText(writer, value)) writer.text(value);
}

/** First with the scale of those of its shape before it (with lists of integers, values f, encode: 1.2x); there is room. */
function writeFloat(writer: ValueWriter, value: number, shape: WrittenShape): void {
  const { bytes, pos } = writer;
  const end = putScaled(bytes, writer.view(), pos, value, shape.scale);
  if (end > 0) writer.pos = end;
  else {
    writer.number(value);
    shape.scale = scaleAt(bytes, pos, shape.scale);
  }
}

function writeOther(writer: ValueWriter, value: Encodable | undefined, level: number): void {
  if (Array.isArray(value)) {
    writer.open(level);
    const end = putIntegers(writer.bytes, writer.view(), writer.pos, value, 0);
    if (end > 0) {
      writer.pos = end;
      return;
    }
  }
  writer.value(value, level);
}

/** The head and the keys of a map, or the head of a record that stands for both. */
export function writeKeys(writer: ValueWriter, shape: WrittenShape): void {
  if (shape.serial === writer.serial) return writer.record(shape.index);
  if (isFirst(writer, shape)) return copy(writer, shape.first!.literal);
  const index = writer.shapes.define(shape.keys, shape.hash);
  shape.index = index < 0 ? -1 - index : index;
  shape.serial = shape.index < TABLE_ENTRIES ? writer.serial : 0;
  if (index >= 0) return writer.record(index);
  const { pos } = writer;
  const learns = writer.shapes.size === 1 && writer.texts.size === 0;
  writer.mapKeys(shape.keys);
  if (!learns || writer.pos - pos > MOST_BYTES) return;
  const literal = writer.bytes.slice(pos, writer.pos);
  shape.first = { literal, texts: writer.texts.known(), shapes: writer.shapes.known() };
}

/** Whether the map's head and keys are what they were in another value; then they are defined now. */
export function isFirst(writer: ValueWriter, shape: WrittenShape): boolean {
  const { texts, shapes, serial } = writer;
  const { first } = shape;
  if (first === undefined || shape.serial === serial || texts.size > 0 || shapes.size > 0) return false;
  writer.recallTexts(first.texts);
  shapes.recall(first.shapes);
  shape.index = 0;
  shape.serial = serial;
  return true;
}

/** Up to 64 bytes in a loop: less than a call into the runtime. */
function copy(writer: ValueWriter, source: Uint8Array): void {
  const { length } = source;
  if (length > 64) return writer.raw(source);
  writer.ensure(length);
  const { bytes, pos } = writer;
  for (let i = 0; i < length; i++) bytes[pos + i] = source[i]!;
  writer.pos = pos + length;
}
