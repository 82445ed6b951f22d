/** What generated codecs read and write inline is what the interpreter does, at every length of a varint and wherever a field comes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDescriptors, type FileDescriptorProto } from '../../src/descriptor/index.ts';
import { decodeMessage, encodeMessage, type MessageType } from '../../src/message/index.ts';
import { ProtocolError } from '../../src/wire/index.ts';
import { generatedTypes } from './generated.ts';
import type { Bag } from './ours.ts';

/** Numbers of fields whose tags are of one byte and of two, and one that is expected nowhere. */
const FIELDS = {
  signed: [1, 3],
  unsigned: [2, 4],
  small: [3, 13],
  yes: [10, 8],
  no: [11, 8],
  maybe: [12, 8],
  late: [16, 3],
  last: [5000, 3],
} as const;

const file: FileDescriptorProto = {
  name: 'numbers.proto',
  package: 'fuzz',
  syntax: 'proto3',
  messageType: [
    {
      name: 'M',
      field: Object.entries(FIELDS).map(([name, [number, type]]) => {
        return { name, number, type, label: 1, jsonName: name };
      }),
    },
  ],
};
const files = [file];
const registry = loadDescriptors({ file: files });
const interpreted = registry.messages.get('fuzz.M') as unknown as MessageType<Bag>;
const generated = generatedTypes({ files, registry }, true)['M']!;

/** The least and the most of each length of a varint, and of the numbers that are written by other code. */
const EDGES = [0, 7, 14, 21, 28, 32, 35, 42, 49, 53]
  .flatMap((bits) => [2 ** bits - 1, 2 ** bits])
  .slice(0, -1);
const WIDE = [2n ** 53n, 2n ** 56n - 1n, 2n ** 56n, 2n ** 63n - 1n];

function outcome(type: MessageType<Bag>, bytes: Uint8Array): unknown {
  try {
    return { ...decodeMessage(type, bytes) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, rule, offset, path } = error;
    return { code, rule, offset, path };
  }
}

/** A tag's varint. */
function tagBytes(tag: number): number[] {
  const bytes: number[] = [];
  for (; tag > 0x7f; tag >>>= 7) bytes.push((tag & 0x7f) | 0x80);
  return [...bytes, tag];
}

describe('numbers of generated codecs', () => {
  it.each([...EDGES, ...WIDE, ...EDGES.map((value) => -value), -(2n ** 63n)])(
    'are the interpreter’s: %s',
    (value) => {
      const message = { signed: value, ...(value >= 0 && { unsigned: value }), late: value, last: value };
      const bytes = encodeMessage(interpreted, message);
      expect(encodeMessage(generated, message)).toEqual(bytes);
      expect(outcome(generated, bytes)).toEqual(outcome(interpreted, bytes));
      for (let end = 0; end < bytes.length; end++)
        expect(outcome(generated, bytes.subarray(0, end))).toEqual(
          outcome(interpreted, bytes.subarray(0, end)),
        );
    },
  );

  it.each(['text', null, 1.5, 2 ** 53, Number.NaN, Infinity, 2n ** 64n, {}])(
    'are refused alike: %s',
    (value) => {
      for (const key of ['signed', 'unsigned', 'small', 'late']) {
        const refusal = (type: MessageType<Bag>): string => {
          try {
            return String(encodeMessage(type, { [key]: value }));
          } catch (error) {
            return String(error);
          }
        };
        expect(refusal(generated)).toBe(refusal(interpreted));
      }
    },
  );

  it('come in any order and spelling, as often as they like', () => {
    const tags = Object.values(FIELDS).map(([number]) => number << 3);
    const varint = fc
      .tuple(fc.integer({ min: 0, max: 11 }), fc.constantFrom(0, 1, 0x0f, 0x10, 0x1f, 0x7f))
      .map(([more, last]) => [...Array.from({ length: more }, (_, i) => 0x80 | ((i * 37) & 0x7f)), last]);
    const fields = fc.array(fc.tuple(fc.constantFrom(...tags).map(tagBytes), varint), { maxLength: 8 });
    fc.assert(
      fc.property(fields, fc.nat(3), (all, cut) => {
        const whole = Uint8Array.from(all.flat(2));
        const bytes = whole.subarray(0, Math.max(0, whole.length - (cut === 3 ? 1 : 0)));
        expect(outcome(generated, bytes)).toEqual(outcome(interpreted, bytes));
      }),
      { numRuns: 1000 },
    );
  });
});
