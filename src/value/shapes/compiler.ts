/**
 * Code made at run time for shapes that come often. Keys are the only part of its text that is not ours, and they come from
 * the wire: each enters as a string literal, escaped, or as the numbers that its bytes are, and nowhere else.
 */
import { through } from '../../wire/errors.ts';
import type { ReadFields, ReadRows, ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';
import type { PlainObject } from '../writer.ts';
import { expansion, openRow } from './lists.ts';
import { ShapeMemory } from './memory.ts';
import { readList, readScaled } from './read-number.ts';
import { charactersSource, readerSource, rowsSource } from './read-source.ts';
import type { ReadCharacters } from './read-text.ts';
import { readByKeys, type ReadShape } from './read.ts';
import { putInteger, putIntegers, putScaled, scaleAt } from './write-number.ts';
import { writeText } from './write-text.ts';
import { writerSource } from './write-source.ts';
import { isFirst, writeKeys, type WriteFields, type WrittenShape } from './write.ts';

/** What made writers call. */
const PUTS = { putInteger, putIntegers, putScaled, scaleAt, isArray: Array.isArray };

export interface ShapeCompilerOptions {
  /**
   * Shapes that code is made for, each way; those that come after are interpreted. 0 to 1,024, default 64. Unless it is 0, code is
   * made for short texts too: one function for each length of ASCII below 48, and of UTF-16 below 32 code units.
   */
  readonly maxShapes?: number;
}

/**
 * A `ShapeMemory` that makes code, with `new Function`, for shapes that came 16 times. Where that is forbidden (a Content
 * Security Policy without `unsafe-eval`), and beyond `maxShapes`, it is a `ShapeMemory` and no more.
 *
 * @throws RangeError for a `maxShapes` out of range.
 */
export class ShapeCompiler extends ShapeMemory {
  private readonly maxShapes: number;
  private readers = 0;
  private writers = 0;

  constructor({ maxShapes = 64 }: ShapeCompilerOptions = {}) {
    super();
    if (!(maxShapes >= 0 && maxShapes <= 1024 && Number.isInteger(maxShapes)))
      throw new RangeError(`maxShapes must be a whole number from 0 to 1024, not ${maxShapes}`);
    this.maxShapes = maxShapes;
    this.readShapes.compile = (shape) => this.makeReader(shape);
    if (maxShapes > 0)
      this.readTexts.compile = (length, wide) =>
        make(charactersSource(length, wide), {}) as ReadCharacters | undefined;
    this.writtenShapes.compile = (shape, sample) => this.makeWriter(shape, sample);
  }

  /** How many readers and writers have been made. */
  get compiled(): number {
    return this.readers + this.writers;
  }

  /** Answers what reads one object by its keys, and sees of what kind its values are; then the code is made. */
  private makeReader(shape: ReadShape): ReadFields | undefined {
    if (this.readers >= this.maxShapes) return undefined;
    const { keys, read } = shape;
    return (reader, level) => {
      shape.read = read; // an object may hold others of its shape
      shape.uses = 0; // and may be a fault
      const heads: number[] = [];
      const object = readByKeys(reader, level, keys, heads);
      if (this.readers >= this.maxShapes) return object;
      this.readers++;
      this.makeReaders(shape, heads);
      return object;
    };
  }

  /** Code for records in a row is made when there are some. */
  private makeReaders(shape: ReadShape, heads: readonly number[]): void {
    const { keys, read, readRows } = shape;
    const { readTexts: texts } = this;
    const readText = (reader: ValueReader, level: number): Value => texts.field(reader, level);
    const known = { keys, through, readText, readScaled, readList, openRow, texts };
    const made = make(readerSource(keys, heads), known) as ReadFields | undefined;
    shape.read = made ?? read;
    shape.made = made !== undefined;
    if (!shape.made) return;
    shape.readRows = (...row) => {
      shape.readRows =
        (make(rowsSource(keys, heads, expansion(shape)), known) as ReadRows | undefined) ?? readRows;
      shape.readRows?.(...row);
    };
  }

  private makeWriter(shape: WrittenShape, sample: PlainObject): WriteFields | undefined {
    if (this.writers >= this.maxShapes) return undefined;
    this.writers++;
    const { getPrototypeOf, prototype: plain } = Object;
    const { keys } = shape;
    const values = Object.values(Object.getOwnPropertyDescriptors(sample)).map(
      ({ value }) => value as unknown,
    );
    const source = writerSource(keys, values, shape.first?.literal);
    const known = { keys, through, shape, isFirst, writeKeys, writeText, getPrototypeOf, plain, ...PUTS };
    return make(source, known) as WriteFields | undefined;
  }
}

/** A function of this source, in which these names are known; undefined where code is not to be made. */
function make(source: string, known: Readonly<Record<string, unknown>>): unknown {
  try {
    // oxlint-disable-next-line no-new-func, no-implied-eval -- asked for by the caller; see above for what enters it
    const outer = new Function(...Object.keys(known), source) as (...args: unknown[]) => unknown;
    return outer(...Object.values(known));
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}
