import { describe, expect, it } from 'vitest';
import { decode, encode } from './index.ts';
import { hashText, shapeLookup, textLookup } from './lookup.ts';

function many(count: number, text: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => text(i));
}

describe('the lookup of texts', () => {
  it.each([
    ['few', many(5, (i) => `text ${i}`)],
    ['many', many(3000, (i) => `text ${i}`)],
    ['short and empty ones', ['', 'a', 'b', 'ab', 'ba', 'abc']],
    ['texts that fall into one chain', many(500, (i) => `ab${String(i).padStart(4, '0')}Q----yz`)],
    ['texts that spell indices', many(500, (i) => String(i * 65_536))],
  ])('gives each its index, and finds it again: %s', (_name, texts) => {
    const lookup = textLookup();
    const define = (text: string): number => lookup.define(text, hashText(text));
    for (let round = 0; round < 3; round++) {
      expect(texts.map(define)).toStrictEqual(texts.map((_, i) => -1 - i));
      expect(texts.map(define)).toStrictEqual(texts.map((_, i) => i));
      lookup.clear();
    }
  });

  it('holds 16,384 and defines no more', () => {
    const lookup = textLookup();
    const define = (text: string): number => lookup.define(text, hashText(text));
    for (let i = 0; i < 16_384; i++) define(`text ${i}`);
    expect([define('one more'), define('one more'), lookup.size]).toStrictEqual([-16_385, -16_385, 16_384]);
    expect(define('text 16383')).toBe(16_383);
  });
});

describe('a lookup that recalls what it knew', () => {
  it('has what it had, where it was, with what came after', () => {
    const texts = many(40, (i) => `text ${i}`);
    const lookup = textLookup();
    const define = (text: string): number => lookup.define(text, hashText(text));
    texts.forEach(define);
    const known = lookup.known();
    const others = many(30, (i) => `another ${i}`);
    for (let round = 0; round < 3; round++) {
      lookup.clear();
      lookup.recall(known);
      expect(others.map(define)).toStrictEqual(others.map((_, i) => -41 - i));
      expect(texts.map(define)).toStrictEqual(texts.map((_, i) => i));
      expect(others.map(define)).toStrictEqual(others.map((_, i) => 40 + i));
    }
    lookup.clear();
    expect(texts.map(define)).toStrictEqual(texts.map((_, i) => -1 - i));
  });

  it('has it too when a chain grows long', () => {
    const texts = many(200, (i) => `ab${String(i).padStart(4, '0')}Q----yz`);
    const lookup = textLookup();
    const define = (text: string): number => lookup.define(text, 7);
    lookup.define('first', 6);
    const known = lookup.known();
    lookup.clear();
    lookup.recall(known);
    texts.forEach(define);
    expect(lookup.define('first', 6)).toBe(0);
    expect(texts.map(define)).toStrictEqual(texts.map((_, i) => 1 + i));
  });
});

describe('the lookup of shapes', () => {
  it('tells sequences of keys apart by every key and their order', () => {
    const lookup = shapeLookup();
    const shapes = [
      ['a', 'b', 'c'],
      ['a', 'x', 'c'],
      ['c', 'b', 'a'],
      ['a', 'b'],
      ['ab', 'c'],
    ];
    for (const keys of shapes) lookup.define(keys, 7);
    expect(shapes.map((keys) => lookup.define([...keys], 7))).toStrictEqual([0, 1, 2, 3, 4]);
  });

  it('serves 2,000 shapes in one chain', () => {
    const objects = Array.from({ length: 2000 }, (_, i) => ({ first: 1, [`key ${i}`]: 2, last: 3 }));
    expect(decode(encode([...objects, ...objects]))).toStrictEqual([...objects, ...objects]);
  });
});
