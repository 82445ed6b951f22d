/** Encoding whole values. */
import { demandBytes, demandWhole } from '../wire/limits.ts';
import type { Encodable } from './types.ts';
import { ValueWriter, type EncodeOptions } from './writer.ts';

/** Small results are views of a slab that is written only once, as Node's Buffers are: an ArrayBuffer each costs 3x a view. */
const SLAB = 32_768;
const SMALL = 4096;
/** A buffer that grew beyond this is given back. */
const KEPT = 65_536;

/** The one of `encode` and `encodeInto`. */
export const shared: ValueWriter = /* @__PURE__ */ new ValueWriter();
/** The one that is writing. A getter of the value may encode too: it gets a writer of its own. */
let inUse: ValueWriter | undefined;

/**
 * Encodes one value, in its canonical form unless `form` is `'plain'`.
 *
 * Safe integers are integers, other numbers floats (so 1 and `new Float(1)` differ); a bigint is an integer of any size up
 * to 10,000 digits; Map is a map in its order, Set a tagged set; objects are their own enumerable string keys in order.
 * @returns bytes that nothing else writes to. Up to 4 KiB, their ArrayBuffer is shared with other results: copy them with
 *   `slice()` before you transfer it.
 * @throws TypeError for what is no value (functions, symbols, undefined, class instances, texts with lone surrogates),
 *   RangeError for what is out of range or nested too deep; the message names the path.
 */
export function encode(value: Encodable, options?: EncodeOptions): Uint8Array {
  return encodeWith(shared, value, options);
}

/** As `encode`. @param kept writes, but where the options say what remembers. */
export function encodeWith(
  kept: ValueWriter,
  value: Encodable,
  options: EncodeOptions | undefined,
): Uint8Array {
  const writer = begin(kept, options);
  const start = writer.pos;
  try {
    writer.writeValue(value);
    const { bytes, pos } = writer;
    // The view's buffer: asking the bytes for theirs is a call into the runtime.
    if (pos - start <= SMALL && bytes.length <= KEPT)
      return new Uint8Array(writer.view().buffer, start, pos - start);
    writer.pos = start;
    return bytes.slice(start, pos);
  } finally {
    if (writer === inUse) inUse = undefined;
  }
}

function begin(kept: ValueWriter, options: EncodeOptions | undefined): ValueWriter {
  if (inUse !== undefined) return new ValueWriter(options);
  const writer = options?.shapes?.writerFor(options) ?? kept.using(options);
  const { bytes, pos } = writer;
  if (pos > bytes.length - SMALL || bytes.length > KEPT) {
    writer.bytes = new Uint8Array(SLAB); // what was written stays as it is for those who have views of it
    writer.pos = 0;
  }
  return (inUse = writer);
}

/** As `encodeInto`. @param kept writes, but where the options say what remembers. */
export function encodeIntoWith(
  kept: ValueWriter,
  value: Encodable,
  into: Uint8Array,
  offset: number,
  options: EncodeOptions | undefined,
): number {
  demandBytes(into);
  demandWhole('offset', offset, into.length);
  const writer = begin(kept, options);
  const { bytes: slab, pos: start } = writer;
  writer.bytes = into;
  writer.pos = offset;
  try {
    writer.writeValue(value);
    const { bytes, pos } = writer;
    if (bytes !== into) copy(bytes, into, offset, pos); // room is made for the longest that a text may be
    return pos;
  } finally {
    writer.bytes = slab;
    writer.pos = start;
    if (writer === inUse) inUse = undefined;
  }
}

function copy(bytes: Uint8Array, into: Uint8Array, offset: number, end: number): void {
  if (end > into.length)
    throw new RangeError(`the value takes ${end - offset} bytes, there is room for ${into.length - offset}`);
  into.set(bytes.subarray(offset, end), offset);
}
