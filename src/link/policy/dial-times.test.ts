import { describe, expect, it } from 'vitest';
import { DialTimes } from './dial-times.ts';

const near = { address: '192.0.2.1', port: 5223 };
const far = { address: '198.51.100.1', port: 5223 };

/** The head start after these waits on one network. */
function headStart(...waits: number[]): number {
  const times = new DialTimes();
  for (const wait of waits) times.learn('home', near, wait);
  return times.headStart('home');
}

const steady = (count: number, wait: number): number[] => Array.from({ length: count }, () => wait);

describe('the head start', () => {
  it.each<[name: string, waits: number[], expected: number]>([
    ['is 250 ms where nothing was measured', [], 250],
    ['is four times the first wait', [200], 800],
    ['leaves less open the more is known', [200, 200, 200, 200], 350],
    [
      'is the median and six median deviations',
      [...steady(10, 190), ...steady(11, 200), ...steady(10, 210)],
      260,
    ],
    ['comes down to what is steady', steady(32, 320), 350],
    ['is at least 100 ms, however near the server is', [10, 10, 10], 100],
    ['is at most 2.5 s, however far', [3000], 2500],
    ['does not mind a few waits that were a second longer', [...steady(26, 160), ...steady(6, 1160)], 175],
    ['forgets all but the latest 32', [...steady(32, 1000), ...steady(32, 320)], 350],
  ])('%s', (_, waits, expected) => {
    expect(headStart(...waits)).toBeCloseTo(expected, 0);
  });

  it('is that of the endpoint, where it was measured, and otherwise that of the network', () => {
    const times = new DialTimes();
    for (let i = 0; i < 16; i++) times.learn('home', near, 96);
    for (let i = 0; i < 8; i++) times.learn('home', far, 240);
    const of = (endpoint?: typeof near): number => Math.round(times.headStart('home', endpoint));
    expect([of(near), of(far), of({ ...near, port: 443 }), of()]).toEqual([108, 270, 108, 108]);
  });

  it('is 0.7 of that for each other attempt that is silent, where nothing was measured', () => {
    const times = new DialTimes();
    const all = [0, 1, 2, 3, 4, 5, 6].map((others) => times.headStart('home', near, others));
    expect(all.map(Math.round)).toEqual([250, 175, 122, 100, 100, 100, 100]);
    times.learn('home', near, 400);
    expect([0, 1, 4].map((others) => times.headStart('home', near, others))).toEqual([1600, 1600, 1600]);
  });

  it.each<[name: string, took: number | undefined, expected: number]>([
    ['is 10 s where nothing was measured', undefined, 10_000],
    ['is eight times what hardly any wait takes longer than', 150, 4800],
    ['is at least 2.5 s', 50, 2500],
    ['is at most 10 s', 2000, 10_000],
  ])('the timeout of an attempt %s', (_, took, expected) => {
    const times = new DialTimes();
    if (took !== undefined) times.learn('home', near, took);
    expect(times.attemptTimeout('home')).toBe(expected);
  });

  it('is learned for each network apart', () => {
    const times = new DialTimes();
    times.learn('home', near, 400);
    expect(times.headStart('train')).toBe(250);
  });

  it.each([NaN, -1, Infinity])('learns nothing from %d', (took) => {
    expect(() => headStart(took)).toThrow(RangeError);
  });

  it('survives a restart', () => {
    const before = new DialTimes();
    before.learn('home', near, 400);
    before.learn('__proto__', near, 50);
    const after = new DialTimes();
    after.load(JSON.parse(JSON.stringify(before.save())));
    expect([after.headStart('home', near), after.headStart('__proto__')]).toEqual([1600, 200]);
  });

  it.each([
    null,
    7,
    'x',
    [7],
    [['home']],
    [['home', [1]]],
    [
      [
        'home',
        [
          ['a', '1'],
          [1, 1],
          ['a', -1],
          ['a', NaN],
          ['a'.repeat(301), 1],
        ],
      ],
    ],
  ])('loads nothing from %j', (saved) => {
    const times = new DialTimes();
    times.load(saved);
    expect(times.save()).toEqual([]);
  });
});
