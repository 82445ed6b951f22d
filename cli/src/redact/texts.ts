/** Bytes that may be a text. */
import type { Filler } from './filler.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that bytes are in UTF-8; undefined where they are none. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Replaces out[start, end), as a text where it is one. */
export function redactContent(filler: Filler, out: Uint8Array, start: number, end: number): void {
  const bytes = out.subarray(start, end);
  const text = textIn(bytes);
  out.set(text === undefined ? filler.bytes(bytes) : Buffer.from(filler.text(text)), start);
}

/** The code that an error begins with stays: `ERR`, `WRONGTYPE`, `NOT_FOUND`. */
export function redactError(filler: Filler, text: string): string {
  const [code = ''] = /^[A-Z][A-Z0-9_]{1,31}(?: |$)/.exec(text) ?? [];
  return code + filler.text(text).slice(code.length);
}

/** Whether a verb is a name, and stays; anything else may be what somebody wrote in its place. */
export function isVerb(verb: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_.-]{0,31}$/.test(verb);
}

const STAR = 0x2a;

/** A value of as many bytes that says stars: a text, or bytes where no text is as long. */
export function maskValue(out: Uint8Array, start: number, end: number): void {
  const head = maskHead(end - start, 0xa0, 39) ?? maskHead(end - start, 0xc8, 7)!;
  out.fill(STAR, start, end);
  out.set(head, start);
}

/** The head of a text or of bytes whose value takes `size` bytes: below `inline` the length is in the first one. */
function maskHead(size: number, first: number, inline: number): number[] | undefined {
  if (size <= inline) return [first + size - 1];
  for (let width = 1; width <= 5; width++) {
    const varint = varintOf(size - 1 - width - inline);
    if (varint.length === width) return [first + inline, ...varint];
  }
  return undefined;
}

function varintOf(value: number): number[] {
  if (value < 0) return [];
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
