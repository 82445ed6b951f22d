import { describe, expect, it } from 'vitest';
import { alternate, endpointKey, familyOf, readEndpoints, type Endpoint } from './endpoint.ts';
import { Endpoints } from './endpoints.ts';
import { HistoryAware } from './ranking/history-aware.ts';
import { NearestFirst } from './ranking/nearest.ts';

const MINUTE = 60_000;
const four = (n: number): Endpoint => ({ address: `192.0.2.${n}`, port: 5223 });
const six = (n: number): Endpoint => ({ address: `2001:db8::${n}`, port: 5223 });
const names = (list: readonly Endpoint[]): string[] =>
  list.map((each) => `${familyOf(each) ?? 'name'}-${each.address.slice(-1)}`);
const highest = (): number => 0.999;

describe('an endpoint', () => {
  it.each<[Endpoint, string, 4 | 6 | undefined]>([
    [four(1), 'tcp 192.0.2.1:5223', 4],
    [{ address: '2001:DB8::1', port: 443, transport: 'tls' }, 'tls [2001:db8::1]:443', 6],
    [{ address: 'Chat.Example', port: 80 }, 'tcp chat.example:80', undefined],
    [{ address: '1.2.3.4.example', port: 80 }, 'tcp 1.2.3.4.example:80', undefined],
  ])('%j is %s, of family %s', (endpoint, key, family) => {
    expect([endpointKey(endpoint), familyOf(endpoint)]).toEqual([key, family]);
  });

  it('of IPv6 and one of IPv4 alternate, v6 first, until one family is used up', () => {
    const list = [four(1), four(2), six(1), four(3), six(2), { address: 'host-x', port: 1 }];
    expect(names(alternate(list, 6))).toEqual(['6-1', '4-1', '6-2', '4-2', '4-3', 'name-x']);
    expect(names(alternate(list, 4))).toEqual(['4-1', '6-1', '4-2', '6-2', '4-3', 'name-x']);
    expect(alternate([], 6)).toEqual([]);
  });
});

describe("a server's list", () => {
  it('is read, each endpoint once, and nothing of it but what an endpoint has', () => {
    const list = [
      { address: '192.0.2.1', port: 5223, extra: 1 },
      { address: '192.0.2.1', port: 5223, transport: 'tcp' },
      { address: 'fe80::1%eth0', port: 1, transport: 'ws' },
      { address: 'a.example.', port: 65_535 },
    ];
    expect(readEndpoints(list)).toEqual([
      { address: '192.0.2.1', port: 5223 },
      { address: 'fe80::1%eth0', port: 1, transport: 'ws' },
      { address: 'a.example.', port: 65_535 },
    ]);
  });

  it.each<[name: string, list: unknown, message: RegExp]>([
    ['no array', { length: 1 }, /must be an array/],
    ['65 entries', Array.from({ length: 65 }, (_, i) => four(i)), /at most 64/],
    ['a null', [null], /^endpoint 0 must be an object/],
    ['no port', [four(1), { address: 'a' }], /^endpoint 1: port/],
    ['port 0', [{ address: 'a', port: 0 }], /port/],
    ['port 65,536', [{ address: 'a', port: 65_536 }], /port/],
    ['half a port', [{ address: 'a', port: 1.5 }], /port/],
    ['an empty address', [{ address: '', port: 1 }], /address/],
    ['control bytes', [{ address: 'a\u001B[2J', port: 1 }], /^endpoint 0: address must be an IP/],
    ['an option for a shell', [{ address: 'a; rm', port: 1 }], /address/],
    ['a name of 254 letters', [{ address: 'a'.repeat(254), port: 1 }], /address/],
    ['a transport that is none', [{ address: 'a', port: 1, transport: '__proto__' }], /transport/],
  ])('with %s is refused as a whole', (_, list, message) => {
    expect(() => readEndpoints(list)).toThrow(RangeError);
    expect(() => readEndpoints(list)).toThrow(message);
  });
});

