/**
 * Pieces of values, to put together what no writer writes. They are cut from what `encode` writes, so that no test beside
 * the code repeats the table of first bytes: `spec/vectors` holds that, byte by byte.
 */
import { encode, Entries, Tagged, type Encodable } from '../src/value/index.ts';
import { Writer } from '../src/wire/index.ts';

/** Never a value's first byte. [VALUE-21] */
export const INVALID: readonly number[] = [0xff];
export const NULL: readonly number[] = [...encode(null)];

function varint(value: number): readonly number[] {
  const writer = new Writer();
  writer.varint(value);
  return [...writer.take()];
}

/** Pieces one after the other: bytes, or values to encode plainly. */
export function bytesOf(...pieces: readonly (readonly number[] | Encodable)[]): Uint8Array {
  return Uint8Array.from(
    pieces.flatMap((piece) => (isPiece(piece) ? piece : [...encode(piece, { form: 'plain' })])),
  );
}

/** An array of numbers is a piece; write a value that is one as `bytesOf(encode(...))`. */
function isPiece(piece: unknown): piece is readonly number[] {
  return Array.isArray(piece);
}

export function arrayHead(count: number): readonly number[] {
  return cut(
    Array.from({ length: count }, () => null),
    count,
  );
}

export function mapHead(pairs: number): readonly number[] {
  const keys = Array.from({ length: pairs }, (_, i) => String.fromCodePoint(0x21 + i));
  const plain = encode(
    new Entries(
      keys,
      keys.map(() => null),
    ),
    { form: 'plain' },
  );
  return [...plain.subarray(0, plain.length - 3 * pairs)];
}

export function tagHead(tag: number): readonly number[] {
  return cut(new Tagged(tag, null), 1);
}

/** The first text reference, and the first record's head. */
export const REF: readonly number[] = [...encode(['abcd', 'abcd'])].slice(-1);
export const RECORD: readonly number[] = [...encode([{ a: 0 }, { a: 0 }])].slice(-2, -1);

/** A text in UTF-16, whether or not that is shorter. */
export function utf16(text: string): readonly number[] {
  const [head] = encode('你好世界');
  return [head!, ...varint(2 * text.length), ...Buffer.from(text, 'utf16le')];
}

/** A head that announces about `count` elements, pairs or bytes, in a length varint. */
export function announced(kind: 'array' | 'map' | 'bytes' | 'text', count: number): readonly number[] {
  const long = {
    array: encode(Array.from({ length: 30 }, () => null)),
    map: mapHead(30),
    bytes: encode(new Uint8Array(300)),
    text: encode('x'.repeat(300)),
  };
  const bias = { array: 15, map: 7, bytes: 0, text: 0 };
  return [long[kind][0]!, ...varint(count - bias[kind])];
}

function cut(value: Encodable, bytes: number): readonly number[] {
  return [...encode(value)].slice(0, -bytes);
}
