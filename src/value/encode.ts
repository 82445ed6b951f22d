/** Encoding whole values. */
import type { Encodable } from './types.ts';
import { ValueWriter, type EncodeOptions } from './writer.ts';

let shared = /* @__PURE__ */ new ValueWriter();
/** A shared buffer that grew beyond this is given back. */
const KEPT = 1 << 20;

/**
 * Encodes one value, in its canonical form unless `form` is `'plain'`.
 *
 * Safe integers are integers, other numbers floats (so 1 and `new Float(1)` differ); a bigint is an integer of any size up
 * to 10,000 digits; Map is a map in its order, Set a tagged set; objects are their own enumerable string keys in order.
 * @returns bytes of its own.
 * @throws TypeError for what is no value (functions, symbols, undefined, class instances, texts with lone surrogates),
 *   RangeError for what is out of range or nested too deep; the message names the path.
 */
export function encode(value: Encodable, options?: EncodeOptions): Uint8Array {
  return written(value, options, (writer) => writer.take());
}

/**
 * Encodes one value into a buffer of the caller's, from `offset` on.
 * @returns the offset after the value.
 * @throws as `encode`, and RangeError when the value does not fit; the buffer is then unchanged.
 */
export function encodeInto(value: Encodable, into: Uint8Array, offset = 0, options?: EncodeOptions): number {
  return written(value, options, (writer) => {
    const room = into.length - offset;
    if (writer.pos > room)
      throw new RangeError(`the value takes ${writer.pos} bytes, there is room for ${room}`);
    into.set(writer.peek(), offset);
    return offset + writer.pos;
  });
}

function written<T>(
  value: Encodable,
  options: EncodeOptions | undefined,
  use: (writer: ValueWriter) => T,
): T {
  const writer = options === undefined ? shared : new ValueWriter(options);
  writer.pos = 0;
  try {
    writer.writeValue(value);
    return use(writer);
  } finally {
    writer.clearTables();
    if (shared.bytes.length > KEPT) shared = new ValueWriter();
  }
}
