/**
 * The same document in MessagePack and in CBOR, each at its best: the shortest head for every integer, length and count, and
 * the shortest float that is exact (MessagePack has 4 and 8 bytes, CBOR also 2). A whole float such as 1.0 is written as
 * the integer, which is shorter, though Petrel keeps the two apart.
 */
import { Encoder } from '@msgpack/msgpack';
import { encode, Token, Type, type EncodeOptions as CborOptions } from 'cborg';
import { Decimal, Entries, Float, type Encodable } from 'petrel/value';

/** A value as these libraries take it. Decimals stay: only CBOR has them. */
type Peer =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Decimal
  | Peer[]
  | { [key: string]: Peer };

const UINT64_END = 2n ** 64n;
const INT64_START = -(2n ** 63n);

/** Whether MessagePack has a number that equals this one: an integer of 64 bits, or a double. */
export function messagePackHolds(value: Encodable): boolean {
  if (typeof value === 'bigint') return value >= INT64_START && value < UINT64_END;
  return !(value instanceof Decimal);
}

/** MessagePack; numbers that it can't hold are rounded to the nearest double. */
export function encodeMessagePack(value: Encodable): Uint8Array {
  return (messagePack ??= messagePackEncoder()).encode(rounded(peer(value)));
}

/** CBOR by RFC 8949's preferred serialization, with bignums (tags 2 and 3) and decimal fractions (tag 4). */
export function encodeCbor(value: Encodable): Uint8Array {
  return encode(peer(value), CBOR_OPTIONS);
}

/** Made once: a stream has many items. */
let messagePack: Encoder | undefined;

/** What the library's encoder has, but does not declare. */
interface FloatWriter {
  encodeNumber(value: number): void;
  encodeNumberAsFloat(value: number): void;
  writeU8(value: number): void;
  writeF32(value: number): void;
  writeF64(value: number): void;
}

/** The library writes -0 as 0 and floats all in four bytes or all in eight; this one keeps -0, and takes four where exact. */
function messagePackEncoder(): Encoder {
  const encoder = new Encoder({ useBigInt64: true, maxDepth: 10_000 });
  const floats = encoder as unknown as FloatWriter;
  const encodeNumber = floats.encodeNumber.bind(encoder);
  floats.encodeNumber = (value): void => {
    if (Object.is(value, -0)) floats.encodeNumberAsFloat(value);
    else encodeNumber(value);
  };
  floats.encodeNumberAsFloat = (value): void => {
    const single = Math.fround(value) === value;
    floats.writeU8(single ? 0xca : 0xcb);
    if (single) floats.writeF32(value);
    else floats.writeF64(value);
  };
  return encoder;
}

const CBOR_OPTIONS: CborOptions = {
  mapSorter: () => 0,
  typeEncoders: {
    // cborg writes -0 as the integer 0
    number: (value: number) => (Object.is(value, -0) ? new Token(Type.float, value) : null),
    bigint: (value: bigint) => (value >= -UINT64_END && value < UINT64_END ? null : bignum(value)),
    Object: (value: object) => (value instanceof Decimal ? decimalFraction(value) : null),
  },
};

function bignum(value: bigint): Token[] {
  const magnitude = value < 0n ? -1n - value : value;
  const digits = magnitude.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return [new Token(Type.tag, value < 0n ? 3 : 2), new Token(Type.bytes, new Uint8Array(bytes))];
}

function decimalFraction({ exponent, coefficient }: Decimal): (Token | Token[])[] {
  return [
    new Token(Type.tag, 4),
    new Token(Type.array, 2),
    integerToken(exponent),
    integerToken(coefficient),
  ];
}

function integerToken(value: number | bigint): Token | Token[] {
  if (value >= UINT64_END || value < -UINT64_END) return bignum(BigInt(value));
  return new Token(value < 0 ? Type.negint : Type.uint, value);
}

function peer(value: Encodable): Peer {
  if (value instanceof Float) return value.value;
  if (value instanceof Decimal || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return (value as readonly Encodable[]).map(peer);
  if (value instanceof Entries) return fields(value);
  if (typeof value === 'object' && value !== null)
    throw new TypeError('only what JSON can say, and bytes, are priced');
  // a double above 2^32 would be taken for a float by MessagePack's encoder
  return Number.isSafeInteger(value) && Math.abs(value as number) > 0xffff_ffff
    ? BigInt(value as number)
    : value;
}

function fields(entries: Entries): Peer {
  // without a prototype, __proto__ is a key like any other
  const out = Object.create(null) as { [key: string]: Peer };
  for (const [key, value] of entries) out[key as string] = peer(value);
  return out;
}

function rounded(value: Peer): unknown {
  if (value instanceof Decimal) return Number(`${value.coefficient}e${value.exponent}`);
  if (typeof value === 'bigint') return messagePackHolds(value) ? value : Number(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const out = Object.create(null) as { [key: string]: unknown };
  for (const key of Object.keys(value)) out[key] = rounded(value[key]!);
  return out;
}
