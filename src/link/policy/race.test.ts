import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import { Race, type RaceAction } from './race.ts';
import { ARTICLE_RACE, MARS_RACE, type RaceOptions, type RaceStrategy } from './race-options.ts';

/** What became of an endpoint, in milliseconds after its start; nothing: a black hole. */
interface Fate {
  readonly connects?: number;
  readonly verifies?: number;
  readonly fails?: number;
}

type Line = readonly [at: number, what: string];

const four = (n: number): Endpoint => ({ address: `192.0.2.${n}`, port: 5223 });
const six = (n: number): Endpoint => ({ address: `2001:db8::${n}`, port: 5223 });
const fours = (count: number): Endpoint[] => Array.from({ length: count }, (_, i) => four(i + 1));

/** Runs a race in virtual time against what the network does with each endpoint: all that it did, with its times. */
function run(options: RaceOptions, endpoints: readonly Endpoint[], fates: readonly Fate[]): Line[] {
  const race = new Race(options, 0);
  const log: Line[] = [];
  let coming: { at: number; tell: (now: number) => void }[] = [];
  const act = (now: number): void => {
    for (let action = race.poll(); action !== undefined; action = race.poll()) {
      log.push([now, lineOf(action)]);
      if (action.type !== 'start') continue;
      const { id } = action;
      const { connects, verifies, fails } = fates[id - 1] ?? {};
      if (connects !== undefined) coming.push({ at: now + connects, tell: (at) => race.connected(id, at) });
      if (verifies !== undefined) coming.push({ at: now + verifies, tell: (at) => race.verified(id, at) });
      if (fails !== undefined) coming.push({ at: now + fails, tell: (at) => race.failed(id, at) });
    }
  };
  race.add(endpoints, 0);
  race.noMore(0);
  act(0);
  while (!race.over) {
    const now = Math.min(race.nextTimeout(), ...coming.map(({ at }) => at));
    for (const { tell } of coming.filter(({ at }) => at === now)) tell(now);
    coming = coming.filter(({ at }) => at !== now);
    race.handleTimeout(now);
    act(now);
  }
  return log;
}

function lineOf(action: RaceAction): string {
  switch (action.type) {
    case 'start':
      return `start ${action.id}`;
    case 'close':
      return `close ${action.id}: ${action.why}`;
    case 'won':
      return `won ${action.id} in ${action.took}`;
    case 'lost':
      return `lost: ${action.why}`;
    default:
      return action satisfies never;
  }
}

const starts = (log: readonly Line[]): Line[] => log.filter(([, what]) => what.startsWith('start'));
const startTimes = (log: readonly Line[]): number[] => starts(log).map(([at]) => at);

describe('a race of five black holes', () => {
  it("starts them with Mars' figures at 0, 2.5, 5, 10 and 12.5 s, and is lost at 22.5 s", () => {
    expect(run(MARS_RACE, fours(5), [])).toEqual([
      [0, 'start 1'],
      [2500, 'start 2'],
      [5000, 'start 3'],
      [10_000, 'close 1: timeout'],
      [10_000, 'start 4'],
      [12_500, 'close 2: timeout'],
      [12_500, 'start 5'],
      [15_000, 'close 3: timeout'],
      [20_000, 'close 4: timeout'],
      [22_500, 'close 5: timeout'],
      [22_500, 'lost: exhausted'],
    ]);
  });

  it.each<[name: string, options: RaceOptions, times: number[], lost: number]>([
    ["the article's 4 s, five at once", ARTICLE_RACE, [0, 4000, 8000, 10_000, 14_000], 24_000],
    ['our defaults', {}, [0, 250, 500, 750, 1000], 11_000],
    ['three at once', { atOnce: 3 }, [0, 250, 500, 10_000, 10_250], 20_250],
    ['serial', { strategy: 'serial' }, [0, 10_000, 20_000, 30_000, 40_000], 50_000],
    ['concurrent', { strategy: 'concurrent' }, [0, 0, 0, 0, 0], 10_000],
    ['a shorter timeout', { attemptTimeout: 1000, atOnce: 2 }, [0, 250, 1000, 1250, 2000], 3000],
  ])('with %s starts them on time', (_, options, times, lost) => {
    const log = run(options, fours(5), []);
    expect(startTimes(log)).toEqual(times);
    expect(log.at(-1)).toEqual([lost, 'lost: exhausted']);
  });

  it('is lost at its deadline though candidates may still come', () => {
    const race = new Race({ deadline: 5000 }, 1000);
    race.add([four(1)], 1000);
    expect(race.nextTimeout()).toBe(6000);
    race.handleTimeout(6000);
    const actions = [race.poll(), race.poll(), race.poll(), race.poll()];
    expect(actions.map((action) => action && lineOf(action))).toEqual([
      'start 1',
      'lost: deadline',
      'close 1: cancelled',
      undefined,
    ]);
  });
});

