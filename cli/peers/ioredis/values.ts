/** What is tried with `ioredis`: arguments and replies. */
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { EVERY_BYTE, KEY, MEGABYTE, sha1 } from '../data.ts';
import { failure } from '../outcome.ts';
import type { Trial } from '../trial.ts';
import { using } from './client.ts';

export const VALUES: readonly Trial[] = [
  {
    what: 'strings, integers, arrays, maps, sets, doubles, nulls',
    expected: ['OK', 'v', null, 2, { a: '1', b: '2' }, '1.5', ['only'], 3, ['1', '2', '3']],
    run: using(async (redis) => [
      await redis.set('k', 'v'),
      await redis.get('k'),
      await redis.get('none'),
      await redis.hset('h', 'a', 1, 'b', 2),
      await redis.hgetall('h'),
      (await redis.zadd('z', 1.5, 'x')) && (await redis.zscore('z', 'x')),
      (await redis.sadd('s', 'only')) && (await redis.smembers('s')),
      await redis.rpush('l', 1, 2, 3),
      await redis.lrange('l', 0, -1),
    ]),
  },
  {
    what: 'maps and doubles as such (replyMapping)',
    protocols: [3],
    expected: [{ maxmemory: '0' }, 1.5, [['x', 1.5]], Infinity],
    run: using(async (_redis, _open, { port }) => {
      const redis = new Redis({ port, host: '127.0.0.1', replyMapping: 'resp3' });
      await redis.zadd('z', 1.5, 'x');
      const found: unknown[] = [await redis.config('GET', 'maxmemory'), await redis.zscore('z', 'x')];
      found.push(
        await redis.zrange('z', '0', '-1', 'WITHSCORES'),
        await redis.call('ZINCRBY', 'z', 'inf', 'x'),
      );
      redis.disconnect();
      return found;
    }),
  },
  {
    what: 'binary values',
    expected: ['OK', true, true],
    run: using(async (redis) => {
      const set = await redis.set(Buffer.from(EVERY_BYTE), Buffer.from(EVERY_BYTE));
      const [key] = await redis.callBuffer('KEYS', '*') as Buffer[];
      return [set, key!.equals(EVERY_BYTE), (await redis.getBuffer(key!))!.equals(EVERY_BYTE)];
    }),
  }, // prettier-ignore
  {
    what: 'unicode keys and values',
    expected: ['OK', '值 🗝', [KEY]],
    run: using(async (redis) => [await redis.set(KEY, '值 🗝'), await redis.get(KEY), await redis.keys('*')]),
  },
  {
    what: 'values of 1 MiB',
    expected: ['OK', 1_048_576, sha1(MEGABYTE)],
    run: using(async (redis) => [
      await redis.set('large', Buffer.from(MEGABYTE)),
      await redis.strlen('large'),
      sha1((await redis.getBuffer('large'))!),
    ]),
  },
  {
    what: 'errors',
    expected: [expect.stringContaining('WRONGTYPE'), expect.stringContaining('wrong number of arguments')],
    run: using(async (redis) => {
      await redis.rpush('l', 1);
      return [await failure(redis.incr('l')), await failure(redis.call('GET'))];
    }),
  },
  {
    what: 'a deep reply of 200 KB',
    expected: expect.stringMatching(/^\d+ [0-9a-f]{40}$/),
    run: using(async (redis) => {
      // Its order is that of a hash table.
      const reply = ((await redis.call('COMMAND', 'DOCS')) as unknown[]).map((part) => JSON.stringify(part));
      return `${reply.length} ${sha1(reply.toSorted().join('\n'))}`;
    }),
  },
];
