/** What a document costs in each format: encoded and counted, nothing estimated. */
import { brotliCompressSync, constants, deflateRawSync, gzipSync } from 'node:zlib';
import { stringify } from 'petrel/json';
import { encodeResp } from 'petrel/resp';
import { Decimal, encode, Entries, Float, type Encodable } from 'petrel/value';
import { formatPath, type PathStep } from 'petrel/wire';
import { encodeInferred } from './inferred.ts';
import { encodeCbor, encodeMessagePack, messagePackHolds } from './peers.ts';

/** The formats, in the order in which they are shown. */
export const FORMATS = [
  { id: 'json', label: 'JSON, minified' },
  { id: 'json+gzip', label: 'JSON + gzip' },
  { id: 'json+brotli', label: 'JSON + brotli' },
  { id: 'resp3', label: 'RESP3' },
  { id: 'messagepack', label: 'MessagePack' },
  { id: 'cbor', label: 'CBOR' },
  { id: 'protobuf', label: 'Protobuf (inferred schema)' },
  { id: 'petrel-plain', label: 'Petrel, plain' },
  { id: 'petrel', label: 'Petrel' },
  { id: 'petrel+deflate', label: 'Petrel + deflate' },
] as const;

export type Format = (typeof FORMATS)[number]['id'];

/** Bytes in each format. */
export type Sizes = Readonly<Record<Format, number>>;

/** As deep as values can nest. [LIMIT-2] */
const DEEPEST = 1000;

/** The canonical form, whose bytes the fields are priced by. */
export function encodeCanonical(value: Encodable): Uint8Array {
  return encode(value, { maxDepth: DEEPEST });
}

/**
 * The sizes of a document that JSON can say: gzip at level 9, brotli at quality 11, raw deflate at level 9.
 * @param protobuf its bytes in protobuf, by whatever schema
 */
export function priceDocument(value: Encodable, protobuf: Uint8Array = encodeInferred(value).bytes): Sizes {
  const json = Buffer.from(stringify(value));
  const canonical = encodeCanonical(value);
  return {
    json: json.length,
    'json+gzip': gzipSync(json, { level: 9 }).length,
    'json+brotli': brotli(json).length,
    resp3: encodeResp(value).length,
    messagepack: encodeMessagePack(value).length,
    cbor: encodeCbor(value).length,
    protobuf: protobuf.length,
    'petrel-plain': encode(value, { form: 'plain', maxDepth: DEEPEST }).length,
    petrel: canonical.length,
    'petrel+deflate': deflateRawSync(canonical, { level: 9 }).length,
  };
}

export function brotli(bytes: Uint8Array): Uint8Array {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params });
}

/** Numbers that not every format can hold as they are. */
export interface Misfits {
  /** Paths to those that MessagePack rounds to a double. */
  readonly messagepack: readonly string[];
  /** Paths to those that RESP3 can only write as a double, which readers round. */
  readonly resp3: readonly string[];
  /** How many whole floats, such as 1.0, MessagePack and CBOR write as integers. */
  readonly wholeFloats: number;
}

/** Finds the numbers that the peers can't hold exactly. */
export function findMisfits(value: Encodable): Misfits {
  const found = { messagepack: [] as string[], resp3: [] as string[], wholeFloats: 0 };
  const path: PathStep[] = [];
  const visit = (part: Encodable): void => {
    if (!messagePackHolds(part)) found.messagepack.push(formatPath(path));
    if (part instanceof Decimal) found.resp3.push(formatPath(path));
    if (part instanceof Float && Number.isInteger(part.value) && !Object.is(part.value, -0))
      found.wholeFloats++;
    for (const [step, child] of children(part)) {
      path.push(step);
      visit(child);
      path.pop();
    }
  };
  visit(value);
  return found;
}

function children(value: Encodable): Iterable<[PathStep, Encodable]> {
  if (value instanceof Entries) return value as Iterable<[PathStep, Encodable]>;
  return Array.isArray(value) ? (value as readonly Encodable[]).entries() : [];
}
