/** Demanding canonical form: what was read is written again, and compared. */
import { fault } from '../wire/errors.ts';
import { decode, withPath } from './decode.ts';
import { encode } from './encode.ts';
import { valueKind } from './kinds.ts';
import type { DecodeOptions } from './reader.ts';
import type { Value } from './types.ts';

/**
 * Decodes one value that is the whole input, and demands that it is canonical.
 * @throws ProtocolError as `decode`; NOT_CANONICAL at the first byte that the canonical form has otherwise, which is the
 *   head of the first item that is spelled otherwise. [CANON-5]
 */
export function decodeCanonical(bytes: Uint8Array, options?: DecodeOptions): Value {
  const value = decode(bytes, options);
  try {
    demandCanonical(bytes, options, 0);
  } catch (error) {
    throw withPath(error, options, bytes, 0);
  }
  return value;
}

/** @throws ProtocolError NOT_CANONICAL where `bytes`, one valid value, differ from its canonical form; `shift` is added. */
export function demandCanonical(bytes: Uint8Array, options: DecodeOptions | undefined, shift: number): void {
  const canonical = encode(decode(bytes, { ...options, lossless: true }), { maxDepth: 1000 });
  const at = canonical.findIndex((byte, i) => byte !== bytes[i]);
  if (at < 0) return;
  const kind = valueKind(canonical[at]!);
  const rule = kind === 'ref' ? 1 : kind === 'record' ? 2 : 3;
  throw fault('NOT_CANONICAL', `CANON-${rule}`, shift + at, `a ${kind} is canonical`);
}
