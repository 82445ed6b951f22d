/**
 * What differs between runtimes, found once. Nothing is imported: on Node (and Deno and Bun) the global Buffer's methods
 * work on any Uint8Array and are faster than the Encoding standard's classes, which serve elsewhere.
 */
interface BufferMethods {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  ucs2Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number;
  ucs2Write(this: Uint8Array, text: string, offset: number, length: number): number;
}

interface Platform {
  Buffer?: { prototype: BufferMethods };
  TextDecoder: new (label: string, options: { ignoreBOM: true }) => { decode(bytes: Uint8Array): string };
  TextEncoder: new () => { encodeInto(text: string, into: Uint8Array): unknown };
}

const platform = globalThis as unknown as Platform;
const methods = /* @__PURE__ */ (() => platform.Buffer?.prototype)();
// A polyfill may lack the methods that Node does not document.
const buffer = /* @__PURE__ */ (() => (methods && 'ucs2Write' in methods ? methods : undefined))();

const cache: { [label: string]: { decode(bytes: Uint8Array): string } } = {};

function standard(label: string, bytes: Uint8Array): string {
  return (cache[label] ??= new platform.TextDecoder(label, { ignoreBOM: true })).decode(bytes);
}

/** Decodes UTF-8; what is ill-formed becomes U+FFFD. */
export function looseUtf8(bytes: Uint8Array, start: number, end: number): string {
  return buffer ? buffer.utf8Slice.call(bytes, start, end) : standard('utf-8', bytes.subarray(start, end));
}

/** Decodes well-formed UTF-16LE. */
export function utf16(bytes: Uint8Array, start: number, end: number): string {
  return buffer ? buffer.ucs2Slice.call(bytes, start, end) : standard('utf-16le', bytes.subarray(start, end));
}

/** Writes a well-formed text as UTF-8 of `length` bytes at `into[pos]`; the room is there. */
export function putUtf8(text: string, length: number, into: Uint8Array, pos: number): void {
  if (buffer) buffer.utf8Write.call(into, text, pos, length);
  else new platform.TextEncoder().encodeInto(text, into.subarray(pos));
}

/** Writes a text as UTF-16LE, two bytes a code unit, at `into[pos]`; the room is there. */
export function writeUtf16(text: string, into: Uint8Array, pos: number): void {
  if (buffer) {
    buffer.ucs2Write.call(into, text, pos, text.length * 2);
    return;
  }
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    into[pos++] = unit;
    into[pos++] = unit >> 8;
  }
}
