/** How the canonical writer spells a literal text. */
import { varintLength } from '../wire/writer.ts';

/**
 * Whether UTF-16 makes the whole item, with head and length, strictly shorter than UTF-8. [CANON-3]
 * @param units UTF-16 code units of the text.
 * @param utf8Bytes its length in UTF-8.
 */
export function prefersUtf16(units: number, utf8Bytes: number): boolean {
  const utf8 = utf8Bytes < 39 ? utf8Bytes : varintLength(utf8Bytes - 39) + utf8Bytes;
  return utf8Bytes > 2 * units && varintLength(2 * units) + 2 * units < utf8;
}
