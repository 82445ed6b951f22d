/** Demanding canonical form of a value: what was read is written again, and compared. */
import { fault } from '../wire/errors.ts';
import { decode } from '../value/decode.ts';
import { encode } from '../value/encode.ts';
import { valueKind } from '../value/kinds.ts';
import { ValueReader, type DecodeOptions } from '../value/reader.ts';
import type { Value } from '../value/types.ts';
import { PathFinder } from './path.ts';

/**
 * Decodes one value that is the whole input, and demands that it is canonical.
 * @throws ProtocolError as `decode`; NOT_CANONICAL at the first byte that the canonical form has otherwise, which is the
 *   head of the first item that is spelled otherwise. [CANON-5]
 */
export function decodeCanonical(bytes: Uint8Array, options?: DecodeOptions): Value {
  const value = decode(bytes, options);
  demandCanonical(bytes, options);
  return value;
}

/** @throws ProtocolError NOT_CANONICAL where `bytes`, one valid value, differ from its canonical form. */
export function demandCanonical(bytes: Uint8Array, options: DecodeOptions | undefined): void {
  const canonical = encode(decode(bytes, { ...options, lossless: true }), { maxDepth: 1000 });
  const at = canonical.findIndex((byte, i) => byte !== bytes[i]);
  if (at < 0) return;
  const kind = valueKind(canonical[at]!);
  const rule = kind === 'ref' ? 1 : kind === 'record' ? 2 : 3;
  const error = fault('NOT_CANONICAL', `CANON-${rule}`, at, `a ${kind} is canonical`);
  throw error.moved(0, pathTo(at, bytes, options));
}

function pathTo(offset: number, bytes: Uint8Array, options: DecodeOptions | undefined): PathFinder['path'] {
  const reader = new ValueReader(options);
  const finder = (reader.visitor = new PathFinder(offset));
  reader.reset(bytes);
  try {
    reader.readValue();
  } catch {
    // the finder stopped the reading
  }
  return finder.path;
}
