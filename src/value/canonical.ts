/** The checks that make a valid value a canonical one: those that the strict rules of the Values chapter leave open. */
import { fault } from '../wire/errors.ts';
import { varintLength } from '../wire/writer.ts';
import { seeded } from './keys.ts';
import { REFERENCE_BYTES, TABLE_ENTRIES } from './kinds.ts';

/** Bytes of a text's whole item in UTF-8. */
export function utf8ItemLength(utf8Bytes: number): number {
  return (utf8Bytes < 47 ? 1 : 1 + varintLength(utf8Bytes - 47)) + utf8Bytes;
}

/** Bytes of a text's whole item in UTF-16. */
export function utf16ItemLength(units: number): number {
  return 1 + varintLength(2 * units) + 2 * units;
}

/** Whether the canonical literal of a text is UTF-16: strictly shorter as a whole. [CANON-3] */
export function prefersUtf16(units: number, utf8Bytes: number): boolean {
  // UTF-16 of mostly ASCII text is never shorter: skip the arithmetic.
  return utf8Bytes > 2 * units && utf16ItemLength(units) < utf8ItemLength(utf8Bytes);
}

/** A string that is equal for equal sequences of keys. */
export function shapeIdentity(keys: readonly string[]): string {
  let identity = '';
  for (const key of keys) identity += `${key.length}:${key}`;
  return `k${identity}`;
}

/** Follows a reader and refuses what a canonical writer would have written otherwise. */
export class CanonicalCheck {
  private readonly texts = new Set<string>();
  private readonly shapes = new Set<string>();

  clear(): void {
    this.texts.clear();
    this.shapes.clear();
  }

  /** A literal text was read. */
  text(text: string, utf8Bytes: number, utf16: boolean, start: number): void {
    const id = seeded(text);
    if (this.texts.has(id))
      throw fault('NOT_CANONICAL', 'CANON-1', start, 'this text is defined; a reference is canonical');
    if (utf16 !== prefersUtf16(text.length, utf8Bytes)) {
      throw fault(
        'NOT_CANONICAL',
        'CANON-3',
        start,
        `${utf16 ? 'UTF-8' : 'UTF-16'} is the canonical spelling of this text`,
      );
    }
    if (utf8Bytes >= REFERENCE_BYTES && this.texts.size < TABLE_ENTRIES) this.texts.add(id);
  }

  /** The keys of a non-empty map of texts were read. */
  map(keys: readonly string[], start: number): void {
    const id = shapeIdentity(keys);
    if (this.shapes.has(id))
      throw fault('NOT_CANONICAL', 'CANON-2', start, 'this shape is defined; a record is canonical');
    if (this.shapes.size < TABLE_ENTRIES) this.shapes.add(id);
  }
}
