import { describe, expect, it } from 'vitest';
import { TaskClocks } from './task-clocks.ts';
import { timeoutFigures, type TimeoutOptions } from './timeouts.ts';

/** On a network where the answer may take 5 s longer than its first byte. */
const withWhole = (): TaskClocks => new TaskClocks('wifi', { reply: 5 * 12_288 });

/** Written and sent at this time, one after the other, without a byte. */
function asked(clocks: TaskClocks, now: number, ...tickets: number[]): TaskClocks {
  for (const ticket of tickets) {
    clocks.add(ticket);
    clocks.written(ticket, 0);
    clocks.sent(now);
  }
  return clocks;
}

/** When what runs out next does so, and as what. */
function next(clocks: TaskClocks): [at: number, ...ran: string[]] {
  const at = clocks.nextTimeout();
  expect(clocks.expired(at - 1)).toEqual([]);
  return [at, ...clocks.expired(at).map(({ ticket, ran, unheard }) => `${ticket} ${ran} ${unheard}`)];
}

describe('the times of requests', () => {
  it.each([
    ['wifi', [12_000, 13_500]],
    ['mobile', [15_000, 18_000]],
  ] as const)('begin when they were sent, later for those with others beside them, on %s', (network, at) => {
    const clocks = asked(new TaskClocks(network), 1000, 1, 2);
    expect(next(clocks)).toEqual([1000 + at[0], '1 first true']);
    expect(next(clocks)).toEqual([1000 + at[1], '2 first true']);
    expect(clocks.nextTimeout()).toBe(Infinity);
  });

  it('do not begin before all was written and has left', () => {
    const clocks = new TaskClocks('wifi');
    clocks.add(1);
    clocks.sent(0);
    expect(clocks.nextTimeout()).toBe(Infinity);
    clocks.written(1, 12 * 1024);
    expect(clocks.nextTimeout()).toBe(Infinity);
    expect(clocks.sent(5000)).toBe(5000 + 12_000 + 1000);
  });

  it('are those of the gap behind the first part, and of the whole behind many', () => {
    const clocks = asked(withWhole(), 0, 1, 2);
    expect(clocks.arrived(1, 3000)).toBe(11_000);
    expect(next(clocks)).toEqual([11_000, '1 gap false']);
    for (let now = 5000; now < 18_000; now += 5000) clocks.arrived(2, now);
    expect(next(clocks)).toEqual([13_500 + 5000, '2 whole false']);
  });

  it('do not run out while a frame comes in that their answers may wait behind, but for the whole', () => {
    const clocks = asked(withWhole(), 0, 1);
    clocks.arriving(undefined, 8000);
    expect(next(clocks)).toEqual([16_000, '1 first false']);
    asked(clocks, 20_000, 2);
    for (let now = 20_000; now < 40_000; now += 1000) clocks.arriving(undefined, now);
    expect(next(clocks)).toEqual([37_000, '2 whole false']);
  });

  it('begin anew for the first byte where a request is written on another link, and not for the whole', () => {
    const clocks = asked(withWhole(), 0, 1, 2);
    for (const ticket of [1, 2]) clocks.written(ticket, 0);
    clocks.sent(4000);
    expect(next(clocks)).toEqual([16_000, '1 first true']);
    clocks.written(2, 0);
    clocks.sent(17_000);
    expect(next(clocks)).toEqual([18_500, '2 whole false']);
  });

  it('stand still without a link', () => {
    const clocks = asked(new TaskClocks('wifi'), 0, 1);
    clocks.pause(5000);
    expect([clocks.nextTimeout(), clocks.expired(1e6)]).toEqual([Infinity, []]);
    clocks.resume(100_000);
    expect(next(clocks)).toEqual([107_000, '1 first true']);
  });

  it('end with an outcome, of whichever kind', () => {
    const clocks = asked(new TaskClocks('wifi'), 0, 1, 2);
    clocks.settled(1, true, 100);
    clocks.settled(2, false, 100);
    expect(clocks.nextTimeout()).toBe(Infinity);
    // neither is in flight any more
    expect(next(asked(clocks, 1000, 3))).toEqual([13_000, '3 first true']);
  });

  it('say nothing of the link where another answer has come since', () => {
    const clocks = asked(new TaskClocks('wifi'), 0, 1, 2);
    clocks.settled(2, true, 0);
    expect(next(clocks)).toEqual([12_000, '1 first false']);
  });

  it('are shorter behind ten quick answers in a row, until one is slow, runs out, or the network is another', () => {
    const quick = (): TaskClocks => {
      const clocks = new TaskClocks('mobile');
      for (let i = 1; i <= 10; i++) asked(clocks, 0, i).settled(i, true, 1000);
      return clocks;
    };
    expect(asked(quick(), 0, 11).nextTimeout()).toBe(10_000);
    const slow = asked(quick(), 0, 11);
    slow.settled(11, true, 1001);
    expect(asked(slow, 0, 12).nextTimeout()).toBe(15_000);
    const late = asked(quick(), 0, 11);
    late.expired(10_000);
    expect(asked(late, 0, 12).nextTimeout()).toBe(15_000);
    const moved = quick();
    moved.networkChanged('wifi');
    expect(asked(moved, 0, 12).nextTimeout()).toBe(12_000);
  });

  it('allow for as long an answer as is expected', () => {
    const clocks = new TaskClocks('mobile');
    clocks.add(1, 4096 * 100);
    clocks.written(1, 0);
    clocks.sent(0);
    for (let now = 0; now < 115_000; now += 1000) clocks.arrived(1, now);
    expect(next(clocks)).toEqual([115_000, '1 whole false']);
  });

  it.each<[name: string, options: TimeoutOptions]>([
    ['a first byte', { wifi: { first: 0 } }],
    ['a rate', { mobile: { rate: -1 } }],
    ['a gap', { wifi: { gap: Number.NaN } }],
    ['an answer', { reply: -1 }],
  ])('refuse %s that is none', (_, options) => {
    expect(() => timeoutFigures(options)).toThrow(RangeError);
  });

  it('can be without end', () => {
    const never = { first: Infinity, firstMost: Infinity, firstExcellent: Infinity };
    expect(asked(new TaskClocks('wifi', { wifi: never }), 0, 1).nextTimeout()).toBe(Infinity);
  });
});
