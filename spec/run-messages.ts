/** Vectors of messages: read, written, cut short and refused, by whichever implementation of their types. */
import { decodeMessage, encodeMessage, type MessageType } from '../src/message/index.ts';
import { around, cuts, Failure, faultOf, ordered, same, truncated } from './checks.ts';
import { messageNotation, toMessage, type MessageNotation } from './messages.ts';
import { toHex, unhex } from './notation.ts';
import type { Fault, Vector } from './vector.ts';

export function runMessage(vector: Vector, typeOf: (name: string) => MessageType): void {
  const type = typeOf(vector.type!);
  if (vector.refused === true) return refusesMessage(type, vector.message!);
  const bytes = unhex(vector.hex!);
  if (vector.error === undefined) goodMessage(vector, type, bytes);
  else badMessage(vector, type, bytes, vector.error);
}

function goodMessage(vector: Vector, type: MessageType, bytes: Uint8Array): void {
  const { limits = {}, written } = vector;
  const read = decodeMessage(type, bytes, { limits });
  const notation = messageNotation(type, read);
  const expected = vector.message ?? notation;
  same('decode', ordered(notation), ordered(expected));
  const embedded = around(bytes).subarray(3, bytes.length + 3);
  const copy = decodeMessage(type, embedded, { limits, copy: true });
  embedded.fill(0xff);
  same('decode, a copy', ordered(messageNotation(type, copy)), ordered(expected));
  const result = written === undefined ? bytes : unhex(written);
  same('encode what was read', toHex(encodeMessage(type, read)), toHex(result));
  same('encode', toHex(encodeMessage(type, toMessage(type, expected))), toHex(result));
  same(
    'read again',
    ordered(messageNotation(type, decodeMessage(type, result, { limits }))),
    ordered(expected),
  );
  for (const cut of cuts(bytes.length)) {
    const found = faultOf('decode', () => decodeMessage(type, bytes.slice(0, cut), { limits }));
    if (found && found.code !== 'FIELD_REQUIRED') same(`the first ${cut} bytes`, found, truncated(cut));
  }
}

function badMessage({ limits = {} }: Vector, type: MessageType, bytes: Uint8Array, error: Fault): void {
  const embedded = around(bytes).subarray(3, bytes.length + 3);
  for (const [input, copy] of [
    [bytes, false],
    [embedded, false],
    [embedded, true],
  ] as const)
    same(
      'decode',
      faultOf('decode', () => decodeMessage(type, input, { limits, copy })),
      error,
    );
  for (const cut of cuts(bytes.length)) {
    const found = faultOf('decode', () => decodeMessage(type, bytes.slice(0, cut), { limits }));
    if (found && found.code !== 'FIELD_REQUIRED' && found.code !== 'TRUNCATED')
      same(`the first ${cut} bytes`, found, error);
  }
}

function refusesMessage(type: MessageType, notation: MessageNotation): void {
  try {
    encodeMessage(type, toMessage(type, notation));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return;
    throw error;
  }
  throw new Failure('the writer does not refuse it');
}
