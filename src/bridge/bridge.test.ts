/** Both halves with a server in miniature behind them: what a client is told is what it would be told without a bridge. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame } from '../frame/all.ts';
import { Tagged } from '../value/index.ts';
import { Miniature, Wiring, type Break, type Choose } from './helpers.test.ts';
import { ClientHalf, ServerHalf } from './index.ts';

const name = fc.constantFrom('a', 'b', 'c', '1', 'é', '__proto__');
const names = fc.array(name, { maxLength: 3 }).map((all) => all.join(' '));
const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('ECHO hi', 'PING', 'INT 88', 'INT -5', 'INT 70000', 'NIL', 'NOSUCH', 'STATUS Fine', 'ECHO 在吗在吗在吗', 'LIST message a b', 'LIST a b', 'STATUS QUEUED') },
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom('SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE'), names).map((words) => words.join(' ').trim()) },
  { weight: 3, arbitrary: name.map((channel) => `PUBLISH ${channel} hi`) },
  { weight: 2, arbitrary: fc.constantFrom('TRACKED k', 'MOVED a', 'MOVED b') },
  { weight: 5, arbitrary: fc.constantFrom('MULTI', 'EXEC', 'EXEC', 'DISCARD', 'MULTI x') },
  { weight: 2, arbitrary: fc.constantFrom('HELLO 3', 'HELLO 2', 'HELLO') },
  { weight: 2, arbitrary: fc.constantFrom('CLIENT REPLY ON', 'CLIENT REPLY OFF', 'CLIENT REPLY SKIP', 'client reply skip') },
  { weight: 1, arbitrary: fc.constantFrom('RESET', 'QUIT', '', 'MONITOR') },
); // prettier-ignore
/**
 * Who monitors and skips is told of other lines: a bridge knows only from the reply that it is skipped. Who may not monitor, and
 * asks twice, is refused in the words for what went in the place of the second.
 */
const conversation = fc.array(line, { maxLength: 30 }).map((lines) => {
  const first = lines.indexOf('MONITOR');
  return lines.map((each, i) => {
    if (each === 'MONITOR' && i > first && lines.some((other) => other.includes('SUBSCRIBE'))) return 'PING';
    return first >= 0 && /skip/i.test(each) ? 'CLIENT REPLY ON' : each;
  });
});

