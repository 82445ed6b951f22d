/**
 * What differs between runtimes, found once. Nothing is imported: on Node (and Deno and Bun) the global Buffer's methods
 * work on any Uint8Array and are faster than the Encoding standard's classes, which serve elsewhere.
 */
interface BufferMethods {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  ucs2Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number;
  ucs2Write(this: Uint8Array, text: string, offset: number, length: number): number;
}

interface Platform {
  Buffer?: { prototype: BufferMethods; byteLength(this: void, text: string): number };
  TextDecoder: new (label: string, options: { ignoreBOM: true }) => { decode(bytes: Uint8Array): string };
  TextEncoder: new () => { encodeInto(text: string, into: Uint8Array): unknown };
}

const platform = globalThis as unknown as Platform;
const methods = platform.Buffer?.prototype;
// A polyfill may lack the methods that Node does not document.
const buffer = methods && 'ucs2Write' in methods ? methods : undefined;

/** Whether a long stretch is made a string for little more than a short one: not so where it takes a loop. */
export const bulk: boolean = buffer !== undefined;

/** Made once: making one costs more than most texts. */
let decoder: { decode(bytes: Uint8Array): string } | undefined;

/** Decodes UTF-8; what is ill-formed becomes U+FFFD. */
export function looseUtf8(bytes: Uint8Array, start: number, end: number): string {
  return buffer
    ? buffer.utf8Slice.call(bytes, start, end)
    : (decoder ??= new platform.TextDecoder('utf-8', { ignoreBOM: true })).decode(bytes.subarray(start, end));
}

/** A character a byte; those below 0x80 are ASCII. */
export function looseLatin1(bytes: Uint8Array, start: number, end: number): string {
  return buffer
    ? buffer.latin1Slice.call(bytes, start, end)
    : new platform.TextDecoder('latin1', { ignoreBOM: true }).decode(bytes.subarray(start, end));
}

/** Decodes UTF-16LE of an even length, surrogates as they are. */
export function looseUtf16(bytes: Uint8Array, start: number, end: number): string {
  if (buffer) return buffer.ucs2Slice.call(bytes, start, end);
  let text = '';
  // Many characters a call: in Chromium a fifth of the time of one after the other.
  while (start < end) {
    const units: number[] = [];
    for (const stop = Math.min(end, start + 1024); start < stop; start += 2)
      units.push(bytes[start]! | (bytes[start + 1]! << 8));
    text += String.fromCharCode.apply(null, units);
  }
  return text;
}

/** The length of a well-formed text in UTF-8; undefined where a loop finds it as soon. */
export const countUtf8: ((text: string) => number) | undefined = buffer && platform.Buffer!.byteLength;

/** Writes a well-formed text as UTF-8 of `length` bytes at `into[pos]`; the room is there. */
export function putUtf8(text: string, length: number, into: Uint8Array, pos: number): void {
  if (buffer) buffer.utf8Write.call(into, text, pos, length);
  else new platform.TextEncoder().encodeInto(text, into.subarray(pos));
}

/** Writes a text as UTF-16LE, two bytes a code unit, at `into[pos]`; the room is there. */
export function putUtf16(text: string, into: Uint8Array, pos: number): void {
  if (buffer && text.length > 16) {
    buffer.ucs2Write.call(into, text, pos, text.length * 2);
    return;
  }
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    into[pos++] = unit;
    into[pos++] = unit >> 8;
  }
}
