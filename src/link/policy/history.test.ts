import { describe, expect, it } from 'vitest';
import { endpointKey } from './endpoint.ts';
import { banEnd, Pasts, ServerBans } from './history.ts';
import { bannedUntil, failuresInARow, failuresOf, NO_PAST, withResult, type Past } from './past.ts';

const MINUTE = 60_000;
const one = { address: '192.0.2.1', port: 5223 };

/** The past after results `minutes` apart, oldest first: `x` failed, `.` did not. */
function past(results: string, apart = 1): Past {
  let out = NO_PAST;
  for (const [i, result] of results.split('').entries())
    out = withResult(out, result === '.', i * apart * MINUTE);
  return out;
}

describe('eight results of an endpoint', () => {
  it('are bits, the newest in bit 0, 1 for a failure', () => {
    expect(past('x..xx')).toEqual({
      bits: 0b10011,
      count: 5,
      lastFailure: 4 * MINUTE,
      lastSuccess: 2 * MINUTE,
    });
    expect(past('xxxxxxxxxx.')).toMatchObject({ bits: 0b1111_1110, count: 8 });
  });

  it.each([
    ['', 0, 0],
    ['x.x', 2, 1],
    ['xx.', 2, 0],
    ['xxxxxxxxxx', 8, 8],
  ])('of %j: %i failures, %i in a row', (results, failures, inARow) => {
    expect([failuresOf(past(results)), failuresInARow(past(results))]).toEqual([failures, inARow]);
  });

  it('take none of the same kind within 10 s of the last, and one of the other kind at once', () => {
    const failed = withResult(NO_PAST, false, 0);
    expect(withResult(failed, false, 9999)).toBe(failed);
    expect(withResult(failed, false, 10_000)).toMatchObject({ bits: 0b11, lastFailure: 10_000 });
    const good = withResult(failed, true, 1);
    expect(good).toMatchObject({ bits: 0b10, lastSuccess: 1 });
    expect(withResult(good, true, 10_000)).toBe(good);
  });

  it('take a first success at time 0', () => {
    expect(withResult(NO_PAST, true, 0)).toMatchObject({ bits: 0, count: 1, lastSuccess: 0 });
  });
});

describe('a ban', () => {
  it.each<[results: string, minutes: number]>([
    ['xx', -Infinity],
    ['xx.x', 6],
    ['xxx', 6],
    ['xxx.', 6],
    ['xxxx', 12],
    ['xxxxx', 18],
    ['xxxxxx', 24],
    ['xxxxxxx', 30],
    ['xxxxxxxx', 30],
    ['xxx........', -Infinity],
  ])('after %j lasts %d minutes since the last failure', (results, minutes) => {
    const known = past(results);
    expect((bannedUntil(known) - (known.lastFailure ?? 0)) / MINUTE).toBe(minutes);
  });

  it('by the server is of an address, whatever its port, for 30 minutes', () => {
    const bans = new ServerBans();
    bans.ban('192.0.2.1', 1000);
    expect(banEnd(one, NO_PAST, bans)).toBe(1000 + 30 * MINUTE);
    expect(banEnd({ ...one, port: 80 }, NO_PAST, bans)).toBe(1000 + 30 * MINUTE);
    expect(banEnd({ ...one, address: '192.0.2.2' }, NO_PAST, bans)).toBe(-Infinity);
  });

  it('by the server survives a restart, but not its end, and never grows', () => {
    const bans = new ServerBans();
    bans.ban('192.0.2.1', 0);
    const saved: unknown = JSON.parse(JSON.stringify(bans.save()));
    const after = new ServerBans();
    after.load(saved, 30 * MINUTE + 1);
    expect(after.save()).toEqual([]);
    after.load([['192.0.2.1', 1e15]], 0);
    expect(after.bannedUntil(one)).toBe(30 * MINUTE);
  });
});

describe('pasts', () => {
  it('survive a restart with their times', () => {
    const before = new Pasts();
    for (const at of [0, 1, 2]) before.learn(one, false, at * MINUTE);
    before.learn(one, true, 3 * MINUTE);
    const after = new Pasts();
    after.load(JSON.parse(JSON.stringify(before.save())), 4 * MINUTE);
    expect(after.of(one)).toEqual(before.of(one));
    expect(bannedUntil(after.of(one))).toBe(8 * MINUTE);
  });

  it('take a time from the future for now: no ban lasts for years because a clock was wrong', () => {
    const after = new Pasts();
    after.load([[endpointKey(one), { bits: 7, count: 3, lastFailure: 1e15, lastSuccess: 1e15 }]], 1000);
    expect(after.of(one)).toMatchObject({ lastFailure: 1000, lastSuccess: 1000 });
  });

  it('remember the latest 256 endpoints', () => {
    const pasts = new Pasts();
    for (let port = 1; port <= 300; port++) pasts.learn({ ...one, port }, false, port);
    expect([...pasts].length).toBe(256);
    expect(pasts.of({ ...one, port: 44 })).toBe(NO_PAST);
    expect(pasts.of({ ...one, port: 45 }).count).toBe(1);
  });

  it.each([
    ['no list', { a: 1 }],
    ['no pair', ['tcp a:1']],
    ['no key', [[1, { bits: 1, count: 1 }]]],
    ['no fields', [['tcp a:1', null]]],
    ['bits beyond a byte', [['tcp a:1', { bits: 256, count: 1 }]]],
    ['half a bit', [['tcp a:1', { bits: 0.5, count: 1 }]]],
    ['a count beyond eight', [['tcp a:1', { bits: 1, count: 9 }]]],
    ['a key that is too long', [['x'.repeat(301), { bits: 1, count: 1 }]]],
  ])('load nothing from %s', (_, saved) => {
    const pasts = new Pasts();
    pasts.load(saved, 0);
    expect([...pasts]).toEqual([]);
  });
});
