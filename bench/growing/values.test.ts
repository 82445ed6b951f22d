import { expect, it } from 'vitest';
import { GROWING, poolOf, type Growing } from './values.ts';

const named = (name: string): Growing => GROWING.find((growing) => growing.name === name)!;
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

it.each(named('text').sizes.filter((size) => size < 2 ** 24))(
  'a text of %i bytes in JSON has as many',
  (size) => {
    for (const value of poolOf(named('text'), size)) expect(bytes(value)).toBe(size);
  },
);

it.each(named('batch').sizes.filter((size) => size < 2 ** 24))(
  'a list of %i bytes has about as many',
  (size) => {
    expect(bytes(poolOf(named('batch'), size)[0]) / size).toBeGreaterThan(0.9);
    expect(bytes(poolOf(named('batch'), size)[0]) / size).toBeLessThan(1.1);
  },
);

it('what nests has as many levels, what is wide as many fields', () => {
  const levels = JSON.stringify(named('nesting').make(64, 1)).match(/\{/g);
  expect(levels).toHaveLength(64);
  expect(Object.keys(named('fields').make(4096, 1) as object)).toHaveLength(4096);
});

it.each(GROWING)('values of a pool differ: $name', (growing) => {
  const pool = poolOf(growing, growing.sizes[1]!).map((value) => JSON.stringify(value));
  expect(new Set(pool).size).toBe(pool.length);
});
