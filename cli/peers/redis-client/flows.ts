/** What is tried with `@redis/client`: commands that belong together, and messages. */
import { BasicClientSideCache, type MultiErrorReply } from '@redis/client';
import { expect } from 'vitest';
import { LIBRARY, LUA } from '../data.ts';
import { collector, failure } from '../outcome.ts';
import type { Trial } from '../trial.ts';
import { untilBlocked, using } from './client.ts';

/** The replies of a transaction, of which some are errors. */
const repliesOf = (error: MultiErrorReply): unknown => error.replies;

export const FLOWS: readonly Trial[] = [
  {
    what: 'a pipeline of 10,000 commands',
    expected: [10_000, '10000', true],
    run: using(async (client) => {
      const pipeline = client.multi();
      for (let i = 0; i < 10_000; i++) pipeline.incr('n');
      const replies = (await pipeline.execAsPipeline()) as unknown as number[];
      return [replies.length, await client.get('n'), replies.every((n, i) => n === i + 1)];
    }),
  },
  {
    what: 'commands at once, without waiting, and autopipelining',
    expected: 4999 * 2500,
    run: using(async (client) => {
      const echoes = await Promise.all(Array.from({ length: 5000 }, (_, i) => client.echo(String(i))));
      return echoes.reduce((sum, text, i) => sum + (Number(text) === i ? i : Number.NaN), 0);
    }),
  },
  {
    what: 'transactions, also refused and discarded ones',
    expected: [['OK', 2], expect.stringContaining('unknown command'), [expect.stringContaining('WRONGTYPE'), 'OK'], expect.stringContaining('watched')],
    run: using(async (client, open) => {
      const other = await open();
      const done = await client.multi().set('n', 1).incr('n').exec();
      const refused = await failure(client.multi().addCommand(['NOPE']).exec());
      const [failed, set] = (await client.multi().lPush('n', '1').set('m', 1).exec().catch(repliesOf)) as [Error, string];
      await client.watch('n');
      await other.set('n', 5);
      return [done, refused, [failed.message, set], await failure(client.multi().incr('n').exec())];
    }),
  }, // prettier-ignore
  {
    what: 'messages: SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE',
    expected: [[['1', 'a'], ['é', 'b'], ['2', 'news'], ['3', 'shard']], 'v'],
    run: using(async (client, open) => {
      const other = await open();
      const { listener, all } = collector(4);
      await client.subscribe(['a', 'b'], listener);
      await client.pSubscribe('n*', listener);
      await client.sSubscribe('shard', listener);
      await other.publish('a', '1');
      await other.publish('b', 'é');
      await other.publish('news', '2');
      await other.sPublish('shard', '3');
      const messages = await all;
      await client.unsubscribe();
      await client.pUnsubscribe();
      await client.sUnsubscribe('shard');
      await client.set('k', 'v');
      return [messages, String(await client.get('k'))];
    }),
  }, // prettier-ignore
  {
    what: 'MONITOR',
    expected: ['"SET" "k" "\\xc3\\xa9"', '"GET" "k"'],
    run: using(async (client, open) => {
      const other = await open();
      const { listener, all } = collector(2);
      await client.monitor(listener);
      await other.set('k', 'é');
      await other.get('k');
      return (await all).map(([line]) => String(line).replace(/^.*?\] /, ''));
    }),
  },
  {
    what: 'blocking commands, served and timed out',
    expected: ['{"key":"queue","element":"job"}', null, '{"key":"queue","value":"x","score":1}'],
    run: using(async (client, open) => {
      const other = await open();
      const blocked = client.blPop('queue', 0);
      await other.rPush('queue', 'job');
      const served = JSON.stringify(await blocked);
      const late = await client.blPop('queue', 0.05);
      const least = client.bzPopMin('queue', 0);
      await other.zAdd('queue', { score: 1, value: 'x' });
      return [served, late, JSON.stringify(await least)];
    }),
  },
  {
    what: 'streams, and XREAD that waits for them',
    expected: ['1-1', '[{"name":"s","messages":[{"id":"1-1","message":{"f":"v"}}]}]', '[{"name":"s","messages":[{"id":"2-1","message":{"f":"w"}}]}]', 'OK', '[{"name":"s","messages":[{"id":"1-1","message":{"f":"v"}}]}]', 1, null],
    run: using(async (client, open) => {
      const other = await open();
      const id = await client.xAdd('s', '1-1', { f: 'v' });
      const read = JSON.stringify(await client.xRead({ key: 's', id: '0' }));
      const waiting = client.xRead({ key: 's', id: '$' }, { BLOCK: 0 });
      await untilBlocked(other);
      await other.xAdd('s', '2-1', { f: 'w' });
      const waited = JSON.stringify(await waiting);
      const group = await client.xGroupCreate('s', 'g', '0');
      const claimed = JSON.stringify(await client.xReadGroup('g', 'me', { key: 's', id: '>' }, { COUNT: 1 }));
      const acknowledged = await client.xAck('s', 'g', '1-1');
      return [id, read, waited, group, claimed, acknowledged, await client.xRead({ key: 's', id: '$' }, { BLOCK: 20 })];
    }),
  }, // prettier-ignore
  {
    what: 'scripts and functions',
    expected: [['k', 'v', 1, 1], ['k', 'w', 1, 2], ['k', 'x', 1, 3], 'l', ['x', 'y']],
    run: using(async (client) => {
      // The first is EVALSHA, which is not known, and then EVAL.
      const results: unknown[] = [await client.mine('k', 'v'), await client.mine('k', 'w')];
      const sha = await client.scriptLoad(LUA);
      results.push(await client.evalSha(sha, { keys: ['k'], arguments: ['x'] }));
      results.push(await client.functionLoad(LIBRARY));
      return [...results, await client.fCall('f', { arguments: ['x', 'y'] })];
    }),
  },
  {
    what: 'SCAN, step by step',
    expected: [2000, 300],
    run: using(async (client) => {
      await client.mSet(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key:${i}`, String(i)])));
      await client.hSet('h', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field:${i}`, 'x'.repeat(99)])));
      const found = new Set<string>();
      for await (const keys of client.scanIterator({ MATCH: 'key:*', COUNT: 100 })) for (const key of keys) found.add(key);
      let fields = 0;
      for await (const pairs of client.hScanIterator('h')) fields += pairs.length;
      return [found.size, fields];
    }),
  }, // prettier-ignore
  {
    what: 'a cache at the client, which pushes empty',
    protocols: [3],
    expected: ['1', '1', 1, '2', null],
    run: using(async (client, open) => {
      const clientSideCache = new BasicClientSideCache({ ttl: 0, maxEntries: 100, evictPolicy: 'LRU' });
      const caching = await open({ clientSideCache });
      /** What is there once a push has said that it is no longer this. */
      const insteadOf = async (stale: string): Promise<string | null> => {
        for (;;) {
          const found = await caching.get('k');
          if (found !== stale) return found;
          await caching.ping();
        }
      };
      await client.set('k', 1);
      const twice = [await caching.get('k'), await caching.get('k')];
      const hits = clientSideCache.stats().hitCount;
      await client.set('k', 2);
      const fresh = await insteadOf('1');
      await client.flushAll();
      return [...twice, hits, fresh, await insteadOf('2')];
    }),
  },
];
