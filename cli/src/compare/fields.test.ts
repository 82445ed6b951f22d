import * as fc from 'fast-check';
import { encode, type Encodable } from 'petrel/value';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../json.ts';
import { fieldCosts, type FieldCost } from './fields.ts';
import { encodeCanonical } from './prices.ts';

function costsOf(text: string): { [path: string]: Omit<FieldCost, 'path'> } {
  const costs = fieldCosts(encodeCanonical(parseJson(text)));
  return Object.fromEntries(costs.map(({ path, ...cost }) => [path, cost]));
}

describe('fieldCosts', () => {
  it('gives the keys to the map that defined the shape, and nothing to the records after it', () => {
    // D2 E2 94"name" 94"size" 91"a" 01 E8 91"b" 58 C8
    expect(costsOf('[{"name":"a","size":1},{"name":"b","size":200}]')).toStrictEqual({
      '': { count: 1, keys: 0, values: 1, total: 20 },
      '[]': { count: 2, keys: 0, values: 2, total: 19 },
      '[].name': { count: 2, keys: 5, values: 4, total: 9 },
      '[].size': { count: 2, keys: 5, values: 3, total: 8 },
    });
  });

  it('puts the most expensive first, beneath the document or not', () => {
    const costs = fieldCosts(encodeCanonical(parseJson('{"a":{"long":"xxxxxxxxxx"},"b":"yyyy"}')));
    expect(costs.map(({ path }) => path)).toStrictEqual(['a.long', 'b', 'a', '']);
  });

  it('counts a bignum and a decimal once, with what they hold', () => {
    expect(costsOf('{"n":[18446744073709551616,1e400]}')['n[]']).toStrictEqual({
      count: 2,
      keys: 0,
      values: 3 + 10 + 4,
      total: 17,
    });
  });

  it('takes a map of more than 32 keys for a dictionary, as a map and as a record', () => {
    const object = `{${Array.from({ length: 33 }, (_, i) => `"k${i}":${i}`).join(',')}}`;
    const costs = costsOf(`[${object},${object}]`);
    expect(Object.keys(costs).toSorted()).toStrictEqual(['', '[]', '[].*']);
    expect(costs['[].*']).toMatchObject({ count: 66, values: 66 });
  });

  it('quotes keys that are not plain words', () => {
    expect(Object.keys(costsOf(String.raw`{"a b":1,"*":{"\u001b[2J":2}}`))).toStrictEqual([
      String.raw`"*"."\u001b[2J"`,
      '"a b"',
      '"*"',
      '',
    ]);
  });

  it('gives every byte to one path, in either form', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        fc.constantFrom('canonical' as const, 'plain' as const),
        (value, form) => {
          const bytes = encode([value, value] as Encodable, { form });
          const costs = fieldCosts(bytes);
          expect(costs.reduce((sum, { keys, values }) => sum + keys + values, 0)).toBe(bytes.length);
          expect(costs.find(({ path }) => path === '')?.total).toBe(bytes.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
