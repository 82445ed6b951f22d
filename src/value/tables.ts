/** The two tables of one top-level value, as a reader keeps them: texts that were read, and shapes. [VALUE-22] */
import { REFERENCE_BYTES, TABLE_ENTRIES } from './kinds.ts';

/** The keys of a map that was read, for the records that follow. */
export interface Shape {
  readonly keys: readonly string[];
  /** Bytes of the keys, written out as the literals that defined them. */
  readonly expanded: number;
}

export class ReadTables {
  readonly texts: string[] = [];
  /** Bytes of each text's literal, head included. */
  readonly textSizes: number[] = [];
  readonly shapes: Shape[] = [];

  clear(): void {
    if (this.texts.length > 0) this.texts.length = this.textSizes.length = 0;
    if (this.shapes.length > 0) this.shapes.length = 0;
  }

  /** A literal was read: it takes the next index when it is long enough. [VALUE-12] */
  addText(text: string, utf8Bytes: number, size: number): void {
    if (utf8Bytes < REFERENCE_BYTES || this.texts.length >= TABLE_ENTRIES) return;
    this.texts.push(text);
    this.textSizes.push(size);
  }

  /** The last key of a non-empty map of texts was read: it defines the next shape. [VALUE-10] */
  addShape(keys: readonly string[], expanded: number): void {
    if (this.shapes.length < TABLE_ENTRIES) this.shapes.push({ keys, expanded });
  }
}
