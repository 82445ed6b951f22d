import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cells, padTo, wrap } from './cells.ts';

describe('cells', () => {
  it.each([
    ['abc', 3],
    ['晚上', 4],
    ['한글', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['😀', 2],
    ['…', 1],
  ])('%s takes %i', (text, width) => expect(cells(text)).toBe(width));

  it('are filled up to a width, or left as they are', () => {
    expect([padTo('晚', 4), padTo('long', 2)]).toEqual(['晚  ', 'long']);
  });
});

describe('wrapping', () => {
  it.each<[string, number, string[]]>([
    ['one two three', 8, ['one two', 'three']],
    ['one two', 7, ['one two']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['a abcdefgh', 4, ['a ab', 'cdef', 'gh']],
    ['晚上吃饭', 4, ['晚上', '吃饭']],
    ['', 4, []],
  ])('%j at %i gives %j', (text, width, lines) => expect(wrap(text, width)).toEqual(lines));

  it('loses nothing but blanks, and keeps to the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '晚', '-') }),
        fc.integer({ min: 2, max: 9 }),
        (text, width) => {
          const lines = wrap(text, width);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
          expect(lines.filter((line) => cells(line) > width)).toEqual([]);
        },
      ),
    );
  });
});
