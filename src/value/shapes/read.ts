/** Keys of maps as they were read before, recognised by their bytes. */
import { through } from '../../wire/errors.ts';
import * as Head from '../heads.ts';
import { TABLE_ENTRIES } from '../kinds.ts';
import type { ReadFields, ReadRows, Shape, ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';
import { fieldsReader, rowsReader } from './fields.ts';
import type { Texts } from './read-text.ts';
import { deal } from './stores.ts';

/** Keys, none of them a reference, and what reading them defines. */
export interface ReadShape extends Shape {
  read: ReadFields | undefined;
  /** Whether code was made for it. */
  made: boolean;
  readRows: ReadRows | undefined;
  readonly bytes: Uint8Array;
  /** The same, four in one number, but for the last three or fewer. */
  readonly words: Int32Array;
  /** The keys that take a text index, and their sizes. */
  readonly texts: readonly string[];
  readonly sizes: readonly number[];
  /** How often it came again. */
  uses: number;
}

const SLOTS = 256;
const MOST_BYTES = 512;
const MOST_KEYS = 64;
/** Offsets up to here are small integers, of which V8 makes the fastest code. */
const MOST_END = 0x7fff_ffff;

export class ReadShapes {
  /** Makes code for a shape that comes often. */
  compile: ((shape: ReadShape) => ReadFields | undefined) | undefined;
  private likely: ReadShape | undefined;
  private readonly slots: (ReadShape | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  /** Of keys that came once, what tells them from others: many come never again, and remembering takes as long as reading. */
  private readonly once = new Int32Array(SLOTS);
  private readonly texts: Texts;

  constructor(texts: Texts) {
    this.texts = texts;
  }

  /** Comparing the bytes of keys takes a tenth of the time of reading them (values a, decode: 1.6x). */
  recall(reader: ValueReader, count: number): ReadShape | undefined {
    const { bytes, pos, end } = reader;
    let shape = this.likely;
    if (shape === undefined || !isNext(shape, bytes, pos, end, count)) {
      shape = this.slots[slotOf(bytes, pos, count)];
      if (shape === undefined || !isNext(shape, bytes, pos, end, count)) return undefined;
    }
    const fits = reader.shapeCount < TABLE_ENTRIES && end <= MOST_END;
    if (reader.visitor !== null || !fits || !defineTexts(reader, shape)) return undefined;
    reader.shapes[reader.shapeCount++] = shape;
    reader.pos = pos + shape.size;
    this.likely = shape;
    if (!shape.made) this.use(shape);
    return shape;
  }

  /** Many shapes never come again: how one is read is made when it does. */
  private use(shape: ReadShape): void {
    const uses = ++shape.uses;
    if (uses === 1) this.interpret(shape, -1);
    if (uses !== OFTEN) return;
    const read = this.compile?.(shape);
    if (read !== undefined) shape.read = read;
    else {
      const group = deal(shape.keys);
      if (group >= 0) this.interpret(shape, group);
    }
  }

  private interpret(shape: ReadShape, group: number): void {
    shape.read = fieldsReader(shape, this.texts, group);
    shape.readRows = rowsReader(shape, this.texts, group);
  }

  remember(reader: ValueReader, { keys: read, size }: Shape, start: number, text: number): void {
    if (size > MOST_BYTES || read.length > MOST_KEYS || reader.overlong || reader.visitor !== null) return;
    if (reader.textCount >= TABLE_ENTRIES) return; // not all of its keys took an index, as they will elsewhere
    const slot = slotOf(reader.bytes, start, read.length);
    if (this.slots[slot]?.made === true) return; // code is not given up for keys that anybody may send
    const sight = size + 31 * wordAt(reader.bytes, Math.max(start, start + size - 4));
    if (this.once[slot] !== (sight | 0)) {
      this.once[slot] = sight;
      return;
    }
    const keys = Object.keys(Object.fromEntries(read.map((key) => [key, 0]))); // internalized: stores by them are faster
    if (keys.some((key, i) => key !== read[i]) || read.includes('__proto__')) return;
    this.slots[slot] = {
      keys,
      size,
      made: false,
      read: undefined,
      readRows: undefined,
      bytes: reader.bytes.slice(start, start + size),
      words: wordsOf(reader.bytes, start, size),
      texts: reader.texts.slice(text, reader.textCount),
      sizes: reader.textSizes.slice(text, reader.textCount),
      uses: 0,
    };
  }
}

/** An object, and the first bytes of its values. */
export function readByKeys(
  reader: ValueReader,
  level: number,
  keys: readonly string[],
  heads: number[],
): Value {
  const entries: [string, Value][] = [];
  try {
    for (const key of keys) {
      heads.push(reader.bytes[reader.pos] ?? 0);
      entries.push([key, reader.value(level + 1)]);
    }
  } catch (error) {
    throw through(error, keys[entries.length]!);
  }
  return Object.fromEntries(entries);
}

/** Whether the keys of a shape stand at `pos`. */
function isNext(shape: ReadShape, bytes: Uint8Array, pos: number, end: number, count: number): boolean {
  return shape.keys.length === count && shape.size <= end - pos && startsWith(bytes, pos | 0, shape);
}

/**
 * Whether they are these, four a step: a quarter of the time of one after the other. V8 is told that `pos` is an integer of
 * 32 bits (values a, decode, compiled: 1.1x).
 */
function startsWith(bytes: Uint8Array, pos: number, { bytes: expected, words }: ReadShape): boolean {
  const { length } = words;
  let at = pos;
  for (let i = 0; i < length; i++) {
    if (wordAt(bytes, at) !== words[i]) return false;
    at = (at + 4) | 0;
  }
  for (let i = 4 * length; i < expected.length; i++) if (bytes[pos + i] !== expected[i]) return false;
  return true;
}

function wordAt(bytes: Uint8Array, pos: number): number {
  return bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24);
}

function wordsOf(bytes: Uint8Array, start: number, size: number): Int32Array {
  return Int32Array.from({ length: size >> 2 }, (_, i) => wordAt(bytes, start + 4 * i));
}

/** Gives the keys their indices; the first of a value only when a reference comes (values f, decode: 1.2x). */
function defineTexts(reader: ValueReader, shape: ReadShape): boolean {
  const { texts, sizes } = shape;
  const { textCount } = reader;
  if (textCount + texts.length > TABLE_ENTRIES) return false;
  reader.textCount = textCount + texts.length;
  if (textCount === 0) {
    reader.waiting = shape;
    return true;
  }
  for (let i = 0; i < texts.length; i++) {
    reader.textSizes[textCount + i] = sizes[i]!;
    reader.texts[textCount + i] = texts[i]!;
  }
  return true;
}

/** After so many uses a shape is worth code of its own. */
export const OFTEN = 16;

/** Where keys like these are remembered: by how many there are, the first key's ends and the second one's head. */
function slotOf(bytes: Uint8Array, pos: number, count: number): number {
  const head = bytes[pos]!;
  const last = head > Head.TEXT && head < Head.TEXT_LONG ? pos + head - Head.TEXT : pos;
  if (last + 1 >= bytes.length) return 0;
  const second = count > 1 ? bytes[last + 1]! : 0;
  return (count + 3 * head + 7 * bytes[pos + 1]! + 31 * bytes[last]! + 61 * second) % SLOTS;
}
