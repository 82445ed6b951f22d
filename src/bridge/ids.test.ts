/** Request ids, of a half's own commands and of the peer's, against a model of the simplest kind. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenIds } from './open-ids.ts';
import { OVER, OwnIds } from './own-ids.ts';

describe('request ids', () => {
  it('of our own are the lowest that are free, whatever is answered when', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 200 }), (steps) => {
        const ids = new OwnIds();
        const taken = new Map<number, number>();
        const given: [next: number, took: number, lowest: number][] = [];
        steps.forEach((step, i) => {
          if (step === undefined || taken.size === 0) {
            let lowest = 1;
            while (taken.has(lowest)) lowest++;
            given.push([ids.next, ids.take(i + 1), lowest]);
            taken.set(lowest, i + 1);
          } else {
            const id = [...taken.keys()][step % taken.size]!;
            ids.release(id);
            taken.delete(id);
          }
          expect(ids.size).toBe(taken.size);
          for (let id = 0; id < 20; id++) expect(ids.turnOf(id)).toBe(taken.get(id) ?? 0);
        });
        expect(given).toEqual(given.map(([, , lowest]) => [lowest, lowest, lowest]));
      }),
    );
  });

  it('of our own stay taken when nobody wants to hear more', () => {
    const ids = new OwnIds();
    ids.mute(ids.take(7));
    expect([ids.turnOf(1), ids.next, ids.size]).toEqual([OVER, 2, 1]);
    ids.release(1);
    expect([ids.turnOf(1), ids.next, ids.size]).toEqual([0, 1, 0]);
  });

  it.each([-1, 0.5, 2 ** 53, Infinity, Number.NaN])('of our own are never %s', (id) => {
    const ids = new OwnIds();
    ids.take(1);
    expect(ids.turnOf(id) || 0).toBe(0);
  });

  it("of the peer's are open from COMMAND to REPLY, whatever numbers they are", () => {
    const number = fc.oneof(fc.nat(300), fc.constantFrom(31, 32, 65_535, 65_536, 2 ** 32 + 1, 2 ** 53), fc.bigInt(2n ** 53n + 1n, 2n ** 64n - 1n)); // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.tuple(number, fc.boolean())), fc.array(number), (steps, asked) => {
        const ids = new OpenIds();
        const model = new Set<number | bigint>();
        for (const [id, opens] of steps) {
          if (opens) ids.add(id);
          else ids.delete(id);
          if (opens) model.add(id);
          else model.delete(id);
        }
        for (const id of [...asked, ...model]) expect(ids.has(id)).toBe(model.has(id));
      }),
    );
  });
});
