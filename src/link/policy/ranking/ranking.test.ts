import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointKey, type Endpoint } from '../endpoint.ts';
import { Forgetting } from './forgetting.ts';
import { HistoryAware } from './history-aware.ts';
import { NearestFirst } from './nearest.ts';
import { RandomCombination } from './random.ts';
import type { Ranking } from './ranking.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (n: number, port = 5223): Endpoint => ({ address: `192.0.2.${n}`, port });
const names = (list: readonly Endpoint[]): string[] =>
  list.map(({ address, port }) => `${address.slice(8)}${port === 5223 ? '' : `:${port}`}`);
const json = (saved: unknown): unknown => JSON.parse(JSON.stringify(saved));

/** Numbers of 0 to below 1, the same for the same seed. [Mulberry32] */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const lowest = (): number => 0;

/** Tells results, a minute apart, the last at `now`. */
function tell(ranking: Ranking, endpoint: Endpoint, results: string, now: number): void {
  for (const [i, each] of results.split('').entries())
    ranking.learn(endpoint, { ok: each === '.' }, now - (results.length - 1 - i) * MINUTE);
}

/** Whether the one endpoint is banned now: its name. */
const bannedOn = (ranking: Forgetting, now: number): string[] =>
  names(ranking.order([at(1)], now, lowest).banned);

/** How many endpoints are saved. */
const saved = (each: Ranking, now: number): number =>
  JSON.stringify(each.save(now)).split('192.0.2.').length - 1;

/** Three of four endpoints were measured at home. */
const measured = (): NearestFirst => {
  const ranking = new NearestFirst();
  ranking.networkChanged('home', 0);
  ranking.learn(at(1), { ok: true, took: 80 }, 0);
  ranking.learn(at(2), { ok: true, took: 30 }, 0);
  ranking.learn(at(3), { ok: true, took: 200 }, 0);
  return ranking;
};

const all: [name: string, make: () => Ranking][] = [
  ['random combination', () => new RandomCombination()],
  ['history-aware', () => new HistoryAware()],
  ['forgetting', () => new Forgetting()],
  ['nearest first', () => new NearestFirst()],
];

describe.each(all)('%s', (_, make) => {
  it('yields each endpoint once, and nothing else, whatever has happened', () => {
    const endpoint = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(80, 443, 5223))
      .map(([n, port]) => at(n, port));
    const step = fc.oneof(
      fc.record({ endpoint, ok: fc.boolean(), took: fc.nat(3000), after: fc.nat(10 * MINUTE) }),
      fc.record({ label: fc.constantFrom('home', 'train', '__proto__') }),
      fc.record({ ban: endpoint }),
      fc.constant('restart' as const),
    );
    fc.assert(
      fc.property(
        fc.array(endpoint),
        fc.array(step, { maxLength: 40 }),
        fc.integer(),
        (list, steps, seed) => {
          let [ranking, now] = [make(), 1e12];
          for (const each of steps) {
            if (each === 'restart') {
              const saved = json(ranking.save(now));
              ranking = make();
              ranking.load(saved, now);
            } else if ('label' in each) ranking.networkChanged(each.label, now);
            else if ('ban' in each) ranking.ban(each.ban.address, now);
            else {
              now += each.after;
              ranking.learn(each.endpoint, each, now);
            }
          }
          const { usable, banned, proven } = ranking.order(list, now, seeded(seed));
          const keys = [...usable, ...banned].map(endpointKey);
          expect(keys.toSorted()).toEqual([...new Set(list.map(endpointKey))].toSorted());
          expect(proven && usable.length === 0).toBe(false);
        },
      ),
    );
  });

  it("obeys a server's ban for 30 minutes, also after a restart", () => {
    const ranking = make();
    ranking.ban('192.0.2.1', 0);
    const again = make();
    again.load(json(ranking.save(0)), 1);
    for (const each of [ranking, again]) {
      const list = [at(1), at(1, 80), at(2)];
      expect(names(each.order(list, 30 * MINUTE - 1, lowest).usable)).toEqual(['2']);
      expect(each.order(list, 30 * MINUTE, lowest).banned).toEqual([]);
      expect([29, 30].map((minutes) => each.forbids(at(1, 80), minutes * MINUTE))).toEqual([true, false]);
      expect(each.forbids(at(2), 0)).toBe(false);
    }
  });

  it('is bounded, however many networks and endpoints there are: its record fits into a history file', () => {
    const ranking = make();
    const long = { transport: 'x'.repeat(16), port: 65_535 };
    for (let network = 0; network < 40; network++) {
      ranking.networkChanged(`${network}`.padEnd(128), network);
      for (let n = 0; n < 300; n++)
        ranking.learn({ ...long, address: `${n}`.padEnd(253, 'x') }, { ok: n % 2 === 0, took: n }, 1e12 + n);
    }
    for (let n = 0; n < 1000; n++) ranking.ban(`${n}`.padEnd(253, 'x'), 1e12);
    expect(JSON.stringify(ranking.save(1e12)).length).toBeLessThan(4 * 2 ** 20);
  });

  it.each([null, 1, 'x', [], { networks: 1, pasts: 2, bans: 3 }, { networks: [['a', 1]], bans: [['a']] }])(
    'loads nothing from %j, and does not fail',
    (saved) => {
      const ranking = make();
      ranking.load(saved, 0);
      expect(names(ranking.order([at(1)], 0, lowest).usable)).toEqual(['1']);
    },
  );
});

