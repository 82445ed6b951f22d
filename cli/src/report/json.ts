/** Data as JSON that is safe to stand in a page, whatever it is. */
import { printable } from '../exit.ts';

/** What a page must not show as it is: controls, what turns the direction of text, halves of surrogate pairs. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** A text with what is unsafe in it written as escapes. */
export function visible(text: string): string {
  return UNSAFE.test(text) ? printable(text) : text;
}

/** JSON on one line, in which no tag begins or ends, and every text is `visible`. */
export function jsonLine(value: object): string {
  const json = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? visible(item) : item,
  );
  return json.replaceAll('<', '\\u003c');
}
