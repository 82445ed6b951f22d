/** What is tried with `ioredis`: commands that belong together, and messages. */
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { LIBRARY, LUA } from '../data.ts';
import { failure } from '../outcome.ts';
import type { Trial } from '../trial.ts';
import { events, untilBlocked, using } from './client.ts';

export const FLOWS: readonly Trial[] = [
  {
    what: 'a pipeline of 10,000 commands',
    expected: [10_000, 10_000, undefined],
    run: using(async (redis) => {
      const pipeline = redis.pipeline();
      for (let i = 0; i < 10_000; i++) pipeline.incr('n');
      const replies = (await pipeline.exec())!;
      const wrong = replies.find(([error, n], i) => error !== null || n !== i + 1);
      return [replies.length, Number(await redis.get('n')), wrong];
    }),
  },
  {
    what: 'commands at once, without waiting, and autopipelining',
    expected: [4999 * 2500, 4999 * 2500],
    run: using(async (_redis, open) => {
      const sums: number[] = [];
      for (const enableAutoPipelining of [false, true]) {
        const redis = open({ enableAutoPipelining });
        const echoes = await Promise.all(Array.from({ length: 5000 }, (_, i) => redis.echo(String(i))));
        sums.push(echoes.reduce((sum, text, i) => sum + (Number(text) === i ? i : NaN), 0));
      }
      return sums;
    }),
  },
  {
    what: 'transactions, also refused and discarded ones',
    expected: [
      [[null, 'OK'], [null, 2]],
      expect.stringContaining('EXECABORT'),
      [expect.stringContaining('WRONGTYPE'), 'OK'],
      null,
      'OK',
    ],
    run: using(async (redis, open) => {
      const other = open();
      const done = await redis.multi().set('n', 1).incr('n').exec();
      const refused = await failure(redis.multi().call('NOPE').exec());
      const failed = (await redis.multi().lpush('n', 1).set('m', 1).exec())!;
      await redis.watch('n');
      await other.set('n', 5);
      const watched = await redis.multi().incr('n').exec();
      await redis.multi({ pipeline: false });
      return [done, refused, [failed[0]![0]!.message, failed[1]![1]], watched, await redis.discard()];
    }),
  }, // prettier-ignore
  {
    what: 'messages: SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE',
    expected: [2, 3, 1, [['a', '1'], ['b', 'é']], [['n*', 'news', '2']], [['shard', '3']], [1, 0, 0], 'v'],
    run: using(async (redis, open) => {
      const other = open();
      const counts = [await redis.subscribe('a', 'b'), await redis.psubscribe('n*'), await redis.ssubscribe('shard')];
      const messages = await events(redis, 'message', 2, async () => {
        await other.publish('a', '1');
        await other.publish('b', 'é');
      });
      const matched = await events(redis, 'pmessage', 1, () => other.publish('news', '2'));
      const sharded = await events(redis, 'smessage', 1, () => other.spublish('shard', '3'));
      const left = [await redis.unsubscribe('a', 'b'), await redis.punsubscribe('n*'), await redis.sunsubscribe('shard')];
      await redis.set('k', 'v');
      return [...counts, messages, matched, sharded, left, await redis.get('k')];
    }),
  }, // prettier-ignore
  {
    what: 'MONITOR',
    expected: [['set', 'k', '\\xc3\\xa9'], ['get', 'k']],
    run: using(async (redis, open) => {
      const other = open();
      const monitor = await redis.monitor();
      const lines = await events(monitor, 'monitor', 2, () => Promise.all([other.set('k', 'é'), other.get('k')]));
      monitor.disconnect();
      return lines.map(([, args]) => args);
    }),
  }, // prettier-ignore
  {
    what: 'blocking commands, served and timed out',
    expected: [['queue', 'job'], null, ['queue', 'x', '1']],
    run: using(async (redis, open) => {
      const other = open();
      const blocked = redis.blpop('queue', 0);
      await other.rpush('queue', 'job');
      const served = await blocked;
      const late = await redis.blpop('queue', 0.05);
      const least = redis.bzpopmin('queue', 0);
      await other.zadd('queue', 1, 'x');
      return [served, late, await least];
    }),
  },
  {
    what: 'streams, and XREAD that waits for them',
    expected: ['1-1', [['s', [['1-1', ['f', 'v']]]]], [['s', [['2-1', ['f', 'w']]]]], 'OK', [['s', [['1-1', ['f', 'v']]]]], 1, null],
    run: using(async (redis, open) => {
      const other = open();
      const id = await redis.xadd('s', '1-1', 'f', 'v');
      const read = await redis.xread('STREAMS', 's', '0');
      const waiting = redis.xread('BLOCK', 0, 'STREAMS', 's', '$');
      await untilBlocked(other);
      await other.xadd('s', '2-1', 'f', 'w');
      const waited = await waiting;
      const group = await redis.xgroup('CREATE', 's', 'g', '0');
      const claimed = await redis.xreadgroup('GROUP', 'g', 'me', 'COUNT', 1, 'STREAMS', 's', '>');
      return [id, read, waited, group, claimed, await redis.xack('s', 'g', '1-1'), await redis.xread('BLOCK', 20, 'STREAMS', 's', '$')];
    }),
  }, // prettier-ignore
  {
    what: 'scripts and functions',
    expected: [['k', 'v', 1, 1], ['k', 'w', 1, 2], expect.stringMatching(/^[0-9a-f]{40}$/), ['k', 'x', 1, 3], 'l', ['x', 'y']],
    run: using(async (redis) => {
      redis.defineCommand('mine', { numberOfKeys: 1, lua: LUA });
      const mine = redis as Redis & { mine(key: string, argument: string): Promise<unknown> };
      // The first is EVALSHA, which is not known, and then EVAL.
      const results = [await mine.mine('k', 'v'), await mine.mine('k', 'w')];
      const sha = (await redis.script('LOAD', LUA)) as string;
      results.push(sha, await redis.evalsha(sha, 1, 'k', 'x'));
      return [...results, await redis.function('LOAD', LIBRARY), await redis.fcall('f', 0, 'x', 'y')];
    }),
  }, // prettier-ignore
  {
    what: 'SCAN, step by step',
    expected: [2000, 300],
    run: using(async (redis) => {
      await redis.mset(new Map(Array.from({ length: 2000 }, (_, i) => [`key:${i}`, i])));
      await redis.hset('h', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field:${i}`, 'x'.repeat(99)])));
      const found = new Set<string>();
      for await (const keys of redis.scanStream({ match: 'key:*', count: 100 })) for (const key of keys as string[]) found.add(key);
      let fields = 0;
      for await (const pairs of redis.hscanStream('h')) fields += (pairs as string[]).length / 2;
      return [found.size, fields];
    }),
  }, // prettier-ignore
];
