/**
 * Talks to a Redis server in RESP2 and RESP3, and carries all that both sides said through Petrel's values: it comes back
 * byte for byte, in any chunks. The commands are those of samples/redis-commands.txt, and flows that take two connections.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RespScanner, RespType, RespWriter } from '../src/resp/index.ts';
import { Tag, Tagged, type Value } from '../src/value/index.ts';
import { Conversation, startRedis } from './redis.ts';
import { isMissing, REDIS, type Started } from './servers.ts';
import { DEEPEST, framesToResp, readCommands, readReplies, respToFrames, toPetrel, toResp } from './resp.ts';

const SAMPLES = new URL('samples/redis-commands.txt', import.meta.url);

/** Words apart by spaces; in quotes, `\xff` and the like are bytes. */
function wordsOf(line: string): Buffer[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g)!;
  return words.map((word) =>
    Buffer.from(word.startsWith('"') ? unescaped(word.slice(1, -1)) : word, 'latin1'),
  );
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replace(/\\(?:x(..)|(.))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const commands = readFileSync(SAMPLES, 'utf8').trimEnd().split('\n').map(wordsOf);

/** Chunks of 1 to 2,000 bytes, the same ones each time. */
function* scattered(bytes: Uint8Array): Generator<Uint8Array> {
  let seed = 12_345;
  for (let i = 0; i < bytes.length;) {
    seed = (seed * 48_271) % 2_147_483_647;
    const size = 1 + (seed % (seed % 3 === 0 ? 2000 : 20));
    yield bytes.subarray(i, (i += size));
  }
}

const CHUNKINGS: readonly (readonly [string, (bytes: Uint8Array) => Iterable<Uint8Array>])[] = [
  ['whole', (bytes) => [bytes]],
  ['in one-byte chunks', (bytes) => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))],
  ['in random chunks', scattered],
];

function sameBytes(found: Uint8Array, expected: Uint8Array): void {
  // Not toEqual: to show megabytes that differ takes it minutes.
  expect(Buffer.compare(found, expected), `${found.length} of ${expected.length} bytes`).toBe(0);
}

/** What a push holds: RESP2 has arrays for them. */
function pushed(value: Value): Value[] {
  return (value instanceof Tagged ? value.value : value) as Value[];
}

const names = new Set<string>();

