import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heartbeat } from './heartbeat.ts';
import { HeartbeatMemory } from './heartbeat-memory.ts';
import { afterAnswer, afterLoss, afterSilence, UNLEARNED, type LearnedInterval } from './learned-interval.ts';

const DAY = 86_400_000;

const STEPS: Readonly<Record<string, typeof afterAnswer>> = {
  '.': afterAnswer,
  x: afterSilence,
  l: afterLoss,
};

/** What is learned after beats a minute apart: `.` answered, `x` not, `l` a link lost at one of its first beats. */
function after(beats: string, from: LearnedInterval = UNLEARNED, start = 0): LearnedInterval {
  let learned = from;
  for (const [i, beat] of beats.split('').entries()) learned = STEPS[beat]!(learned, start + i * 60_000);
  return learned;
}
const seconds = ({ interval, stableSince }: LearnedInterval): string =>
  `${interval / 1000} ${stableSince === undefined ? 'probing' : 'stable'}`;
const fives = (times: number): string => '.....'.repeat(times);

describe('the learned interval', () => {
  it.each<[beats: string, expected: string]>([
    ['', '210 probing'],
    ['....', '210 probing'],
    [fives(1), '270 probing'],
    ['....x.....', '270 probing'],
    ['....x....', '210 probing'],
    [fives(2), '330 probing'],
    [fives(6), '570 probing'],
    [fives(7), '580 probing'],
    [fives(8), '580 stable'],
    [`${fives(4)}x`, '450 probing'],
    [`${fives(4)}x.x.x`, '450 probing'],
    [`${fives(4)}xx`, '370 stable'],
    [`${fives(1)}xx`, '210 stable'],
    ['xx', '210 stable'],
    [`${fives(4)}xx${fives(9)}`, '370 stable'],
    [`${fives(4)}xxx.x`, '370 stable'],
    [`${fives(4)}xxxx`, '210 probing'],
    ['ll', '210 probing'],
    ['ll.ll', '210 probing'],
    ['lll', '150 stable'],
    ['llllll', '90 stable'],
    ['lllllllll', '60 stable'],
    ['llllllllllll', '210 probing'],
    ['lll.ll', '150 stable'],
    ['lllxx', '150 stable'],
    ['lllxxx', '90 stable'],
    [`${fives(4)}lll`, '150 stable'],
    ['xxlll', '150 stable'],
  ])('after %j is %s', (beats, expected) => {
    expect(seconds(after(beats))).toBe(expected);
  });

  it('is probed again 20 s further when it was stable for 7 days', () => {
    const stable = after(`${fives(4)}xx`);
    const since = stable.stableSince!;
    expect(seconds(afterAnswer(stable, since + 7 * DAY - 1))).toBe('370 stable');
    expect(seconds(afterAnswer(stable, since + 7 * DAY))).toBe('390 probing');
    const longest = after(fives(8));
    expect(seconds(afterAnswer(longest, longest.stableSince! + 7 * DAY))).toBe('580 probing');
  });

  it('below 210 s grows as any that is stable: 20 s more after 7 days, then 60 s after five answers', () => {
    const short = after('llllll');
    const longer = afterAnswer(short, short.stableSince! + 7 * DAY);
    expect(seconds(longer)).toBe('110 probing');
    expect(seconds(after(fives(1), longer))).toBe('170 probing');
    expect(seconds(after(`${fives(1)}lll`, longer))).toBe('110 stable');
    expect(seconds(after(`${fives(2)}xx`, longer))).toBe('210 stable');
  });

  it('stays between 210 and 580 s where no link is lost at its first beats, and between 60 and 580 s where they are', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('.', '.', 'x', 'l'), fc.nat(8 * DAY)), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(steps, (list) => {
        let [learned, now] = [UNLEARNED, 0];
        const least = list.some(([step]) => step === 'l') ? 60_000 : 210_000;
        for (const [step, later] of list) {
          learned = STEPS[step]!(learned, (now += later));
          expect(learned.interval).toBeGreaterThanOrEqual(least);
          expect(learned.interval).toBeLessThanOrEqual(580_000);
        }
      }),
    );
  });
});

