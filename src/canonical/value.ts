/** Demanding canonical form of a value: what was read is written again, and compared. */
import { fault } from '../wire/errors.ts';
import { decode } from '../value/decode.ts';
import { encode } from '../value/encode.ts';
import * as Head from '../value/heads.ts';
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
  const { start, path } = find(at, bytes, options);
  const head = canonical[start]!;
  const error = fault('NOT_CANONICAL', ruleOf(head), start, `a ${valueKind(head)} is canonical`);
  throw error.moved(0, path);
}

/** The rule that wants an item to have this head. */
function ruleOf(head: number): string {
  const kind = valueKind(head);
  if (kind === 'ref') return 'CANON-1';
  if (kind === 'record') return 'CANON-2';
  if (kind === 'float') return 'CANON-6';
  return head === Head.TEXT_PREFIXED ? 'CANON-7' : 'CANON-3';
}

function find(offset: number, bytes: Uint8Array, options: DecodeOptions | undefined): PathFinder {
  const reader = new ValueReader(options);
  const finder = (reader.visitor = new PathFinder(offset));
  reader.reset(bytes);
  try {
    reader.readValue();
  } catch {
    // the finder stopped the reading
  }
  return finder;
}
