/** The policies together, as a client uses them, in virtual time: what was learned makes the next dial better. */
import { describe, expect, it } from 'vitest';
import {
  DialTimes,
  Endpoints,
  endpointKey,
  Forgetting,
  HistoryAware,
  learnFrom,
  NearestFirst,
  Race,
  RandomCombination,
  type Endpoint,
  type Ranking,
} from './index.ts';

const MINUTE = 60_000;
const four = (n: number): Endpoint => ({ address: `192.0.2.${n}`, port: 5223 });
const six = (n: number): Endpoint => ({ address: `2001:db8::${n}`, port: 5223 });

interface Client {
  readonly endpoints: Endpoints;
  readonly ranking: Ranking;
  readonly times: DialTimes;
}

const clientOf = (ranking: Ranking, list: readonly Endpoint[]): Client => {
  const client = { endpoints: new Endpoints([]), ranking, times: new DialTimes() };
  client.endpoints.take('server', list);
  ranking.networkChanged('home', 0);
  return client;
};

/** Dials; `answers` has the time after which an endpoint is verified, connected after half of it, undefined for a black hole. */
function dial(
  { endpoints, ranking, times }: Client,
  now: number,
  answers: (endpoint: Endpoint) => number | undefined,
  random: () => number,
): { readonly took: number | undefined; readonly attempts: number } {
  const headStart = (endpoint: Endpoint, others: number): number => times.headStart('home', endpoint, others);
  const race = new Race({ headStart, attemptTimeout: times.attemptTimeout('home'), first: 'given' }, now);
  race.add(endpoints.candidates(ranking, now, random), now);
  race.noMore(now);
  const coming: { at: number; tell: (now: number) => void }[] = [];
  let took: number | undefined;
  let clock = now;
  for (;;) {
    for (let action = race.poll(); action !== undefined; action = race.poll()) {
      const answer = action.type === 'start' ? answers(action.endpoint) : undefined;
      if (action.type === 'start' && answer !== undefined) {
        const { id } = action;
        coming.push({ at: clock + answer / 2, tell: (at) => race.connected(id, at) });
        coming.push({ at: clock + answer, tell: (at) => race.verified(id, at) });
      }
      if (action.type === 'won') took = clock - now;
    }
    if (race.over) break;
    clock = Math.min(race.nextTimeout(), ...coming.map(({ at }) => at).filter((at) => at > clock));
    for (const { at, tell } of coming) if (at === clock) tell(clock);
    race.handleTimeout(clock);
  }
  const attempts = race.report();
  learnFrom(attempts, { ranking, times, label: 'home' }, clock);
  return { took, attempts: attempts.length };
}

/** A sequence that is the same each time, evenly spread. */
function golden(): () => number {
  let state = 0;
  return () => (state = (state + 0.618_033_988_75) % 1);
}

/** What of `dials` a minute apart, after `before` to learn from, took longest, and how many attempts they were. */
function dials(
  client: Client,
  answers: (endpoint: Endpoint) => number | undefined,
  before: number,
  count: number,
): { readonly slowest: number | undefined; readonly attempts: number } {
  const random = golden();
  let [slowest, attempts]: [number | undefined, number] = [0, 0];
  for (let i = 0; i < before + count; i++) {
    const done = dial(client, i * MINUTE, answers, random);
    if (i < before) continue;
    slowest = done.took === undefined || slowest === undefined ? undefined : Math.max(slowest, done.took);
    attempts += done.attempts;
  }
  return { slowest, attempts };
}

const learning: [name: string, make: () => Ranking][] = [
  ['history-aware', () => new HistoryAware()],
  ['forgetting', () => new Forgetting()],
  ['nearest first', () => new NearestFirst()],
];

/** IPv6 leads nowhere. */
const broken = ({ address }: Endpoint): number | undefined => (address.includes(':') ? undefined : 60);

describe.each(learning)('a client that is %s', (_, make) => {
  const alive = new Set([four(4), four(5)].map(endpointKey));
  const threeOfFive = (endpoint: Endpoint): number | undefined =>
    alive.has(endpointKey(endpoint)) ? 80 : undefined;

  it('dials an address that lives when three of five are dead, at once and no other', () => {
    const client = clientOf(make(), [1, 2, 3, 4, 5].map(four));
    expect(dials(client, threeOfFive, 12, 20)).toEqual({ slowest: 80, attempts: 20 });
  });

  it('does not wait for IPv6 each time where that is broken', () => {
    const client = clientOf(make(), [six(1), six(2), four(1), four(2)]);
    expect(dials(client, broken, 12, 20)).toEqual({ slowest: 60, attempts: 20 });
  });

  it('reaches a server of which everything was dead for an hour, when it is back', () => {
    const client = clientOf(make(), [1, 2, 3].map(four));
    const random = golden();
    for (let i = 0; i < 60; i++) dial(client, i * MINUTE, () => undefined, random);
    expect(dial(client, 60 * MINUTE, () => 50, random)).toEqual({ took: 50, attempts: 1 });
  });
});

it('a client that learns nothing pays for dead addresses again and again', () => {
  const client = clientOf(new RandomCombination(), [1, 2, 3, 4, 5].map(four));
  const { slowest, attempts } = dials(
    client,
    ({ address }) => (address < '192.0.2.4' ? undefined : 80),
    12,
    20,
  );
  expect(slowest).toBeGreaterThan(80);
  expect(attempts).toBeGreaterThan(25);
});

it('each client takes a first head start of 250 ms, and then what its server takes to answer', () => {
  const client = clientOf(new NearestFirst(), [four(1), four(2)]);
  const random = golden();
  for (let i = 0; i < 30; i++) dial(client, i * MINUTE, () => 400, random);
  expect(client.times.headStart('home')).toBeCloseTo(200 * (1 + 3 / 30), 0);
  expect(dial(client, 31 * MINUTE, () => 400, random)).toEqual({ took: 400, attempts: 1 });
});

it('a dial on a new network whose first four attempts are lost has the fifth under way after 0.65 s', () => {
  const client = clientOf(new RandomCombination(), [1, 2, 3, 4, 5].map(four));
  let started = 0;
  const fifth = (): number | undefined => (++started === 5 ? 80 : undefined);
  expect(dial(client, 0, fifth, golden())).toEqual({ took: 250 + 175 + 122.5 + 100 + 80, attempts: 5 });
});

/** All but the third, which is far. */
const near = ({ address }: Endpoint): number | undefined => (address === '192.0.2.3' ? undefined : 60);
const far = ({ address }: Endpoint): number | undefined => (address === '192.0.2.3' ? 300 : undefined);

it('a client whose far endpoint is the one that answers gives it the head start that it needs', () => {
  const client = clientOf(new NearestFirst(), [1, 2, 3].map(four));
  dials(client, near, 0, 20);
  const later = Array.from({ length: 4 }, (_, i) => dial(client, (30 + i) * MINUTE, far, golden()));
  expect(later.at(-1)).toEqual({ took: 300, attempts: 1 });
});