describe('what was learned', () => {
  it('is kept for each network, over a restart', () => {
    const before = new HeartbeatMemory();
    for (let i = 0; i < 7; i++) before.learn('home', true, i);
    for (let i = 0; i < 2; i++) before.learn('__proto__', false, i);
    for (let i = 0; i < 5; i++) before.lost('short', i);
    const again = new HeartbeatMemory();
    again.load(JSON.parse(JSON.stringify(before.save())), 10);
    expect(again.of('home')).toEqual({ ...UNLEARNED, interval: 270_000, successes: 2 });
    expect(again.of('__proto__')).toEqual({ ...UNLEARNED, stableSince: 1 });
    expect(again.of('short')).toEqual({ ...UNLEARNED, interval: 150_000, stableSince: 2, lost: 2 });
    expect(again.of('train')).toBe(UNLEARNED);
  });

  it('of before links were counted that are lost is taken without them', () => {
    const memory = new HeartbeatMemory();
    const { lost: _, ...before } = UNLEARNED;
    memory.load([['home', { ...before, interval: 270_000 }]], 0);
    expect(memory.of('home')).toEqual({ ...UNLEARNED, interval: 270_000 });
  });

  it('is kept of the latest 20 networks', () => {
    const memory = new HeartbeatMemory();
    for (let i = 0; i < 30; i++) memory.learn(`network ${i}`, true, i);
    expect((memory.save() as unknown[]).length).toBe(20);
    expect([memory.of('network 9').successes, memory.of('network 10').successes]).toEqual([0, 1]);
    expect(() => memory.learn('x'.repeat(129), true, 0)).toThrow(RangeError);
  });

  it.each([
    null,
    [['home']],
    [['home', { interval: 59_999, successes: 0, failures: 0 }]],
    [['home', { interval: 580_001, successes: 0, failures: 0 }]],
    [['home', { interval: 300_000, successes: 5, failures: 0 }]],
    [['home', { interval: 300_000, successes: 0, failures: NaN }]],
    [['x'.repeat(129), { interval: 300_000, successes: 0, failures: 0 }]],
  ])('is not taken from %j', (saved) => {
    const memory = new HeartbeatMemory();
    memory.load(saved, 0);
    expect(memory.save()).toEqual([]);
  });
});

/** A link in the background on a network whose NAT forgets after `nat` ms of silence, and answers within 100 ms. */
function live(heart: Heartbeat, nat: number, until: number): { beats: number[]; deaths: number[] } {
  const beats: number[] = [];
  const deaths: number[] = [];
  heart.linkUp(0);
  let heard = 0;
  for (let now = heart.nextTimeout(); now <= until; now = heart.nextTimeout()) {
    const action = heart.handleTimeout(now);
    if (action === 'dead') {
      deaths.push(now);
      heart.linkUp(now);
      heard = now;
    } else if (action === 'beat') {
      beats.push(now);
      heart.wrote(now);
      if (now - heard <= nat) heart.received((heard = now + 100));
    }
  }
  return { beats, deaths };
}

/** Of an app in the background, at home. */
const background = (memory = new HeartbeatMemory()): Heartbeat => {
  const heart = new Heartbeat({}, memory);
  heart.networkChanged('home');
  heart.setForeground(false);
  return heart;
};

/** The fourth beat is out and waits for its answer. */
const waiting = (): Heartbeat => {
  const heart = background();
  heart.linkUp(0);
  for (let beat = 1; beat <= 4; beat++) {
    heart.handleTimeout(beat * 210_000);
    heart.wrote(beat * 210_000);
    if (beat < 4) heart.received(beat * 210_000);
  }
  return heart;
};