describe('random combination', () => {
  it('has each port among its first three, and each network', () => {
    const ports = [1, 2, 3].flatMap((n) => [80, 443, 5223].map((port) => at(n, port)));
    const sites = [
      at(1),
      at(2),
      at(3),
      { address: '198.51.100.1', port: 1 },
      { address: '2001:db8::1', port: 1 },
    ];
    for (let seed = 0; seed < 200; seed++) {
      const first = new RandomCombination().order(ports, 0, seeded(seed)).usable.slice(0, 3);
      expect(new Set(first.map(({ port }) => port)).size).toBe(3);
      const apart = new RandomCombination().order(sites, 0, seeded(seed)).usable.slice(0, 3);
      expect(new Set(apart.map(({ address }) => address.slice(0, 3))).size).toBe(3);
    }
  });

  it('puts neighbours apart, in address and in port', () => {
    const list = [1, 2, 3].flatMap((n) => [80, 443, 5223].map((port) => at(n, port)));
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const { usable } = new RandomCombination().order(list, 0, seeded(seed));
      seen.add(names(usable).join(' '));
      for (const [i, each] of usable.slice(1).entries()) expect(each.address).not.toBe(usable[i]!.address);
    }
    expect(seen.size).toBeGreaterThan(150);
  });

  it('puts them apart wherever that can be, also where one address has half of the ports', () => {
    const list = [at(1, 1), at(1, 2), at(1, 3), at(2), at(3)];
    for (let seed = 0; seed < 100; seed++) {
      const order = new RandomCombination().order(list, 0, seeded(seed)).usable;
      expect(order.map(({ address }) => address === '192.0.2.1')).toEqual([true, false, true, false, true]);
    }
  });

  it('tries another port where the address leaves a choice', () => {
    const list = [at(1, 80), at(2, 80), at(1, 443), at(2, 443)];
    for (let seed = 0; seed < 50; seed++) {
      const [first, second] = new RandomCombination().order(list, 0, seeded(seed)).usable;
      expect([first!.address === second!.address, first!.port === second!.port]).toEqual([false, false]);
    }
  });

  it('puts each endpoint first about as often', () => {
    const first = new Map<string, number>();
    const random = seeded(1);
    for (let i = 0; i < 3000; i++) {
      const key = names(new RandomCombination().order([at(1), at(2), at(3)], 0, random).usable)[0]!;
      first.set(key, (first.get(key) ?? 0) + 1);
    }
    for (const count of first.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe.each(all.slice(1, 3))('%s', (_, make) => {
  it('sorts by fewest failures, then the oldest last failure, then the newest last success', () => {
    const ranking = make();
    const now = 1e9;
    tell(ranking, at(1), 'xx', now - 20 * MINUTE);
    tell(ranking, at(2), 'x', now - 10 * MINUTE);
    tell(ranking, at(3), 'x', now - 30 * MINUTE);
    tell(ranking, at(4), '.', now - 40 * MINUTE);
    tell(ranking, at(5), '.', now - 5 * MINUTE);
    const { usable, proven } = ranking.order(
      [1, 2, 3, 4, 5].map((n) => at(n)),
      now,
      lowest,
    );
    expect(names(usable)).toEqual(['5', '4', '3', '2', '1']);
    expect(proven).toBe(true);
  });

  it('bans for 6 minutes after three failures, and for 12 after four', () => {
    const ranking = make();
    tell(ranking, at(1), 'xxx', 0);
    const usableAt = (now: number): string[] => names(ranking.order([at(1), at(2)], now, lowest).usable);
    expect(usableAt(6 * MINUTE - 1)).toEqual(['2']);
    expect(usableAt(6 * MINUTE)).toContain('1');
    tell(ranking, at(1), 'x', 6 * MINUTE);
    expect(usableAt(18 * MINUTE - 1)).toEqual(['2']);
    expect(usableAt(18 * MINUTE)).toContain('1');
  });

  it('offers the banned in the order in which their bans end', () => {
    const ranking = make();
    tell(ranking, at(1), 'xxxx', 0);
    tell(ranking, at(2), 'xxx', MINUTE);
    expect(names(ranking.order([at(1), at(2)], 2 * MINUTE, lowest).banned)).toEqual(['2', '1']);
  });

  it('draws those without history in between, as often as there are more of them', () => {
    const ranking = make();
    tell(ranking, at(1), '.', 0);
    const list = [at(1), at(2), at(3), at(4)];
    const random = seeded(7);
    let known = 0;
    for (let i = 0; i < 4000; i++) if (names(ranking.order(list, 1, random).usable)[0] === '1') known++;
    expect(Math.abs(known - 1000)).toBeLessThan(120);
  });
});

describe('history-aware', () => {
  it('goes on with a ban after a restart to the millisecond', () => {
    const before = new HistoryAware();
    tell(before, at(1), 'xxx', 10 * MINUTE);
    const after = new HistoryAware();
    after.load(json(before.save(10 * MINUTE)), 11 * MINUTE);
    expect(names(after.order([at(1)], 16 * MINUTE - 1, lowest).banned)).toEqual(['1']);
    expect(names(after.order([at(1)], 16 * MINUTE, lowest).usable)).toEqual(['1']);
  });

  it('knows no networks: what failed on one is banned on the next', () => {
    const ranking = new HistoryAware();
    tell(ranking, at(1), 'xxx', 0);
    ranking.networkChanged('train', 1);
    expect(names(ranking.order([at(1)], 2, lowest).banned)).toEqual(['1']);
  });
});

describe('forgetting', () => {
  it('forgets at once on another network, and has it again on the way back, as one result of one visit', () => {
    const ranking = new Forgetting();
    ranking.networkChanged('home', 0);
    tell(ranking, at(1), 'xxx', 0);
    expect(bannedOn(ranking, 1)).toEqual(['1']);
    ranking.networkChanged('train', 2);
    expect(bannedOn(ranking, 3)).toEqual([]);
    ranking.networkChanged('home', 4);
    expect(bannedOn(ranking, 5)).toEqual([]);
    tell(ranking, at(1), 'xx', MINUTE + 20_000);
    expect(bannedOn(ranking, MINUTE + 20_001)).toEqual(['1']);
  });

  it('bans an endpoint that failed on three visits, until 6 minutes after the last', () => {
    const ranking = new Forgetting();
    for (let visit = 0; visit < 3; visit++) {
      ranking.networkChanged('home', visit * MINUTE);
      tell(ranking, at(1), 'x', visit * MINUTE);
      ranking.networkChanged('train', visit * MINUTE + 1);
    }
    ranking.networkChanged('home', 3 * MINUTE);
    expect(bannedOn(ranking, 8 * MINUTE - 1)).toEqual(['1']);
    expect(bannedOn(ranking, 8 * MINUTE)).toEqual([]);
  });

  it('keeps the last failure over a visit on which nothing failed', () => {
    const ranking = new Forgetting();
    for (const [visit, results] of ['x', 'x', 'x', '.'].entries()) {
      ranking.networkChanged('home', visit * MINUTE);
      tell(ranking, at(1), results, visit * MINUTE);
      ranking.networkChanged('train', visit * MINUTE + 1);
    }
    ranking.networkChanged('home', 4 * MINUTE);
    expect(bannedOn(ranking, 8 * MINUTE - 1)).toEqual(['1']);
    expect(bannedOn(ranking, 8 * MINUTE)).toEqual([]);
  });

  it('has the newest visit in bit 0: the row of failures is that of the latest visits', () => {
    const ranking = new Forgetting();
    for (const [visit, results] of ['x', '.', 'x', 'x', 'x', 'x'].entries()) {
      ranking.networkChanged('home', visit * MINUTE);
      tell(ranking, at(1), results, visit * MINUTE);
      ranking.networkChanged('train', visit * MINUTE + 1);
    }
    ranking.networkChanged('home', 6 * MINUTE);
    // five failures of six, the latest four in a row: 12 minutes since the fifth minute
    expect(bannedOn(ranking, 17 * MINUTE - 1)).toEqual(['1']);
    expect(bannedOn(ranking, 17 * MINUTE)).toEqual([]);
  });

  it('keeps the last failure over a restart, without which no ban of earlier visits would hold', () => {
    let ranking = new Forgetting();
    for (let visit = 0; visit < 3; visit++) {
      ranking.networkChanged('home', visit * MINUTE);
      tell(ranking, at(1), 'x', visit * MINUTE);
      const saved = json(ranking.save(visit * MINUTE));
      ranking = new Forgetting();
      ranking.load(saved, visit * MINUTE);
    }
    ranking.networkChanged('home', 2 * MINUTE);
    expect(bannedOn(ranking, 8 * MINUTE - 1)).toEqual(['1']);
    expect(bannedOn(ranking, 8 * MINUTE)).toEqual([]);
  });

  it('drops a record 24 hours after its creation, used or not', () => {
    const ranking = new Forgetting();
    ranking.networkChanged('home', 0);
    tell(ranking, at(1), 'x', 0);
    ranking.networkChanged('train', 1);
    const failedAt = (now: number): boolean => {
      const again = new Forgetting();
      again.load(json(ranking.save(2)), now);
      again.networkChanged('home', now);
      // what has failed once comes behind what has not
      again.learn(at(2), { ok: true }, now);
      return names(again.order([at(1), at(2)], now, lowest).usable)[1] === '1' && saved(again, now) === 2;
    };
    expect(failedAt(24 * HOUR)).toBe(true);
    expect(failedAt(24 * HOUR + 1)).toBe(false);
  });

  it('remembers 20 networks', () => {
    const ranking = new Forgetting();
    for (let i = 0; i < 50; i++) {
      ranking.networkChanged(`network ${i}`, i);
      tell(ranking, at(1), 'x', i);
    }
    const { networks } = ranking.save(50) as { networks: unknown[] };
    expect(networks.length).toBe(21);
    expect(() => ranking.networkChanged('x'.repeat(129), 0)).toThrow(RangeError);
  });
});

describe('nearest first', () => {
  const list = [1, 2, 3, 4].map((n) => at(n));

  it('sorts by measured latency, what was never measured last', () => {
    const { usable, proven } = measured().order(list, 1, lowest);
    expect(names(usable)).toEqual(['2', '1', '3', '4']);
    expect(proven).toBe(true);
  });

  it('puts one that has just failed behind those that have not', () => {
    const ranking = measured();
    ranking.learn(at(2), { ok: false }, MINUTE);
    expect(names(ranking.order(list, 2 * MINUTE, lowest).usable)).toEqual(['1', '3', '4', '2']);
    ranking.learn(at(2), { ok: true, took: 30 }, 3 * MINUTE);
    expect(names(ranking.order(list, 4 * MINUTE, lowest).usable)[0]).toBe('2');
  });

  it('weighs a new measurement an eighth', () => {
    const ranking = measured();
    ranking.learn(at(1), { ok: true, took: 160 }, MINUTE);
    expect(ranking.report([at(1)], MINUTE)).toEqual([{ endpoint: at(1), latency: 90, age: 0 }]);
  });

  it('reports what was measured on this network, nearest first, for the server', () => {
    const ranking = measured();
    expect(ranking.report(list, 5000)).toEqual([
      { endpoint: at(2), latency: 30, age: 5000 },
      { endpoint: at(1), latency: 80, age: 5000 },
      { endpoint: at(3), latency: 200, age: 5000 },
    ]);
    ranking.networkChanged('train', 6000);
    expect(ranking.report(list, 6000)).toEqual([]);
    ranking.networkChanged('home', 7000);
    expect(ranking.report(list, 24 * HOUR).length).toBe(0);
  });

  it('counts what takes much longer, as what was sent again does, as twice as long', () => {
    const ranking = measured();
    ranking.learn(at(1), { ok: true, took: 1080 }, MINUTE);
    expect(ranking.report([at(1)], MINUTE)).toEqual([{ endpoint: at(1), latency: 90, age: 0 }]);
  });

  it('wants probes of what was not measured, or 12 hours ago, three at once, oldest first', () => {
    const ranking = measured();
    expect(names(ranking.due(list, MINUTE))).toEqual(['4']);
    ranking.learn(at(1), { ok: true, took: 80 }, 5 * MINUTE);
    expect(names(ranking.due(list, 12 * HOUR - 1))).toEqual(['4']);
    expect(names(ranking.due(list, 12 * HOUR))).toEqual(['4', '2', '3']);
    ranking.networkChanged('train', 12 * HOUR);
    expect(names(ranking.due(list, 12 * HOUR))).toEqual(['1', '2', '3']);
  });

  it('wants a probe of what failed after a minute, two, four, and then each ten', () => {
    const ranking = measured();
    let now = HOUR;
    const pauses = [1, 2, 4, 8, 10, 10].map((minutes) => {
      ranking.learn(at(2), { ok: false }, now);
      expect(ranking.due([at(2)], now + minutes * MINUTE - 1)).toEqual([]);
      now += minutes * MINUTE;
      return names(ranking.due([at(2)], now))[0];
    });
    expect(pauses).toEqual(['2', '2', '2', '2', '2', '2']);
  });

  it('survives a restart', () => {
    const after = new NearestFirst();
    after.load(json(measured().save(1)), 1000);
    after.networkChanged('home', 1000);
    expect(names(after.order(list, 1000, lowest).usable)).toEqual(['2', '1', '3', '4']);
  });

  it.each([NaN, -1, Infinity])('refuses a latency of %d', (took) => {
    expect(() => measured().learn(at(1), { ok: true, took }, 1)).toThrow(RangeError);
  });
});
