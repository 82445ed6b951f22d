import { describe, expect, it } from 'vitest';
import { arrayHead } from '../../fuzz/pieces.ts';
import { decodeFirst, encode, Entries, Float, Message, Opaque, Tagged, type Encodable } from './index.ts';

const wrong = (value: unknown): never => value as never;

describe('misuse that types do not stop', () => {
  it.each([1n, 2n, 3n, 5n, 6n])('of tag %s with content that its row forbids is a TypeError', (tag) => {
    expect(() => encode(new Tagged(tag, 5))).toThrow(TypeError);
  });

  it.each<[string, Encodable]>([
    ['a Float of a text', new Float(wrong('x'))],
    ['a Float of nothing', new Float(wrong(undefined))],
    ['a Message of a text', new Message(1, wrong('123'))],
    ['an Opaque of an array', new Opaque(0xfc, wrong([1, 2]))],
  ])('as %s is a TypeError', (_name, value) => {
    expect(() => encode(value)).toThrow(TypeError);
  });

  it.each([undefined, '252', 252.5, NaN])('as the kind %s of an Opaque is a RangeError', (kind) => {
    expect(() => encode(new Opaque(wrong(kind), new Uint8Array(0)))).toThrow(RangeError);
  });

  it('as a key that holds itself, or tags without end, is an error that says so', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => encode(new Entries([wrong(circle)], [1]))).toThrow('a key that holds others');
    let deep: Encodable = 'x';
    for (let i = 0; i < 100_000; i++) deep = new Tagged(100, deep);
    expect(() => encode(new Entries([deep], [1]))).toThrow('nested deeper');
  });

  it.each([-1, 1.5, 4, NaN])('as an offset of %d in three bytes is a RangeError', (offset) => {
    expect(() => decodeFirst(Uint8Array.of(arrayHead(1)[0]!, 0, 0), offset)).toThrow(RangeError);
  });

  it("passes on a getter's error, also one with a path of its own", () => {
    const error = Object.assign(new Error('no such file'), { path: '/some/file' });
    const value = {
      get a(): never {
        throw error;
      },
    };
    expect(() => encode(wrong(value))).toThrow(error);
    expect(error.path).toBe('/some/file');
  });
});
