import { describe, expect, it } from 'vitest';
import { DialTimes } from './dial-times.ts';
import { learnFrom } from './learn.ts';
import type { AttemptOutcome, AttemptReport } from './race.ts';
import { NearestFirst } from './ranking/nearest.ts';

const endpoint = { address: '192.0.2.1', port: 5223 };

/** An attempt of 400 ms that ended so. */
const attempt = (outcome: AttemptOutcome | undefined): AttemptReport => ({
  id: 1,
  endpoint,
  startedAt: 1000,
  connectedAt: undefined,
  endedAt: outcome && 1400,
  outcome,
});

describe('what a race teaches', () => {
  it.each<[outcome: AttemptOutcome | undefined, results: string, headStart: number]>([
    ['won', 'good', 1600],
    ['failed', 'bad', 250],
    ['timeout', 'bad', 250],
    ['overtaken', 'bad', 250],
    ['late', 'nothing', 250],
    ['cancelled', 'nothing', 250],
    [undefined, 'nothing', 250],
  ])('of an attempt that is %s: %s', (outcome, expected, headStart) => {
    const ranking = new NearestFirst();
    const times = new DialTimes();
    learnFrom([attempt(outcome)], { ranking, times, label: 'home' }, 2000);
    const { pasts } = ranking.save(2000) as { pasts: [string, { bits: number }][] };
    const [[, past] = []] = pasts;
    const found = past === undefined ? 'nothing' : past.bits === 0 ? 'good' : 'bad';
    expect([found, times.headStart('home')]).toEqual([expected, headStart]);
  });

  it.each<[connectedAt: number, latency: number, headStart: number]>([
    [1100, 100, 1200],
    [1300, 100, 1200],
    [1400, 400, 1600],
  ])(
    'of a winner connected at %d is the shorter wait as latency, and the longer for head starts',
    (connectedAt, latency, headStart) => {
      const ranking = new NearestFirst();
      const times = new DialTimes();
      learnFrom([{ ...attempt('won'), connectedAt }], { ranking, times, label: 'home' }, 2000);
      expect([ranking.report([endpoint], 2000)[0]?.latency, times.headStart('home')]).toEqual([
        latency,
        headStart,
      ]);
    },
  );

  it('of the winner is its latency', () => {
    const ranking = new NearestFirst();
    learnFrom([attempt('won')], { ranking, times: new DialTimes(), label: '' }, 2000);
    expect(ranking.report([endpoint], 2000)).toEqual([{ endpoint, latency: 400, age: 0 }]);
  });
});
