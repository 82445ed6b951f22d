/** Decoding whole values, with the path to the place of a fault. */
import { fault, ProtocolError, type PathStep } from '../wire/errors.ts';
import { PathFinder } from './path.ts';
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
  const reader = begin(bytes, 0, options);
  try {
    const value = reader.readValue();
    if (reader.pos < bytes.length) {
      throw fault(
        'TRAILING_BYTES',
        'VALUE-24',
        reader.pos,
        `${bytes.length - reader.pos} bytes after the value`,
      );
    }
    return value;
  } catch (error) {
    throw withPath(error, bytes, 0, options);
  } finally {
    reader.release();
  }
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
  const reader = begin(bytes, offset, options);
  try {
    const value = reader.readValue();
    return { value, end: reader.pos };
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'TRUNCATED') return undefined;
    throw withPath(error, bytes, offset, options);
  } finally {
    reader.release();
  }
}

function begin(bytes: Uint8Array, offset: number, options: DecodeOptions | undefined): ValueReader {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes must be a Uint8Array');
  const reader = options === undefined ? shared : new ValueReader(options);
  reader.reset(bytes, offset);
  return reader;
}

/** Reads again, slowly, to find where in the value the fault lies: the fast pass keeps no path. */
function withPath(
  error: unknown,
  bytes: Uint8Array,
  offset: number,
  options: DecodeOptions | undefined,
): unknown {
  if (!(error instanceof ProtocolError)) return error;
  const reader = new ValueReader(options);
  reader.reset(bytes, offset);
  const path: readonly PathStep[] = findPath(reader, error);
  return new ProtocolError(error.code, error.rule, error.offset, error.detail, path);
}

/** The path to a fault in the value that `reader` stands before. */
export function findPath(reader: ValueReader, error: ProtocolError): readonly PathStep[] {
  const finder = new PathFinder(error.offset);
  reader.visitor = finder;
  try {
    reader.readValue();
  } catch {
    // the same fault again, or the finder's own stop where it lies
  }
  return finder.path();
}
