import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moved, ticks, zoomed, type Range } from './scale.ts';

const whole: Range = { from: 0, to: 10 };

describe('a range of the timeline', () => {
  it('is zoomed around a point that stays where it is', () => {
    expect(zoomed(whole, whole, 0.5, 4)).toEqual({ from: 2, to: 7 });
    expect(zoomed({ from: 2, to: 7 }, whole, 2, 4)).toEqual(whole);
  });

  it('never leaves the whole, and never becomes empty', () => {
    const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
    const at = fc.double({ min: 0, max: 10, noNaN: true });
    const step = fc.tuple(factor, at, fc.double({ min: -3, max: 3, noNaN: true }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let range = whole;
        for (const [times, point, share] of steps)
          range = moved(zoomed(range, whole, times, point), whole, share);
        expect(range.from).toBeGreaterThanOrEqual(0);
        expect(range.to).toBeLessThanOrEqual(10 + 1e-9);
        expect(range.to).toBeGreaterThan(range.from);
      }),
    );
  });
});

describe('ticks', () => {
  it.each<[Range, number, number[]]>([
    [{ from: 0, to: 10 }, 5, [0, 2, 4, 6, 8, 10]],
    [{ from: 0.3, to: 1.2 }, 4, [0.5, 1]],
    [{ from: 7, to: 7 }, 4, [7]],
  ])('of %j, about %i, are %j', (range, count, expected) => expect(ticks(range, count)).toEqual(expected));
});
