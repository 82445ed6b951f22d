/**
 * What differs between runtimes, found once. Nothing is imported: on Node (and Deno and Bun) the global Buffer's methods
 * work on any Uint8Array and are faster than TextDecoder; elsewhere the Encoding standard's classes serve.
 */
interface BufferMethods {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  ucs2Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number;
  ucs2Write(this: Uint8Array, text: string, offset: number, length: number): number;
}

interface Decoder {
  decode(bytes: Uint8Array): string;
}

interface Platform {
  Buffer?: { prototype: Partial<BufferMethods> };
  TextDecoder?: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => Decoder;
  TextEncoder?: new () => { encodeInto(text: string, into: Uint8Array): { written: number } };
}

const platform = globalThis as unknown as Platform;

function findBuffer(): BufferMethods | undefined {
  const methods = platform.Buffer?.prototype;
  const complete = methods?.latin1Slice && methods.ucs2Slice && methods.utf8Write && methods.ucs2Write;
  return complete ? (methods as BufferMethods) : undefined;
}

/** Buffer's methods, to be called on a Uint8Array; undefined where there are none. */
export const buffer: BufferMethods | undefined = /* @__PURE__ */ findBuffer();

const makeDecoder = (label: string): Decoder => {
  if (platform.TextDecoder === undefined) throw new TypeError('this runtime has no TextDecoder');
  return new platform.TextDecoder(label, { fatal: true, ignoreBOM: true });
};

let utf8: Decoder | undefined;
let utf16: Decoder | undefined;
let encoder: { encodeInto(text: string, into: Uint8Array): { written: number } } | undefined;

/** Decodes UTF-8 strictly; throws a TypeError on ill-formed input. */
export function utf8Decode(bytes: Uint8Array): string {
  return (utf8 ??= makeDecoder('utf-8')).decode(bytes);
}

/** Decodes UTF-16LE strictly; throws a TypeError on lone surrogates. */
export function utf16Decode(bytes: Uint8Array): string {
  return (utf16 ??= makeDecoder('utf-16le')).decode(bytes);
}

/** Writes a well-formed text as UTF-8 into `into`, which has room for it; answers the bytes written. */
export function utf8EncodeInto(text: string, into: Uint8Array): number {
  if (encoder === undefined) {
    if (platform.TextEncoder === undefined) throw new TypeError('this runtime has no TextEncoder');
    encoder = new platform.TextEncoder();
  }
  return encoder.encodeInto(text, into).written;
}