describe('a race', () => {
  it('starts the next at once when one is refused [RFC 8305, 5]', () => {
    const log = run({}, fours(3), [{ fails: 30 }, { fails: 40 }, { connects: 20, verifies: 45 }]);
    expect(log).toEqual([
      [0, 'start 1'],
      [30, 'close 1: failed'],
      [30, 'start 2'],
      [70, 'close 2: failed'],
      [70, 'start 3'],
      [115, 'won 3 in 45'],
    ]);
  });

  it('needs no second attempt where the first is verified within its head start', () => {
    expect(run({}, fours(3), [{ connects: 80, verifies: 200 }])).toEqual([
      [0, 'start 1'],
      [200, 'won 1 in 200'],
    ]);
  });

  it('gives the answer of the session another head start when the connection stands', () => {
    const log = run({}, fours(2), [{ connects: 240, verifies: 480 }]);
    expect(starts(log)).toEqual([[0, 'start 1']]);
  });

  it('is not won by a portal that accepts every connection and never answers as the session does', () => {
    const portal = { connects: 10 };
    const log = run({}, fours(4), [portal, portal, portal, { connects: 10, verifies: 30 }]);
    expect(starts(log)).toEqual([
      [0, 'start 1'],
      [260, 'start 2'],
      [520, 'start 3'],
      [780, 'start 4'],
    ]);
    expect(log.filter(([, what]) => what.startsWith('won'))).toEqual([[810, 'won 4 in 30']]);
  });

  it('closes the losers, and tells the overtaken from those that may be as good', () => {
    const log = run({}, fours(3), [{}, { verifies: 400 }]);
    expect(log.slice(3)).toEqual([
      [650, 'won 2 in 400'],
      [650, 'close 1: late'],
      [650, 'close 3: late'],
    ]);
    const hole = run({}, fours(3), [{}, { verifies: 40 }]);
    expect(hole.slice(2)).toEqual([
      [290, 'won 2 in 40'],
      [290, 'close 1: overtaken'],
    ]);
  });

  it.each<[name: string, first: Fate, outcome: string]>([
    ["has no connection after twice the longer of the winner's waits", {}, 'overtaken'],
    ['has a connection, and no answer for as long', { connects: 10 }, 'overtaken'],
    ['has been connected for a shorter time', { connects: 200 }, 'late'],
  ])('takes for overtaken what %s', (_, first, outcome) => {
    const log = run({ headStart: 110 }, fours(2), [first, { connects: 150, verifies: 300 }]);
    expect(log.at(-1)![1]).toBe(`close 1: ${outcome}`);
  });

  it('gives each endpoint the head start that was measured of it', () => {
    const measured: Readonly<Record<string, number>> = { '192.0.2.1': 100, '192.0.2.2': 300 };
    const headStart = ({ address }: Endpoint): number => measured[address] ?? 400;
    expect(startTimes(run({ headStart }, fours(4), []))).toEqual([0, 100, 400, 800]);
    expect(() => run({ headStart: () => NaN }, fours(1), [])).toThrow('headStart must be');
  });

  it('asks for a head start with the number of others that go on, when an attempt starts and when it is connected', () => {
    const asked: (readonly [address: string, others: number])[] = [];
    const headStart = ({ address }: Endpoint, others: number): number => {
      asked.push([address, others]);
      return 100;
    };
    run({ headStart }, fours(3), [{}, { fails: 50 }, { connects: 60, verifies: 120 }]);
    expect(asked).toEqual([
      ['192.0.2.1', 0],
      ['192.0.2.2', 1],
      ['192.0.2.3', 1],
      ['192.0.2.3', 1],
    ]);
  });

  it('blames nobody who started with the winner', () => {
    const log = run({ strategy: 'concurrent' }, fours(2), [{}, { verifies: 0 }]);
    expect(log.slice(2)).toEqual([
      [0, 'won 2 in 0'],
      [0, 'close 1: late'],
    ]);
  });

  it('lets IPv6 and IPv4 alternate, v6 first, in their own orders', () => {
    const log = run({ atOnce: 9 }, [four(1), four(2), six(3), four(4), six(5)], []);
    expect(starts(log).map(([, what]) => what)).toEqual([
      'start 3',
      'start 1',
      'start 5',
      'start 2',
      'start 4',
    ]);
  });

  it('begins with the family of the best candidate where it is told so, and goes on with the other', () => {
    const log = run({ first: 'given', atOnce: 9 }, [four(1), four(2), six(3)], []);
    expect(starts(log).map(([, what]) => what)).toEqual(['start 1', 'start 3', 'start 2']);
  });

  it('starts an address at once though names are still being resolved, and takes what comes later', () => {
    const race = new Race({}, 0);
    expect(race.add([four(1)], 5)).toBe(1);
    expect(race.poll()).toEqual({ type: 'start', id: 1, endpoint: four(1) });
    race.failed(1, 50);
    expect(race.poll()).toEqual({ type: 'close', id: 1, why: 'failed' });
    expect(race.poll()).toBeUndefined();
    expect(race.over).toBe(false);
    expect(race.add([six(2)], 900)).toBe(1);
    expect(race.poll()).toEqual({ type: 'start', id: 2, endpoint: six(2) });
    race.noMore(950);
    race.failed(2, 960);
    expect(race.poll()).toMatchObject({ type: 'close', id: 2 });
    expect(race.poll()).toEqual({ type: 'lost', why: 'exhausted' });
  });

  it('counts an endpoint once, however it is written, and takes no more than 64', () => {
    const race = new Race({}, 0);
    const again = { address: '2001:DB8::1', port: 5223, transport: 'tcp' };
    expect(race.add([six(1), again, { ...six(1), transport: 'tls' }], 0)).toBe(2);
    expect(race.add(fours(70), 0)).toBe(62);
    race.noMore(0);
    expect(race.add([six(9)], 0)).toBe(0);
  });

  it('is lost at once when there is nobody to dial', () => {
    const race = new Race({}, 0);
    race.noMore(0);
    expect(race.poll()).toEqual({ type: 'lost', why: 'exhausted' });
    expect(race.nextTimeout()).toBe(Infinity);
  });

  it('ends when it is given up, and hears nothing afterwards', () => {
    const race = new Race({}, 0);
    race.add([four(1)], 0);
    race.cancel(10);
    race.verified(1, 20);
    race.cancel(30);
    expect(race.add([four(2)], 30)).toBe(0);
    race.handleTimeout(1e9);
    const actions: (string | undefined)[] = [];
    for (let action = race.poll(); action !== undefined; action = race.poll()) actions.push(lineOf(action));
    expect(actions).toEqual(['start 1', 'lost: cancelled', 'close 1: cancelled']);
  });

  it('reports each attempt with its times and its end', () => {
    const race = new Race({}, 0);
    race.add([four(1)], 0);
    race.add([four(2)], 0);
    race.handleTimeout(250);
    race.connected(2, 270);
    race.verified(2, 300);
    expect(race.report()).toEqual([
      { id: 1, endpoint: four(1), startedAt: 0, connectedAt: undefined, endedAt: 300, outcome: 'overtaken' },
      { id: 2, endpoint: four(2), startedAt: 250, connectedAt: 270, endedAt: 300, outcome: 'won' },
    ]);
  });

  it('starts one for each failure that a late timer finds, and no more', () => {
    const race = new Race({ atOnce: 3 }, 0);
    race.add(fours(8), 0);
    race.handleTimeout(250);
    race.handleTimeout(500);
    race.handleTimeout(3_000);
    expect(race.report().length).toBe(3);
    race.handleTimeout(30_000); // a device that slept
    expect(race.report().filter(({ outcome }) => outcome === undefined).length).toBe(3);
  });

  it.each<RaceOptions>([{ headStart: -1 }, { atOnce: 0 }, { attemptTimeout: NaN }, { deadline: 0 }])(
    'refuses %j',
    (options) => {
      expect(() => new Race(options, 0)).toThrow(new RegExp(`^${Object.keys(options)[0]!} must be`));
    },
  );
});