describe('what a dial takes', () => {
  const builtin = [four(8), four(9)];

  it("is four of the server's list and one that was built in", () => {
    const endpoints = new Endpoints(builtin);
    endpoints.take('server', [1, 2, 3, 4, 5, 6].map(four));
    endpoints.take('resolved', [four(7)]);
    const taken = names(endpoints.candidates(new HistoryAware(), 0, highest));
    expect(taken.length).toBe(5);
    for (const each of taken.slice(0, 4)) expect(['4-1', '4-2', '4-3', '4-4', '4-5', '4-6']).toContain(each);
    expect(['4-8', '4-9']).toContain(taken[4]);
  });

  it("goes on with resolved names where the server's list is short", () => {
    const endpoints = new Endpoints([four(9)]);
    endpoints.take('server', [four(1)]);
    endpoints.take('resolved', [four(2), four(3)]);
    const [first, ...rest] = names(endpoints.candidates(new HistoryAware(), 0, highest));
    expect(first).toBe('4-1');
    expect(rest.slice(0, 2).toSorted()).toEqual(['4-2', '4-3']);
    expect(rest[2]).toBe('4-9');
  });

  it.each<[name: string, server: number, built: number, expected: number]>([
    ['only a built-in list', 0, 8, 5],
    ['only a list of the server', 8, 0, 5],
    ['two and two', 2, 2, 4],
    ['nothing', 0, 0, 0],
  ])('with %s is as many as there are, at most five', (_, server, built, expected) => {
    const endpoints = new Endpoints(Array.from({ length: built }, (__, i) => four(100 + i)));
    endpoints.take(
      'server',
      Array.from({ length: server }, (__, i) => four(i)),
    );
    const taken = endpoints.candidates(new HistoryAware(), 0, highest);
    expect(new Set(taken.map(endpointKey)).size).toBe(expected);
    expect(taken.length).toBe(expected);
  });

  it('has an endpoint once though it is in all lists', () => {
    const endpoints = new Endpoints([four(1), four(2)]);
    endpoints.take('server', [four(1)]);
    endpoints.take('resolved', [{ ...four(1), transport: 'tcp' }, four(3)]);
    expect(names(endpoints.candidates(new HistoryAware(), 0, highest))).toEqual(['4-1', '4-3', '4-2']);
  });

  it('is v6 first and then in turns, as long as nothing was learned', () => {
    const endpoints = new Endpoints([]);
    endpoints.take('resolved', [four(1), four(2), six(1), six(2)]);
    const taken = endpoints.candidates(new HistoryAware(), 0, highest);
    expect(taken.map(familyOf)).toEqual([6, 4, 6, 4]);
  });

  it('begins with v4 where that is the nearest that has answered', () => {
    const endpoints = new Endpoints([]);
    endpoints.take('resolved', [six(1), four(1)]);
    const ranking = new NearestFirst();
    ranking.learn(four(1), { ok: true, took: 20 }, 0);
    expect(names(endpoints.candidates(ranking, 1, highest))).toEqual(['4-1', '6-1']);
  });

  it('has the banned behind all others, also behind the fallback, and only where places are left', () => {
    const ranking = new HistoryAware();
    for (const at of [0, 1, 2]) ranking.learn(four(1), { ok: false }, at * MINUTE);
    const few = new Endpoints([four(9)]);
    few.take('server', [four(1), four(2)]);
    expect(names(few.candidates(ranking, 3 * MINUTE, highest))).toEqual(['4-2', '4-9', '4-1']);
    const many = new Endpoints([four(9)]);
    many.take('server', [1, 2, 3, 4, 5].map(four));
    expect(names(many.candidates(ranking, 3 * MINUTE, highest))).not.toContain('4-1');
  });

  it('has what the server has banned only where there is nothing else', () => {
    const ranking = new HistoryAware();
    ranking.ban('192.0.2.1', 0);
    const endpoints = new Endpoints([]);
    endpoints.take('server', [four(1), four(2)]);
    expect(names(endpoints.candidates(ranking, 1, highest))).toEqual(['4-2']);
    ranking.ban('192.0.2.2', 1);
    expect(names(endpoints.candidates(ranking, 2, highest))).toEqual(['4-1', '4-2']);
  });

  it('is something also when all are banned: whose ban ends first', () => {
    const endpoints = new Endpoints([four(9)]);
    endpoints.take('server', [four(1)]);
    const ranking = new HistoryAware();
    for (const at of [0, 1, 2, 3]) ranking.learn(four(1), { ok: false }, at * MINUTE);
    for (const at of [0, 1, 2]) ranking.learn(four(9), { ok: false }, at * MINUTE);
    expect(names(endpoints.candidates(ranking, 4 * MINUTE, highest))).toEqual(['4-9', '4-1']);
  });
});

describe('the lists', () => {
  it('of the server survive a restart, the others come anew', () => {
    const before = new Endpoints([four(9)]);
    before.take('server', [{ ...four(1), transport: 'tls' }]);
    before.take('resolved', [four(2)]);
    const after = new Endpoints([four(9)]);
    after.load(JSON.parse(JSON.stringify(before.save())));
    expect(after.all()).toEqual([{ ...four(1), transport: 'tls' }, four(9)]);
    after.load({ server: [{ address: 7 }] });
    expect(after.all().length).toBe(2);
  });

  it('stay as they are when a new one is too long', () => {
    const endpoints = new Endpoints([]);
    endpoints.take('server', [four(1)]);
    expect(() =>
      endpoints.take(
        'server',
        Array.from({ length: 65 }, (_, i) => four(i)),
      ),
    ).toThrow(RangeError);
    expect(endpoints.all()).toEqual([four(1)]);
  });
});