describe('a heartbeat', () => {
  it('beats 210 s after the last write, and gives the answer 8 s', () => {
    const heart = new Heartbeat();
    heart.linkUp(0);
    heart.wrote(1000);
    expect(heart.nextTimeout()).toBe(211_000);
    expect(heart.handleTimeout(210_999)).toBeUndefined();
    expect(heart.handleTimeout(211_000)).toBe('beat');
    heart.wrote(211_000);
    expect(heart.nextTimeout()).toBe(219_000);
    expect(heart.handleTimeout(219_000)).toBe('dead');
    expect(heart.nextTimeout()).toBe(Infinity);
  });

  it('is not postponed by what comes, but takes any byte for a sign of life', () => {
    const heart = new Heartbeat();
    heart.linkUp(0);
    heart.received(200_000);
    expect(heart.nextTimeout()).toBe(210_000);
    heart.handleTimeout(210_000);
    heart.wrote(210_000);
    heart.received(217_999);
    expect(heart.nextTimeout()).toBe(420_000);
  });

  it('is skipped while something waits to be written', () => {
    const heart = new Heartbeat();
    heart.linkUp(0);
    heart.wrote(1000, true);
    expect(heart.nextTimeout()).toBe(Infinity);
    expect(heart.handleTimeout(1e9)).toBeUndefined();
    heart.wrote(300_000);
    expect(heart.nextTimeout()).toBe(510_000);
  });

  it('gives an answer 5 s after a very long sleep', () => {
    const heart = new Heartbeat();
    heart.linkUp(0);
    expect(heart.handleTimeout(210_000 + 600_000)).toBe('beat');
    expect(heart.nextTimeout()).toBe(815_000);
  });

  it('needs no answer where none is due, and nothing without a link', () => {
    const heart = new Heartbeat();
    expect(heart.nextTimeout()).toBe(Infinity);
    heart.linkUp(0);
    heart.received(1);
    heart.linkDown();
    expect(heart.handleTimeout(1e9)).toBeUndefined();
  });

  it('that is fixed stays as it is, and learns nothing', () => {
    const memory = new HeartbeatMemory();
    const heart = new Heartbeat({ fixed: 60_000 }, memory);
    heart.setForeground(false);
    const { beats } = live(heart, Infinity, 600_000);
    expect(beats.slice(0, 3)).toEqual([60_000, 120_000, 180_000]);
    expect(memory.save()).toEqual([]);
  });

  it('learns from the fourth beat of a link on: three beats, then five at 210 s, then five at 270 s', () => {
    const { beats } = live(background(), Infinity, 4_000_000);
    const gaps = beats.map((each, i) => (each - (beats[i - 1] ?? 0)) / 1000).map(Math.round);
    expect(gaps.slice(0, 14)).toEqual([...Array(8).fill(210), ...Array(5).fill(270), 330]);
  });

  it('reaches 580 s on a network that never forgets, and stays there', () => {
    const heart = background();
    live(heart, Infinity, 6 * 3_600_000);
    expect(seconds(heart.memory.of('home'))).toBe('580 stable');
  });

  it.each<[nat: number, interval: string, deaths: number]>([
    [240_000, '210 stable', 2],
    [300_000, '250 stable', 2],
    [480_000, '430 stable', 2],
    [200_000, '150 stable', 3],
    [120_000, '90 stable', 6],
    [80_000, '60 stable', 9],
  ])('learns what a NAT of %i ms allows: %s', (nat, expected, deaths) => {
    const heart = background();
    const lived = live(heart, nat, 12 * 3_600_000);
    expect(seconds(heart.memory.of('home'))).toBe(expected);
    expect(lived.deaths.length).toBe(deaths);
  });

  it('finds its way back when the network got worse: its first three beats are at 210 s', () => {
    const heart = background();
    live(heart, Infinity, 6 * 3_600_000);
    const { deaths } = live(heart, 240_000, 6 * 3_600_000);
    expect(heart.memory.of('home').interval).toBe(210_000);
    expect(deaths.length).toBeLessThanOrEqual(4);
  });

  it('behind a NAT that forgets within 210 s loses three links at their first beat, and then beats each 150 s, also in the foreground', () => {
    const heart = background();
    const { beats, deaths } = live(heart, 180_000, 3 * 218_000 + 5 * 150_000);
    expect(deaths).toEqual([218_000, 436_000, 654_000]);
    expect(beats.slice(3)).toEqual([1, 2, 3, 4, 5].map((n) => 654_000 + n * 150_000));
    heart.setForeground(true);
    expect(heart.interval).toBe(150_000);
  });

  it('blames no interval for links that are lost while others of their first beats are answered', () => {
    const heart = background();
    for (let links = 0; links < 12; links++) live(heart, links % 3 === 0 ? Infinity : 180_000, 250_000);
    expect(seconds(heart.memory.of('home'))).toBe('210 probing');
  });

  it('blames no interval for a link that was lost while something came, or the device slept', () => {
    const heart = background();
    for (let links = 0; links < 5; links++) {
      heart.linkUp(0);
      heart.received(100_000);
      heart.handleTimeout(210_000);
      heart.wrote(210_000);
      heart.handleTimeout(218_000);
      heart.linkUp(0);
      heart.handleTimeout(210_000);
      heart.wrote(210_000);
      expect(heart.handleTimeout(226_000)).toBe('dead');
    }
    expect(heart.memory.save()).toEqual([]);
  });

  it('is at 210 s while the app is in the foreground, whatever longer one was learned', () => {
    const heart = background();
    live(heart, Infinity, 6 * 3_600_000);
    expect(heart.interval).toBe(580_000);
    heart.setForeground(true);
    expect(heart.interval).toBe(210_000);
  });

  it('learns nothing from a silence that something broke: a NAT sees both directions', () => {
    const heart = background();
    heart.linkUp(0);
    let now = 0;
    for (let beat = 0; beat < 20; beat++) {
      heart.received(now + 100_000);
      now = heart.nextTimeout();
      expect(heart.handleTimeout(now)).toBe('beat');
      heart.wrote(now);
      heart.received(now + 1);
    }
    expect(heart.memory.of('home')).toBe(UNLEARNED);
  });

  it('counts a failure where the answer stays out, but not where the device slept through it', () => {
    const failed = waiting();
    expect(failed.handleTimeout(848_000)).toBe('dead');
    expect(failed.memory.of('home').failures).toBe(1);
    const slept = waiting();
    expect(slept.handleTimeout(856_000)).toBe('dead');
    expect(slept.memory.of('home').failures).toBe(0);
  });

  it('does not count a beat that came only after a very long sleep', () => {
    const heart = background();
    heart.linkUp(0);
    for (let beat = 1; beat <= 3; beat++) {
      heart.handleTimeout(beat * 210_000);
      heart.wrote(beat * 210_000);
      heart.received(beat * 210_000);
    }
    expect(heart.handleTimeout(840_000 + 600_000)).toBe('beat');
    expect(heart.handleTimeout(1_445_000)).toBe('dead');
    expect(heart.memory.save()).toEqual([]);
  });

  it('does not blame a network for a beat that began on another', () => {
    const heart = waiting();
    heart.networkChanged('train');
    expect(heart.handleTimeout(848_000)).toBe('dead');
    expect(heart.memory.save()).toEqual([]);
  });

  it.each([{ fixed: 0 }, { replyTimeout: NaN }])('refuses %j', (options) => {
    expect(() => new Heartbeat(options)).toThrow(RangeError);
  });
});