describe('any race, whatever the network does', () => {
  const fate = fc.record(
    { connects: fc.nat(12_000), verifies: fc.nat(12_000), fails: fc.nat(12_000) },
    { requiredKeys: [] },
  );
  const options: fc.Arbitrary<RaceOptions & { readonly strategy: RaceStrategy; readonly atOnce: number }> =
    fc.record({
      strategy: fc.constantFrom<RaceStrategy[]>('composite', 'serial', 'concurrent'),
      headStart: fc.constantFrom(0, 100, 250, 2500),
      atOnce: fc.integer({ min: 1, max: 5 }),
      first: fc.constantFrom<(4 | 6 | 'given')[]>(4, 6, 'given'),
    });
  const endpoints = fc.array(
    fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 9 })).map(([v6, n]) => (v6 ? six(n) : four(n))),
    { maxLength: 12 },
  );

  it('ends, never has more than N at once, and closes or wins each attempt exactly once', () => {
    fc.assert(
      fc.property(options, endpoints, fc.array(fate, { maxLength: 12 }), (given, list, fates) => {
        const log = run(given, list, fates);
        const most = { composite: given.atOnce, serial: 1, concurrent: 64 }[given.strategy];
        const live = new Set<string>();
        let [highest, strays] = [0, 0];
        const ends: string[] = [];
        for (const [, what] of log) {
          const [type, id = ''] = what.split(/[ :]+/);
          if (type === 'start') live.add(id);
          if (type === 'won' || type === 'lost') ends.push(type);
          if (type === 'won' || type === 'close') strays += live.delete(id) ? 0 : 1;
          highest = Math.max(highest, live.size);
        }
        expect(highest).toBeLessThanOrEqual(most);
        expect(strays).toBe(0);
        expect([live.size, ends.length]).toEqual([0, 1]);
        const started = starts(log).map(([, what]) => what);
        expect(new Set(started).size).toBe(started.length);
      }),
    );
  });
});
