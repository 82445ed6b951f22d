import { describe, expect, it } from 'vitest';
import { DialTimes } from './dial-times.ts';

/** The head start after these times on one network. */
function headStart(...took: number[]): number {
  const times = new DialTimes();
  for (const each of took) times.learn('home', each);
  return times.headStart('home');
}

describe('the head start', () => {
  it.each<[name: string, took: number[], expected: number]>([
    ['is 250 ms where nothing was measured', [], 250],
    ['is the first time and four times half of it', [200], 600],
    ['follows mean and deviation as RFC 6298 does', [200, 280], 210 + 4 * 95],
    ['follows them down as well', [200, 120], 190 + 4 * 95],
    ['is at least 100 ms, however near the server is', [10, 10, 10], 100],
    ['is at most 2.5 s, however far', [3000], 2500],
    ['comes down to what is steady', Array.from({ length: 40 }, () => 300), 300],
  ])('%s', (_, took, expected) => {
    expect(headStart(...took)).toBeCloseTo(expected, 0);
  });

  it.each<[name: string, took: number | undefined, expected: number]>([
    ['is 10 s where nothing was measured', undefined, 10_000],
    ['is four times what hardly any answer takes longer than', 300, 3600],
    ['is at least 2.5 s', 50, 2500],
    ['is at most 10 s', 2000, 10_000],
  ])('the timeout of an attempt %s', (_, took, expected) => {
    const times = new DialTimes();
    if (took !== undefined) times.learn('home', took);
    expect(times.attemptTimeout('home')).toBe(expected);
  });

  it('is learned for each network apart', () => {
    const times = new DialTimes();
    times.learn('home', 400);
    expect(times.headStart('train')).toBe(250);
  });

  it.each([NaN, -1, Infinity])('learns nothing from %d', (took) => {
    expect(() => headStart(took)).toThrow(RangeError);
  });

  it('survives a restart', () => {
    const before = new DialTimes();
    before.learn('home', 400);
    before.learn('__proto__', 50);
    const after = new DialTimes();
    after.load(JSON.parse(JSON.stringify(before.save())));
    expect([after.headStart('home'), after.headStart('__proto__')]).toEqual([1200, 150]);
  });

  it.each([null, 7, 'x', [7], [['home']], [['home', [1]]], [['home', ['1', {}]]], [['home', [-1, NaN]]]])(
    'loads nothing from %j',
    (saved) => {
      const times = new DialTimes();
      times.load(saved);
      expect(times.save()).toEqual([]);
    },
  );
});