describe.skipIf(isMissing(REDIS))('a Redis server', () => {
  let redis: Started;
  const transcripts = new Map<string, { server: Uint8Array; client: Uint8Array }>();

  beforeAll(async () => {
    redis = await startRedis();
  }, 60_000);
  afterAll(() => redis.stop());

  /** Connects, talks, and keeps what was said under `name`. */
  async function converse(
    name: string,
    version: '2' | '3',
    talk: (main: Conversation) => Promise<void>,
  ): Promise<void> {
    const main = await Conversation.open(redis);
    await main.ask('HELLO', version);
    await talk(main);
    transcripts.set(`${name}, RESP${version}`, main.transcript);
  }

  describe.each(['2', '3'] as const)('speaks RESP%s', (version) => {
    it('in answers to every command of the sample', async () => {
      await converse('commands', version, async (main) => {
        const known = (await main.ask('COMMAND', 'LIST')) as string[];
        const list = new Set(known);
        for (const [verb, ...rest] of commands) {
          const reply = await main.ask(verb!, ...rest);
          expect(reply).toBeDefined();
          const whole = `${verb!.toString()}|${rest[0]?.toString() ?? ''}`.toLowerCase();
          names.add(list.has(whole) ? whole : verb!.toString().toLowerCase());
        }
        await main.close();
      });
    });

    it('in pushes and subscriptions', async () => {
      const other = await Conversation.open(redis);
      await converse('pub/sub', version, async (main) => {
        main.send(['SUBSCRIBE', 'news', 'm\xe9t\xe9o', new Uint8Array([0xff, 0])]);
        for (let i = 1; i <= 3; i++) expect(pushed(await main.next())).toHaveLength(3);
        main.send(['PSUBSCRIBE', 'n*']);
        expect(pushed(await main.next())[0]).toBe('psubscribe');
        main.send(['SSUBSCRIBE', 'shard']);
        expect(pushed(await main.next())[0]).toBe('ssubscribe');
        await other.ask('PUBLISH', 'news', 'hello');
        expect(pushed(await main.next())).toEqual(['message', 'news', 'hello']);
        expect(pushed(await main.next())).toEqual(['pmessage', 'n*', 'news', 'hello']);
        await other.ask('PUBLISH', new Uint8Array([0xff, 0]), new Uint8Array([1, 2, 0xfe]));
        expect(pushed(await main.next())[0]).toBe('message');
        await other.ask('SPUBLISH', 'shard', 'x');
        expect(pushed(await main.next())[0]).toBe('smessage');
        main.send(['PING', 'still there']);
        await main.next();
        for (const verb of ['UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE']) {
          main.send([verb]);
          for (let i = 0; i < (verb === 'UNSUBSCRIBE' ? 3 : 1); i++) expect(pushed(await main.next())[0]).toBe(verb.toLowerCase());
        }
        expect(await main.ask('PING')).toEqual(new Tagged(7, 1));
        await main.close();
      });
      await other.close();
    }); // prettier-ignore

    it('in transactions that something comes between', async () => {
      const other = await Conversation.open(redis);
      await converse('transactions', version, async (main) => {
        await main.ask('WATCH', 'watched');
        await other.ask('SET', 'watched', '1');
        await main.ask('MULTI');
        await main.ask('PING');
        expect(await main.ask('EXEC')).toEqual(version === '3' ? null : new Tagged(8, 1));
        await main.ask('MULTI');
        await main.ask('SUBSCRIBE', 'within');
        await main.ask('GET', 'p:1');
        main.send(['EXEC']);
        await main.next();
        // A reply that is no push says that all before it has come.
        main.send(['UNSUBSCRIBE']);
        await main.next();
        await main.ask('DEBUG', 'PROTOCOL', 'push');
        await main.ask('ECHO', 'the end');
        await main.close();
      });
      await other.close();
    });

    it('in what MONITOR shows', async () => {
      const other = await Conversation.open(redis);
      await converse('monitor', version, async (main) => {
        await main.ask('MONITOR');
        for (const word of ['plain', 'sp ace', '"quoted"', '\r\n', 'caf\xe9']) await other.ask('ECHO', Buffer.from(word, 'latin1'));
        for (let i = 0; i < 5; i++) expect((await main.next()) as Tagged).toBeInstanceOf(Tagged);
        await main.close();
      });
      await other.close();
    }); // prettier-ignore

    it('in silence, in pipelines and in inline commands', async () => {
      await converse('pipeline', version, async (main) => {
        main.send(['CLIENT', 'REPLY', 'SKIP']);
        main.send(['SET', 'unanswered', '1']);
        main.send(['CLIENT', 'REPLY', 'OFF']);
        main.send(['ECHO', 'unheard']);
        await main.ask('CLIENT', 'REPLY', 'ON');
        main.write(Buffer.from('PING\r\nECHO "in line"\nSET k "\\xff\\x00"\r\n'));
        for (let i = 0; i < 3; i++) await main.next();
        for (let i = 0; i < 200; i++) main.send(['INCR', 'counter']);
        for (let i = 1; i <= 200; i++) expect(await main.next()).toBe(i);
        const all = Uint8Array.from({ length: 1 << 18 }, (_, i) => i * 7 + (i >> 9));
        await main.ask('SET', 'large', all);
        expect(Buffer.compare((await main.ask('GET', 'large')) as Uint8Array, all)).toBe(0);
        main.send(['QUIT']);
        expect(await main.next()).toEqual(new Tagged(7, 0));
        await main.close('server');
      });
    });

    it('in the error before it hangs up', async () => {
      await converse('hanging up', version, async (main) => {
        main.write(Buffer.from('*1\r\n'));
        main.write(Buffer.from('$x\r\n'));
        expect(await main.next()).toEqual(new Tagged(Tag.ERROR, 'ERR Protocol error: invalid bulk length'));
        await main.close('server');
      });
    });
  });

  it('tells a client that tracks, in RESP3', async () => {
    const other = await Conversation.open(redis);
    await converse('tracking', '3', async (main) => {
      await main.ask('CLIENT', 'TRACKING', 'ON');
      await main.ask('SET', 'tracked', '1');
      await main.ask('GET', 'tracked');
      await other.ask('SET', 'tracked', '2');
      expect(await main.next()).toEqual(new Tagged(Tag.PUSH, ['invalidate', ['tracked']]));
      await main.ask('GET', 'tracked');
      await other.ask('FLUSHALL');
      expect(await main.next()).toEqual(new Tagged(Tag.PUSH, ['invalidate', null]));
      await main.ask('CLIENT', 'TRACKING', 'OFF');
      await main.ask('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'p:');
      await main.ask('SET', 'p:1', 'x');
      expect(await main.next()).toEqual(new Tagged(Tag.PUSH, ['invalidate', ['p:1']]));
      await main.close();
    });
    await other.close();
  });

  it('was asked at least 200 different commands', () => {
    expect(names.size).toBeGreaterThan(200);
  });

  describe('and what it said', () => {
    it('is of every type that Redis has', () => {
      const types = new Set<number>();
      for (const { server } of transcripts.values()) {
        const scanner = new RespScanner();
        scanner.feed(server);
        while (scanner.next()) types.add(scanner.type);
      }
      // Redis streams nothing, and writes every error as a line.
      const unsent: readonly number[] = [RespType.BulkError, RespType.Chunk, RespType.End];
      expect(types).toEqual(new Set(Object.values(RespType).filter((type) => !unsent.includes(type))));
    });

    it.each(CHUNKINGS)('comes back byte for byte, %s', (_how, chunksOf) => {
      for (const [name, { server }] of transcripts) {
        const { items, fault } = readReplies(chunksOf(server), { maxDepth: DEEPEST });
        expect([name, fault]).toEqual([name, undefined]);
        const petrel = items.map(toPetrel);
        sameBytes(toResp(petrel), server);
      }
    });

    it.each(CHUNKINGS)('comes back out of frames byte for byte, as what it was asked does, %s', (_how, chunksOf) => {
      const limits = { maxDepth: DEEPEST };
      for (const [name, { server, client }] of transcripts) {
        for (const [side, bytes] of [['server', server], ['client', client]] as const) {
          const { items, fault } = respToFrames(side, chunksOf(bytes), limits);
          const broken = side === 'client' && name.startsWith('hanging up');
          expect([name, side, fault?.code]).toEqual([name, side, broken ? 'RESP_NUMBER' : undefined]);
          const frames = Buffer.concat(items);
          const back = framesToResp(chunksOf(frames), limits);
          expect([name, side, back.fault]).toEqual([name, side, undefined]);
          // '*1' and what follows it is what the server hung up on
          sameBytes(back.bytes, broken ? bytes.subarray(0, bytes.length - '*1\r\n$x\r\n'.length) : bytes);
          expect(frames.length).toBeLessThan(bytes.length);
        }
      }
    }); // prettier-ignore

    it.each(CHUNKINGS)('as what it was asked does, %s', (_how, chunksOf) => {
      for (const [name, { client }] of transcripts) {
        const writer = new RespWriter();
        const { items, fault } = readCommands(chunksOf(client));
        // The one conversation that it hung up on broke off with what no reader takes.
        expect([name, fault?.code]).toEqual([name, name.startsWith('hanging up') ? 'RESP_NUMBER' : undefined]);
        for (const { parts, inline } of items) {
          if (inline) writer.inline(parts[0]!);
          else writer.command(parts);
        }
        const end = items.at(-1)!;
        sameBytes(writer.take(), client.subarray(0, end.offset + end.length));
      }
    }); // prettier-ignore
  });
});
