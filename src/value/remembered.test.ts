import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodables } from '../../fuzz/arbitraries.ts';
import * as small from './index.ts';
import { Entries, Float, type DecodeOptions, type Encodable, type EncodeOptions } from './index.ts';
import { encodeInto } from './into-node.ts';
import { encodeInto as smallInto } from './into.ts';
import * as fast from './node.ts';

/** What comes of it, an error included. */
function endOf(run: () => unknown): unknown {
  try {
    return { value: run() };
  } catch (error) {
    const { name, message, code, offset, path } = error as Error & { code: unknown; offset: unknown; path: unknown }; // prettier-ignore
    return { name, message, code, offset, path };
  }
}

const WRITING: (EncodeOptions | undefined)[] = [
  undefined,
  {},
  { form: 'plain' },
  { maxDepth: 1 },
  { omitUndefined: true },
  { shapes: null },
  { maxDepth: -1 },
];
const READING: (DecodeOptions | undefined)[] = [
  undefined,
  {},
  { lossless: true },
  { maps: 'entries' },
  { copy: true },
  { shapes: null },
  { limits: { maxDepth: 1 } },
  { limits: { maxElements: 3 } },
  { limits: { maxDepth: -1 } },
];

describe('with a memory of the process, as on Node', () => {
  it('exports what is exported elsewhere', () => {
    expect(Object.keys(fast).toSorted()).toEqual(Object.keys(small).toSorted());
    expect(fast.decode).not.toBe(small.decode);
    expect(fast.ValueReader).toBe(small.ValueReader);
  });

  it('writes and reads as without one, whatever the options before were', () => {
    const writing = fc.constantFrom(...WRITING);
    const reading = fc.constantFrom(...READING);
    const bytes = fc.oneof(encodables.map((value) => small.encode(value)), fc.uint8Array({ maxLength: 40 })); // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.tuple(encodables, writing, bytes, reading), { maxLength: 6 }), (steps) => {
        for (const [value, to, input, from] of [...steps, ...steps, ...steps]) {
          const [into, other] = [new Uint8Array(60), new Uint8Array(60)];
          const pairs: [() => unknown, () => unknown][] = [
            [() => fast.encode(value, to), () => small.encode(value, to)],
            [() => fast.decode(input, from), () => small.decode(input, from)],
            [() => fast.decodeFirst(input, 0, from), () => small.decodeFirst(input, 0, from)],
            [
              () => into.slice(0, encodeInto(value, into, 2, to)),
              () => other.slice(0, smallInto(value, other, 2, to)),
            ],
          ];
          // Not expect's own equality, which asks a map's key `constructor` for its class.
          for (const [fastOne, smallOne] of pairs)
            expect(isDeepStrictEqual(endOf(fastOne), endOf(smallOne))).toBe(true);
        }
      }),
    );
  });

  it('lets a getter encode and decode while an object is written', () => {
    const inner = { a: 1, text: 'inner' };
    const outer: Encodable = {
      get first(): Encodable {
        return fast.encode(inner, { form: 'plain' });
      },
      a: 'text',
      get again(): Encodable {
        return fast.decode(fast.encode([inner, inner]));
      },
    };
    for (let i = 0; i < 20; i++) expect(fast.encode([outer, outer])).toStrictEqual(small.encode([outer, outer])); // prettier-ignore
  });

  it('forgets the options of the call before', () => {
    const bytes = small.encode({ a: new Float(1) });
    expect(fast.decode(bytes, { lossless: true })).toStrictEqual(new Entries(['a'], [new Float(1)]));
    expect(fast.decode(bytes)).toStrictEqual({ a: 1 });
    expect(() => fast.encode([[1]], { maxDepth: 1 })).toThrow(RangeError);
    expect(() => fast.decode(bytes, { limits: { maxDepth: -1 } })).toThrow(RangeError);
    expect(fast.decode(fast.encode([[1]]))).toStrictEqual([[1]]);
  });

  it('heeds options that were changed between two calls', () => {
    const limits = { maxDepth: 0 };
    expect(() => fast.decode(small.encode([1]), { limits })).toThrow('LIMIT_DEPTH');
    limits.maxDepth = 1;
    expect(fast.decode(small.encode([1]), { limits })).toStrictEqual([1]);
  });
});
