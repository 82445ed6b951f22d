/** Which of RESP's strings are verbs. [RESP-12] */
import { tryUtf8, utf8Length } from '../wire/text.ts';

/** The registered verb under which goes what has no verb of its own. */
export const RESP_VERB = 'RESP';

const LONGEST = 64;

export function isString(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array;
}

/** A text, or the text that bytes are in UTF-8: RESP does not tell them apart. */
export function textIn(value: unknown): string | undefined {
  if (value instanceof Uint8Array) return tryUtf8(value, 0, value.length);
  return typeof value === 'string' ? value : undefined;
}

/** Whether a string goes as a verb of its own. [FRAME-7] */
export function isVerb(value: unknown): boolean {
  const text = textIn(value);
  // longer in UTF-16 than that, it is longer in UTF-8 too
  if (text === undefined || text === '' || text.length > LONGEST) return false;
  return text !== RESP_VERB && utf8Length(text) <= LONGEST;
}
