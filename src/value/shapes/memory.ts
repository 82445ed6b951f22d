/** A memory of shapes: both directions of it, in the form of the options' `shapes`. */
import { ValueReader, type DecodeOptions, type ObjectReader, type Shape } from '../reader.ts';
import { ValueWriter, type EncodeOptions, type ObjectWriter, type PlainObject } from '../writer.ts';
import type { Value } from '../types.ts';
import { Texts } from './read-text.ts';
import { readElements } from './lists.ts';
import { ReadShapes } from './read.ts';
import { writeText } from './write-text.ts';
import { WrittenShapes } from './write.ts';

/**
 * Remembers the keys of the maps of texts that were read and written, so that the next ones are compared with them instead
 * of being read, checked and written anew: 256 sequences of up to 64 keys and 512 bytes each way. No code is made.
 *
 * Keep one for as long as you like, and with it the one object of options that holds it: a reader and a writer are kept
 * for that object. What one peer's values leave here can change how long another peer's take, never what comes out; give
 * each a memory of its own where that matters. Texts that were decoded may share memory with texts beside them, a kilobyte
 * at most. Shapes are read fastest that came often first in the process, of 64 keys together.
 *
 * @example
 * const options = { shapes: new ShapeMemory() };
 * decode(encode(value, options), options);
 */
export class ShapeMemory implements ObjectReader, ObjectWriter {
  private reader: { options: DecodeOptions; made: ValueReader } | undefined;
  private writer: { options: EncodeOptions; made: ValueWriter } | undefined;
  protected readonly writtenShapes: WrittenShapes = new WrittenShapes();
  protected readonly readTexts: Texts = new Texts();
  protected readonly readShapes: ReadShapes = new ReadShapes(this.readTexts);

  readerFor(options: DecodeOptions): ValueReader {
    if (this.reader?.options !== options) this.reader = { options, made: new ValueReader(options) };
    return this.reader.made;
  }

  writerFor(options: EncodeOptions): ValueWriter {
    if (this.writer?.options !== options) this.writer = { options, made: new ValueWriter(options) };
    return this.writer.made;
  }

  recall(reader: ValueReader, count: number): Shape | undefined {
    return this.readShapes.recall(reader, count);
  }

  remember(reader: ValueReader, shape: Shape, start: number, text: number): void {
    this.readShapes.remember(reader, shape, start, text);
  }

  list(reader: ValueReader, count: number, level: number): Value[] | undefined {
    return reader.visitor === null && !reader.entries
      ? readElements(reader, this.readTexts, count, level)
      : undefined;
  }

  readText(bytes: Uint8Array, start: number, end: number, limit: number, utf16: boolean): string | undefined {
    const { readTexts: texts } = this;
    if (!utf16) return texts.narrow(bytes, start, end, limit);
    return (end - start) % 2 === 0 ? texts.wide(bytes, start, end) : undefined;
  }

  clear(): void {
    this.readTexts.clear();
  }

  writeText(writer: ValueWriter, text: string): boolean {
    return writeText(writer, text);
  }

  begin(): number {
    return ++this.writtenShapes.serial;
  }

  write(writer: ValueWriter, object: PlainObject, level: number): boolean {
    return this.writtenShapes.write(writer, object, level);
  }
}
