/** Texts, which RESP doesn't tell from bytes. */
import { tryUtf8 } from '../wire/text.ts';
import { wellFormedTo } from '../wire/utf8.ts';

/** What is no text mostly shows it within so many bytes: 100 random ones then take 0.1 us, not the 5 of a decoder. */
const PROBE = 64;
/** Bytes of a sequence that the probe may cut off. */
const CUT = 3;

/** A text where the bytes are well-formed UTF-8, otherwise a copy of them. */
export function textOf(bytes: Uint8Array, start: number, end: number): string | Uint8Array {
  const near = Math.min(end, start + PROBE);
  const isText = wellFormedTo(bytes, start, near) >= near - CUT;
  return (isText ? tryUtf8(bytes, start, end) : undefined) ?? bytes.slice(start, end);
}
