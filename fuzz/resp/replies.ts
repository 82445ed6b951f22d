/** Proves that whatever RESP3 can say survives the way into Petrel's values and back, at any chunking. */
import * as fc from 'fast-check';
import { DEEPEST, readReplies, toPetrel, toResp } from '../../spec/resp.ts';
import { RespWriter } from '../../src/resp/index.ts';
import { decode, encode, Entries, Tagged, type Encodable } from '../../src/value/index.ts';
import { cuts } from '../arbitraries.ts';
import { hex } from '../model.ts';
import { promise, same, type Promised } from '../property.ts';
import { carried } from './carried.ts';
import { codeOf, whole } from './outcomes.ts';
import { bytesOf, replies, values } from './said.ts';

const survives = promise(
  'whatever RESP3 says comes back byte for byte from values, in any chunks',
  fc.tuple(replies, cuts),
  ([{ resp, back }, cut]) => {
    const items = whole(readReplies(cut(bytesOf(resp)), { maxDepth: DEEPEST }));
    for (const form of ['canonical', 'plain'] as const) {
      const carried = items.map((value) => encode(value, { form, maxDepth: DEEPEST }));
      same(form, hex(toResp(carried)), hex(bytesOf(back)));
    }
    const direct = new RespWriter();
    for (const value of items) direct.reply(value);
    same('without Petrel between', hex(direct.take()), hex(bytesOf(back)));
  },
);

const carriedBack = promise(
  'every value that carries a reply is the same after RESP said it',
  fc.tuple(carried, cuts),
  ([value, cut]) => {
    const petrel = toPetrel(value);
    const items = whole(readReplies(cut(toResp([petrel])), { maxDepth: DEEPEST }));
    same('one reply', String(items.length), '1');
    same('bytes', hex(toPetrel(items[0]!)), hex(petrel));
  },
);

/** Levels and elements as [LIMIT-2] and [LIMIT-3] count them. */
function sizeOf(value: Encodable): { depth: number; elements: number } {
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) !== value)
    return { depth: 1, elements: 2 };
  const inner =
    value instanceof Tagged ? [value.value] : value instanceof Entries ? [...value].flat() : Array.isArray(value) ? (value as Encodable[]) : undefined; // prettier-ignore
  if (inner === undefined) return { depth: 0, elements: 1 };
  const sizes = inner.map(sizeOf);
  return {
    depth: 1 + Math.max(0, ...sizes.map(({ depth }) => depth)),
    elements: sizes.reduce((sum, { elements }) => sum + elements, 1),
  };
}

const sameLimits = promise(
  'a reply meets limits of depth and elements exactly where the value that carries it does',
  values,
  ({ resp }) => {
    const bytes = bytesOf(resp);
    const [value] = whole(readReplies([bytes], { maxDepth: DEEPEST }));
    const { depth, elements } = sizeOf(value!);
    const petrel = encode(value!, { form: 'plain', maxDepth: DEEPEST });
    for (const [limits, expected] of [
      [{ maxDepth: depth, maxElements: elements }, 'taken'],
      [{ maxDepth: depth - 1, maxElements: elements }, 'LIMIT_DEPTH'],
      [{ maxDepth: DEEPEST, maxElements: elements - 1 }, 'LIMIT_ELEMENTS'],
    ] as const) {
      if (limits.maxDepth < 0) continue;
      const read = (): unknown => whole(readReplies([bytes], limits));
      same(`RESP ${JSON.stringify(limits)}`, codeOf(read), expected);
      const wide = { ...limits, maxExpanded: 2 ** 32 - 1 };
      same(
        `Petrel ${JSON.stringify(limits)}`,
        codeOf(() => decode(petrel, { limits: wide })),
        expected,
      );
    }
  },
);

export const REPLY_PROMISES: readonly Promised[] = [survives, carriedBack, sameLimits];
