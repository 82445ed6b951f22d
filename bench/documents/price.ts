/** What a document costs in each format, in bytes that were written and read back. */
import { brotliDecompressSync, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { decode as decodeMessagePack } from '@msgpack/msgpack';
import { decode as decodeCbor, type TagDecoder } from 'cborg';
import { Packr } from 'msgpackr';
import { stringify } from 'petrel/json';
import { decode, encode, type Encodable } from 'petrel/value';
import { encodeCbor, encodeMessagePack } from '../../cli/src/compare/peers.ts';
import { brotli, encodeCanonical } from '../../cli/src/compare/prices.ts';
import { parseJson } from '../../cli/src/json.ts';

/** The formats, in the order in which they are shown. */
export const FORMATS = [
  { id: 'json', label: 'JSON, minified' },
  { id: 'gzip', label: 'JSON + gzip' },
  { id: 'brotli', label: 'JSON + brotli' },
  { id: 'messagepack', label: 'MessagePack' },
  { id: 'cbor', label: 'CBOR' },
  { id: 'records', label: 'msgpackr, records' },
  { id: 'plain', label: 'Petrel, plain' },
  { id: 'petrel', label: 'Petrel' },
  { id: 'deflate', label: 'Petrel + deflate' },
] as const;

export type Format = (typeof FORMATS)[number]['id'];
export type Prices = Readonly<Record<Format, number>>;
/** What does not depend on the compressors that Node was built with. */
export type Codec = Exclude<Format, Compressed>;
type Compressed = 'gzip' | 'brotli' | 'deflate';

/** A document, as every format takes it. */
interface Sample {
  readonly value: Encodable;
  /** Minified, with its numbers as the document spells them. */
  readonly json: string;
  /** As JavaScript's own parser sees it: what peers are held to. */
  readonly seen: unknown;
  /** `seen` in JSON again. */
  readonly again: string;
}

/** @throws Error if a format does not bring the document back */
export function priceCodecs(text: string): Readonly<Record<Codec, number>> {
  return codecs(sample(text));
}

/** The same with gzip and deflate at level 9 and brotli at quality 11. */
export function price(text: string): Prices {
  const document = sample(text);
  return { ...codecs(document), ...compressed(document) };
}

function sample(text: string): Sample {
  const value = parseJson(text);
  const seen = JSON.parse(text) as unknown;
  return { value, json: stringify(value), seen, again: JSON.stringify(seen) };
}

function codecs(document: Sample): Readonly<Record<Codec, number>> {
  const { value, json, seen, again } = document;
  same('JSON', JSON.stringify(JSON.parse(json)), again);
  return {
    json: Buffer.byteLength(json),
    messagepack: readBack('MessagePack', encodeMessagePack(value), decodeMessagePack, document),
    cbor: readBack('CBOR', encodeCbor(value), (bytes) => decodeCbor(bytes, { tags: CBOR_TAGS }), document),
    records: readBack('msgpackr', records().pack(seen), (bytes) => records().unpack(bytes), document),
    plain: readExactly(encode(value, { form: 'plain', maxDepth: 1000 }), json),
    petrel: readExactly(encodeCanonical(value), json),
  };
}

/** Records of which nothing is known beforehand: each document defines its own. */
function records(): Packr {
  return new Packr({ useRecords: true, variableMapSize: true });
}

function compressed({ value, json }: Sample): Readonly<Record<Compressed, number>> {
  const bytes = Buffer.from(json);
  const canonical = encodeCanonical(value);
  const gzip = gzipSync(bytes, { level: 9 });
  const packed = brotli(bytes);
  const deflate = deflateRawSync(canonical, { level: 9 });
  same('gzip', gunzipSync(gzip).toString(), json);
  same('brotli', brotliDecompressSync(packed).toString(), json);
  if (!inflateRawSync(deflate).equals(canonical)) throw new Error('deflate did not bring the value back');
  return { gzip: gzip.length, brotli: packed.length, deflate: deflate.length };
}

/** A peer's length, once its bytes were read as what JavaScript's own parser sees, in the same order. */
function readBack(
  format: string,
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => unknown,
  { again }: Sample,
): number {
  same(format, JSON.stringify(read(bytes), withoutBigInt), again);
  return bytes.length;
}

/** Petrel's length, once its bytes were read as the document with every digit. */
function readExactly(bytes: Uint8Array, json: string): number {
  same('Petrel', stringify(decode(bytes, { lossless: true, limits: WIDE })), json);
  return bytes.length;
}

function same(format: string, found: string, expected: string): void {
  if (found !== expected) throw new Error(`${format} did not bring the document back`);
}

const WIDE = { maxElements: 2 ** 24, maxExpanded: 2 ** 28, maxDepth: 1000 };

const withoutBigInt = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value;

const magnitude = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/** Big integers and decimal fractions, as the doubles that JavaScript's own parser makes of them. */
const CBOR_TAGS: { readonly [tag: number]: TagDecoder } = {
  2: (content) => magnitude(content() as Uint8Array),
  3: (content) => -1n - magnitude(content() as Uint8Array),
  4: (content) => {
    const [exponent, coefficient] = content() as [number, number | bigint];
    return Number(`${coefficient}e${exponent}`);
  },
};
