/** Texts, which RESP doesn't tell from bytes. */
import { tryUtf8 } from '../wire/text.ts';

/** A text where the bytes are well-formed UTF-8, otherwise a copy of them. */
export function textOf(bytes: Uint8Array, start: number, end: number): string | Uint8Array {
  return tryUtf8(bytes, start, end) ?? bytes.slice(start, end);
}
