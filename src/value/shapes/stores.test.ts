import { expect, it } from 'vitest';
import { decode, encode, type Encodable } from '../index.ts';
import { ShapeMemory } from './index.ts';
import { storeAll, type Fields } from './stores.ts';

it('stores as many values as there are keys left, at the places of any group', () => {
  const keys = Array.from({ length: 10 }, (_, i) => `key ${i}`);
  for (let group = 0; group < 8; group++)
    for (let first = 0; first < keys.length; first++) {
      const stored: Fields = {};
      storeAll(stored, group, keys, first, 0, 1, 2, 3, 4, 5, 6, 7);
      const expected = keys.slice(first, first + 8).map((key, i) => [key, i]);
      expect(Object.entries(stored)).toEqual(expected);
    }
});

/** An object of so many keys, all of its own. */
function object(count: number, turn: number): { readonly [key: string]: Encodable } {
  const kinds = [turn, -turn, `text ${turn}`, turn / 4, turn % 2 === 0, null, [turn], 2 ** 40 + turn];
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${count} keys ${i}`, kinds[(i + turn) % 8]!]),
  );
}

// The places are the process's, and few: the first shapes here have some, those after them none.
it('objects of any number of keys come out the same and in order, however often', () => {
  const options = { shapes: new ShapeMemory() };
  for (const count of [30, 7, 8, 9, 1, 16, 2, 17, 31, 64, 5]) {
    for (let turn = 0; turn < 40; turn++) {
      const written = { object: object(count, turn), rows: [object(count, turn), object(count, turn + 1)] };
      const read = decode(encode(written), options) as typeof written;
      expect(read).toEqual(written);
      expect(Object.keys(read.object)).toEqual(Object.keys(written.object));
      expect(Object.keys(read.rows[1]!)).toEqual(Object.keys(written.object));
    }
  }
});
