import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeInto,
  encodeMessage,
  encodePieces,
  field,
  map,
  message,
  repeated,
  type MessageType,
} from './index.ts';

interface Node {
  id: number;
  name: string;
  data: Uint8Array;
  parts: readonly Uint8Array[];
  next?: Node | undefined;
  group?: Node | undefined;
  named: { readonly [key: string]: Uint8Array };
}
const Node: MessageType<Node> = message('t.Node', {
  id: field(1, 'uint32'),
  name: field(2, 'string'),
  data: field(3, 'bytes'),
  parts: repeated(4, 'bytes'),
  get next() {
    return field(5, Node);
  },
  get group() {
    return field(6, Node, { delimited: true });
  },
  named: map(7, 'string', 'bytes'),
});

const bytes = fc.integer({ min: 0, max: 3000 }).map((length) => new Uint8Array(length).fill(length));
const { node } = fc.letrec<{ node: Partial<Node> }>((tie) => ({
  node: fc.record(
    {
      id: fc.nat(),
      name: fc.string({ unit: 'grapheme', maxLength: 200 }),
      data: bytes,
      parts: fc.array(bytes, { maxLength: 3 }),
      next: fc.option(tie('node') as fc.Arbitrary<Node>, { nil: undefined, depthSize: 'small' }),
      group: fc.option(tie('node') as fc.Arbitrary<Node>, { nil: undefined, depthSize: 'small' }),
      named: fc.dictionary(fc.string({ maxLength: 3 }), bytes, { maxKeys: 2 }),
    },
    { requiredKeys: [] },
  ),
}));

const hex = (...pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('hex');

describe('encodePieces', () => {
  it('joined is what encodeMessage answers, whatever is nested in what', () => {
    fc.assert(
      fc.property(node, (given) => {
        const pieces = encodePieces(Node, given);
        expect(hex(...pieces)).toBe(hex(encodeMessage(Node, given)));
        expect(pieces.every(({ length }) => length > 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('holds large bytes themselves, and copies small ones', () => {
    const data = new Uint8Array(1024);
    const pieces = encodePieces(Node, { next: { data, parts: [new Uint8Array(1023)] } });
    expect(pieces.length).toBe(3);
    expect(pieces[1]).toBe(data);
  });

  it('answers pieces that no later call changes', () => {
    const first = encodePieces(Node, { name: 'first', data: new Uint8Array(2000) });
    const before = hex(...first);
    for (let i = 0; i < 3000; i++) encodePieces(Node, { name: 'second', id: i });
    expect(hex(...first)).toBe(before);
  });

  it('refuses what encodeMessage refuses, and goes on behind it', () => {
    const wrong = { next: { data: 'x' } } as never;
    expect(() => encodePieces(Node, wrong)).toThrow('(at next.data)');
    expect(hex(...encodePieces(Node, { id: 1 }))).toBe('0801');
  });
});

describe('encodeInto', () => {
  it('writes what encodeMessage answers, from the offset on, up to the very end', () => {
    fc.assert(
      fc.property(node, fc.nat(10), fc.nat(300), (given, offset, more) => {
        const expected = encodeMessage(Node, given);
        const target = new Uint8Array(offset + expected.length + more).fill(0xee);
        expect(encodeInto(Node, given, target, offset)).toBe(offset + expected.length);
        expect(hex(target.subarray(offset, offset + expected.length))).toBe(hex(expected));
        expect(target.subarray(0, offset).every((byte) => byte === 0xee)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a message that does not fit, an offset that is none, and what encodeMessage refuses', () => {
    const target = new Uint8Array(4);
    expect(encodeInto(Node, { name: 'ab' }, target)).toBe(4);
    expect(() => encodeInto(Node, { name: 'abc' }, target)).toThrow('5 bytes do not fit at 0 of 4');
    expect(() => encodeInto(Node, {}, target, 5)).toThrow(RangeError);
    expect(() => encodeInto(Node, {}, target, 0.5)).toThrow(RangeError);
    expect(() => encodeInto(Node, { id: -1 }, target)).toThrow('(at id)');
    expect(encodeInto(Node, { id: 1 }, target, 2)).toBe(4);
  });
});
