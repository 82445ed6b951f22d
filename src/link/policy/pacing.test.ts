import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppActivity, type Activity } from './network.ts';
import { Pacing, PACING_DEFAULTS } from './pacing.ts';

const none = (): number => 0;
const all = (): number => 0.999_999;
const STATES: Activity[] = ['fresh', 'recent', 'foreground', 'background', 'inactive'];

describe('the state of an app', () => {
  it('is fresh for a minute in the foreground and recent for ten', () => {
    const app = new AppActivity('foreground', 1000);
    const at = (now: number): Activity => app.activity(1000 + now);
    expect([at(0), at(59_999), at(60_000), at(599_999), at(600_000)]).toEqual([
      'fresh',
      'fresh',
      'recent',
      'recent',
      'foreground',
    ]);
    expect([app.nextTimeout(1000), app.nextTimeout(61_000), app.nextTimeout(601_000)]).toEqual([
      61_000,
      601_000,
      Infinity,
    ]);
  });

  it('is as old as the change to it', () => {
    const app = new AppActivity('background', 0);
    app.become('foreground', 1e6);
    app.become('foreground', 2e6);
    expect(app.activity(1e6 + 60_000)).toBe('recent');
    app.become('inactive', 3e6);
    expect([app.state, app.activity(3e6), app.nextTimeout(3e6)]).toEqual(['inactive', 'inactive', Infinity]);
  });
});

describe('the schedule', () => {
  it.each<[work: boolean, seconds: number[]]>([
    [true, [5, 10, 20, 30, 300]],
    [false, [15, 30, 120, 300, 600]],
  ])('with work waiting: %s, is %j s since the last dial began', (work, seconds) => {
    const pacing = new Pacing(none);
    pacing.dialled(1000);
    expect(STATES.map((state) => pacing.nextDial(state, work))).toEqual(seconds.map((s) => 1000 + s * 1000));
  });

  it.each<[work: boolean, seconds: number[]]>([
    [true, [10, 20, 39, 49, 319]],
    [false, [30, 49, 139, 319, 619]],
  ])('with work waiting: %s and all jitter, is %j s: 19 s, and no more than the pause', (work, seconds) => {
    const pacing = new Pacing(all);
    pacing.dialled(0);
    expect(STATES.map((state) => Math.round(pacing.nextDial(state, work) / 1000))).toEqual(seconds);
  });

  it('draws once for each dial', () => {
    let drawn = 0;
    const pacing = new Pacing(() => (++drawn % 10) / 10);
    pacing.dialled(0);
    expect(pacing.nextDial('fresh', true)).toBe(pacing.nextDial('fresh', true));
    expect(drawn).toBe(2);
  });

  it('is at once before the first dial', () => {
    expect(new Pacing(all).nextDial('inactive', false)).toBe(-Infinity);
  });

  it('is at once, spread over half a second, when a link is lost that stood for long', () => {
    const pacing = new Pacing(all);
    pacing.dialled(0);
    pacing.lost(1e6);
    expect(Math.round(pacing.nextDial('background', true))).toBe(1_000_500);
    expect(new Pacing(none).nextDial('background', true)).toBe(-Infinity);
  });

  it('holds where a link that has just come is lost again: a link that flaps is no reason to dial in a loop', () => {
    const pacing = new Pacing(none);
    pacing.dialled(0);
    pacing.lost(300);
    expect(pacing.nextDial('fresh', true)).toBe(5000);
  });
});

describe('a network change', () => {
  it('is followed by a dial at once', () => {
    const pacing = new Pacing(all);
    pacing.dialled(0);
    pacing.networkChanged(4000);
    expect(pacing.nextDial('inactive', false)).toBe(4000);
    pacing.dialled(4000);
    expect(pacing.nextDial('inactive', false)).toBeGreaterThanOrEqual(604_000);
  });

  it('that comes again and again, at most once a second', () => {
    const pacing = new Pacing(none);
    pacing.dialled(0);
    pacing.networkChanged(100);
    expect(pacing.nextDial('fresh', true)).toBe(1000);
  });
});

describe("a server's after", () => {
  it.each<[name: string, after: number, random: () => number, expected: number]>([
    ['is waited for', 60_000, none, 61_000],
    ['gets 19 s of jitter at most', 60_000, all, 80_000],
    ['gets no more jitter than itself', 8000, all, 17_000],
    ['counts for an hour at most', 1e15, none, 3_601_000],
    ['that asks for nothing changes nothing', 0, all, -Infinity],
    ['that is no number changes nothing', NaN, all, -Infinity],
  ])('%s', (_, after, random, expected) => {
    const pacing = new Pacing(random);
    pacing.steered(after, 1000);
    const next = pacing.nextDial('fresh', true);
    expect(Math.round(next)).toBe(expected);
  });

  it('holds on another network, for the server is the same', () => {
    const pacing = new Pacing(none);
    pacing.dialled(0);
    pacing.steered(60_000, 1000);
    pacing.networkChanged(2000);
    expect(pacing.nextDial('fresh', true)).toBe(61_000);
  });

  it('takes nothing from a schedule that is slower', () => {
    const pacing = new Pacing(none);
    pacing.dialled(0);
    pacing.steered(1000, 500);
    expect(pacing.nextDial('fresh', true)).toBe(5000);
  });
});

it('no two dials are less than a second apart, whatever happens between them', () => {
  const step = fc.tuple(fc.constantFrom('lost', 'changed', 'steered'), fc.nat(3000), fc.nat(5000));
  fc.assert(
    fc.property(fc.array(step), fc.double({ min: 0, max: 0.999, noNaN: true }), (steps, share) => {
      const pacing = new Pacing(() => share);
      let [now, last] = [0, -Infinity];
      for (const [what, later, after] of steps) {
        now += later;
        if (what === 'lost') pacing.lost(now);
        else if (what === 'changed') pacing.networkChanged(now);
        else pacing.steered(after, now);
        if (now < pacing.nextDial('fresh', true)) continue;
        expect(now - last).toBeGreaterThanOrEqual(PACING_DEFAULTS.changeGap);
        pacing.dialled((last = now));
      }
    }),
  );
});

it.each([{ jitter: -1 }, { afterMost: NaN }])('refuses %j', (options) => {
  expect(() => new Pacing(none, options)).toThrow(RangeError);
});
