/** Decoding whole values. */
import { fault, ProtocolError } from '../wire/errors.ts';
import { demandBytes, demandWhole } from '../wire/limits.ts';
import { ValueReader, type DecodeOptions } from './reader.ts';
import type { Value } from './types.ts';

const shared = /* @__PURE__ */ new ValueReader();

/**
 * Decodes one value that is the whole input.
 *
 * @param bytes one value; any Uint8Array, a Buffer included. Byte strings in the result are views of it unless `copy` is
 *   set: they change when it does.
 * @throws ProtocolError with code, offset, path and rule; `TRUNCATED` when the input ends inside the value,
 *   `TRAILING_BYTES` when it goes on after it. [VALUE-24]
 */
export function decode(bytes: Uint8Array, options?: DecodeOptions): Value {
  return decodeWhole(shared, bytes, options);
}

/** As `decode`. @param kept reads, but where the options say what remembers. */
export function decodeWhole(kept: ValueReader, bytes: Uint8Array, options: DecodeOptions | undefined): Value {
  const { value, end } = decodeAt(kept, bytes, 0, options);
  const left = bytes.length - end;
  if (left > 0) throw fault('TRAILING_BYTES', 'VALUE-24', end, `${left} bytes`);
  return value;
}

/**
 * Decodes the value that starts at `offset`.
 * @returns the value and the offset after it, or undefined when the input ends inside it: not an error, more may come.
 * @throws ProtocolError as `decode` does, but for `TRUNCATED` and `TRAILING_BYTES`.
 */
export function decodeFirst(
  bytes: Uint8Array,
  offset = 0,
  options?: DecodeOptions,
): { value: Value; end: number } | undefined {
  return decodeNext(shared, bytes, offset, options);
}

/** As `decodeFirst`. @param kept as above. */
export function decodeNext(
  kept: ValueReader,
  bytes: Uint8Array,
  offset: number,
  options: DecodeOptions | undefined,
): { value: Value; end: number } | undefined {
  try {
    return decodeAt(kept, bytes, offset, options);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'TRUNCATED') return undefined;
    throw error;
  }
}

function decodeAt(
  kept: ValueReader,
  bytes: Uint8Array,
  offset: number,
  options: DecodeOptions | undefined,
): { value: Value; end: number } {
  demandBytes(bytes);
  demandWhole('offset', offset, bytes.length);
  const reader = options?.shapes?.readerFor(options) ?? kept.using(options);
  reader.reset(bytes, offset);
  try {
    return { value: reader.readValue(), end: reader.pos };
  } catch (error) {
    throw error instanceof ProtocolError ? error.moved(0) : error;
  } finally {
    reader.release();
  }
}
