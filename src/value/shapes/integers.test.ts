import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolError } from '../../wire/errors.ts';
import { decode, encode, type Encodable } from '../index.ts';
import * as Head from '../heads.ts';
import { ShapeMemory } from './index.ts';

const options = { shapes: new ShapeMemory() };

/** Around each width that integers have, both ways. */
const EDGES: readonly (number | bigint)[] = [
  ...[0, 31, 32, 87, 88, 287, 288, 343, 344, 2 ** 16, 2 ** 24, 2 ** 32, 2 ** 40, 2 ** 48].flatMap((n) => [n, n - 1, -n - 1]), // prettier-ignore
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  -(2n ** 53n),
  2n ** 53n,
  2n ** 64n - 1n,
  -(2n ** 63n),
];

/** What comes out, or the fault. */
function outcome(bytes: Uint8Array, shapes: typeof options | undefined): unknown {
  try {
    return decode(bytes, shapes ?? { shapes: null });
  } catch (error) {
    const { code, offset, path, rule } = error as ProtocolError;
    return { code, offset, path, rule };
  }
}

/** Both ways. */
function outcomes(bytes: Uint8Array): [unknown, unknown] {
  return [outcome(bytes, options), outcome(bytes, undefined)];
}

describe('a list of integers, read with a memory', () => {
  it('is what it is without one, at every width', () => {
    const list = [...EDGES, ...EDGES.toReversed()];
    expect(decode(encode(list), options)).toEqual(list);
    for (const edge of EDGES)
      expect(decode(encode(Array(20).fill(edge)), options)).toEqual(Array(20).fill(edge));
  });

  it('may hold other values among them, and be long', () => {
    const others: Encodable[] = ['text', null, [1, 2], { a: 1 }, 0.5, true];
    const lists = others.flatMap((other) => [0, 1, 20, 39].map((at) => Array.from({ length: 40 }, (_, i) => (i === at ? other : i * 1000)))); // prettier-ignore
    lists.push(Array.from({ length: 3000 }, (_, i) => (i === 2500 ? 'text' : 7 ** (i % 18))));
    for (const list of lists) expect(decode(encode(list), options)).toEqual(list);
  });

  it('is refused as without one where an integer has a spare byte, and read where it has none', () => {
    for (const first of [Head.UINT_BYTES, Head.NINT_BYTES])
      for (let width = 1; width <= 8; width++)
        for (const edge of EDGES) {
          const spelled = Array.from({ length: width }, (_, i) => Number((BigInt(edge) >> BigInt(8 * i)) & 0xffn)); // prettier-ignore
          const elements = [first + width - 1, ...spelled, ...Array<number>(20).fill(0)];
          const [found, expected] = outcomes(Uint8Array.of(Head.ARRAY_LONG, 6, ...elements));
          expect(found).toEqual(expected);
        }
  });

  it('is refused as without one, at any cut and with any byte changed', () => {
    const bytes = encode(EDGES);
    for (let end = 0; end < bytes.length; end++) {
      const [found, expected] = outcomes(bytes.subarray(0, end));
      expect(found).toEqual(expected);
    }
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = bytes.slice();
        for (const { at, to } of changes) changed[at] = to;
        const [found, expected] = outcomes(changed);
        expect(found).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