/** What RESP makes of a line: inline, or an array. */
function spelled(text: string, inline: boolean): string {
  const words = text.split(' ').filter((word) => word !== '');
  if (inline || words.length === 0) return `${text}\r\n`;
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** Choices from a seed, the same each time. */
function choosing(seed: number): Choose {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function run(wiring: Wiring, most = 100_000): void {
  let steps = 0;
  while (wiring.step()) if (++steps > most) throw new Error('it does not come to an end');
}

describe('a bridge', () => {
  it('tells a client what the server would, whatever order the link brings and however streams are cut', () => {
    fc.assert(
      fc.property(conversation, fc.nat(), fc.boolean(), fc.boolean(), (lines, seed, inline, narrow) => {
        const sent = Buffer.from(lines.map((each) => spelled(each, inline)).join(''));
        const alone = new Miniature(true);
        alone.feed(Uint8Array.from(sent));
        const wiring = new Wiring(sent, choosing(seed), narrow ? { windowFrames: 3, windowBytes: 60, maxPending: 4 } : {});
        run(wiring);
        expect(wiring.told).toBe(alone.out);
        expect([wiring.client.over, wiring.server.over]).toEqual([true, true]);
      }),
      {
        numRuns: 250,
        examples: [
          // a reply that waited for room when the server closed; an error in a transaction; a confirmation behind EXEC's array
          [['EXEC', 'SUNSUBSCRIBE __proto__', 'QUIT'], 2_036_972_198, false, true],
          [['MONITOR', 'MULTI', 'MONITOR'], 0, false, false],
          [['CLIENT REPLY OFF', 'MULTI', 'SUBSCRIBE a a', 'EXEC'], 0, false, false],
        ],
      },
    ); // prettier-ignore
  });

  it('tells a client the same, whenever the link is cut, and runs no command twice', () => {
    const breaks = fc.array(fc.tuple(fc.nat(150), fc.constantFrom<Break>('both', 'client', 'server')), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(conversation, fc.nat(), breaks, fc.boolean(), (lines, seed, cuts, narrow) => {
        const sent = Buffer.from(lines.map((each) => spelled(each, false)).join(''));
        const alone = new Miniature(true);
        alone.feed(Uint8Array.from(sent));
        const options = narrow ? { windowFrames: 3, windowBytes: 60, maxPending: 4 } : {};
        const wiring = new Wiring(sent, choosing(seed), options, false);
        // the first link has to stand: who is not reached at once, is told so
        while (!wiring.client.stood && wiring.step());
        for (const [steps, seen] of cuts) {
          for (let i = 0; i < steps && wiring.step(); i++);
          if (!wiring.client.over) wiring.break(seen);
        }
        run(wiring);
        expect(wiring.told).toBe(alone.out);
        expect([wiring.client.over, wiring.server.over]).toEqual([true, true]);
      }),
      { numRuns: 250 },
    );
  }); // prettier-ignore

  it('notices a link that swallows all within its time, and tells a client the same on another', () => {
    // a handshake that stops has a bound of its own
    const times = { pingAfter: 100, deadAfter: 300, helloWithin: 300, ackDelay: 50, redialAfter: () => 0 };
    let silences = 0;
    fc.assert(
      fc.property(conversation, fc.nat(), fc.array(fc.nat(25), { minLength: 1, maxLength: 4 }), (lines, seed, steps) => {
        const sent = Buffer.from(lines.map((each) => spelled(each, false)).join(''));
        const alone = new Miniature(true);
        alone.feed(Uint8Array.from(sent));
        const wiring = new Wiring(sent, choosing(seed), times, false);
        while (!wiring.client.stood && wiring.step());
        for (const count of steps) {
          for (let i = 0; i < count && wiring.step(); i++);
          if (!wiring.client.over) wiring.swallow();
        }
        run(wiring);
        expect(wiring.told).toBe(alone.out);
        expect([wiring.client.over, wiring.server.over]).toEqual([true, true]);
        expect(Math.max(0, ...wiring.noticed)).toBeLessThanOrEqual(times.deadAfter);
        silences += wiring.noticed.length;
      }),
      { numRuns: 150 },
    );
    expect(silences).toBeGreaterThan(100);
  }); // prettier-ignore

  it('answers every command once, whenever the server dies', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(400), fc.nat(), (count, when, seed) => {
        const sent = Buffer.from(
          Array.from({ length: count }, (_, i) => spelled(`ECHO ${i}`, false)).join(''),
        );
        const wiring = new Wiring(sent, choosing(seed), { windowFrames: 8 });
        for (let i = 0; i < when && wiring.step(); i++);
        wiring.kill();
        run(wiring);
        const replies = wiring.told.match(/\$\d+\r\n\d+\r\n|-ERR [^\r]*\r\n/g) ?? [];
        expect(replies.join('')).toBe(wiring.told);
        const good = replies.filter((reply) => reply.startsWith('$'));
        expect(good).toEqual(Array.from(good, (_, i) => `$${String(i).length}\r\n${i}\r\n`));
        // those that were read before the end; a connection that never stood says so once where none was
        expect(replies.length).toBe(Math.max(wiring.client.counts.replies, Math.min(1, replies.length)));
        expect(wiring.client.counts.commands).toBe(wiring.client.counts.replies);
        expect(wiring.client.over).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('gives a client of Petrel one REPLY to each COMMAND, whatever it asks', () => {
    const arg = fc.oneof(fc.string({ maxLength: 5 }), fc.uint8Array({ maxLength: 5, max: 0x7f }), fc.nat(), fc.constant(null));
    const verb = fc.constantFrom('ECHO', 'PING', 'SYNC', 'PSYNC', 'REPLCONF', 'MONITOR', 'CLIENT', 'SUBSCRIBE', 'UNSUBSCRIBE', 'RESP', 'MULTI', 'EXEC', 'GET', 'RESET', 'HELLO');
    const args = fc.oneof(fc.array(arg, { maxLength: 3 }), fc.constantFrom(['REPLY', 'OFF'], ['REPLY', 'SKIP'], ['3'], [[]], ['PING'], [''], ['SYNC'], ['a "b'], [['PING']]));
    fc.assert(
      fc.property(fc.array(fc.tuple(verb, args), { maxLength: 20 }), fc.boolean(), (asked, dies) => {
        const half = new ServerHalf({}, 0);
        const redis = new Miniature();
        half.fromLink(encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] }), 0);
        half.connected(0);
        asked.forEach(([each, given], i) => half.fromLink(encodeFrame({ kind: 'COMMAND', id: 2 * i + 1, verb: each, args: given }), 0));
        redis.feed(Uint8Array.from(half.takeResp()));
        if (dies) half.fromRespEnd(0, 'ECONNRESET');
        else half.fromResp(Uint8Array.from(Buffer.from(redis.out)), 0);
        const frames = decodeFrames(half.takeLink());
        const ids = frames.filter(({ kind }) => kind === 'REPLY').map((frame) => (frame as { id: number }).id);
        expect(ids).toEqual(asked.map((_, i) => 2 * i + 1));
      }),
      { numRuns: 300 },
    );
  }); // prettier-ignore

  it('ends a link whose other half says nothing, after a PING', () => {
    const half = new ClientHalf({ pingAfter: 10, deadAfter: 30 }, 0);
    half.takeLink();
    half.fromLink(encodeFrame({ kind: 'HELLO', form: 'answer', version: 1 }), 5);
    half.fromResp(Buffer.from('PING\r\n'), 5);
    expect(decodeFrames(half.takeLink()).map(({ kind }) => kind)).toEqual(['COMMAND']);
    expect(half.deadline).toBe(15);
    half.tick(15);
    expect(decodeFrames(half.takeLink())).toMatchObject([{ kind: 'PING' }]);
    half.tick(35);
    expect(half.linkEnds).toBe(true);
    expect(Buffer.from(half.takeResp()).toString()).toMatch(/^-ERR .* silent\); whether this command ran is not known\r\n$/);
    expect(half.over).toBe(true);
  }); // prettier-ignore

  it('asks for its first link where it has none, and takes nobody for late before', () => {
    const half = new ClientHalf({ pingAfter: 10, deadAfter: 30 }, 0, false);
    expect([half.dials(0), half.dials(0), half.deadline]).toEqual([true, false, Infinity]);
    half.fromResp(Buffer.from('PING\r\n'), 0);
    half.tick(100_000);
    expect([half.takeLink().length, half.over]).toEqual([0, false]);
    half.connectLink(100_000);
    expect(decodeFrames(half.takeLink())).toMatchObject([{ kind: 'HELLO', form: 'offer' }]);
    expect(half.deadline).toBeGreaterThan(100_000);
    half.tick(100_030);
    expect([half.linkEnds, half.over]).toEqual([true, true]);
  });

  it('says so where its first link does not stand', () => {
    const half = new ClientHalf({ to: 'there' }, 0, false);
    expect(half.dials(0)).toBe(true);
    half.linkRefused('ECONNREFUSED', 5);
    expect(Buffer.from(half.takeResp()).toString()).toBe(
      "-ERR petrel bridge: can't reach the other half there (ECONNREFUSED)\r\n",
    );
    expect([half.over, half.deadline]).toEqual([true, Infinity]);
  });

  it('holds no more replies than it may', () => {
    const half = new ClientHalf({ maxHeld: 100 }, 0);
    half.fromLink(encodeFrame({ kind: 'HELLO', form: 'answer', version: 1 }), 0);
    half.fromResp(Buffer.from('PING\r\n'.repeat(3)), 0);
    half.takeLink();
    half.fromLink(encodeFrame({ kind: 'REPLY', id: 2, value: 'x'.repeat(50) }), 0);
    half.fromLink(encodeFrame({ kind: 'REPLY', id: 3, value: 'x'.repeat(60) }), 0);
    expect(decodeFrames(half.takeLink())).toMatchObject([{ kind: 'CLOSE', code: 2 }]);
  });

  it('refuses options out of range', () => {
    expect(() => new ClientHalf({ maxPending: 0 })).toThrow(
      'maxPending must be a whole number from 1 on, not 0',
    );
    expect(() => new ServerHalf({ limits: { maxDepth: 2000 } })).toThrow('maxDepth');
  });

  it('names who subscribed to too much', () => {
    const half = new ServerHalf({ maxSubscriptions: 2 }, 0);
    half.fromLink(encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] }), 0);
    half.connected(0);
    half.fromLink(encodeFrame({ kind: 'COMMAND', id: 1, verb: 'SUBSCRIBE', args: ['a', 'b', 'c'] }), 0);
    expect(Buffer.from(half.takeResp()).toString()).toBe('*1\r\n$6\r\nCLIENT\r\n');
    half.fromResp(Buffer.from("-ERR wrong number of arguments for 'client' command\r\n"), 0);
    const [, reply] = decodeFrames(half.takeLink());
    expect(reply).toMatchObject({
      id: 1,
      value: new Tagged(2, 'ERR more than 2 subscriptions on one connection'),
    });
  });
});
