/** What is tried with `@redis/client`: arguments and replies. */
import { RESP_TYPES } from '@redis/client';
import { expect } from 'vitest';
import { EVERY_BYTE, KEY, MEGABYTE, sha1 } from '../data.ts';
import { failure } from '../outcome.ts';
import type { Trial } from '../trial.ts';
import { using } from './client.ts';

export const VALUES: readonly Trial[] = [
  {
    what: 'strings, integers, arrays, maps, sets, doubles, nulls',
    expected: ['OK', 'v', null, 2, '{"a":"1","b":"2"}', 1.5, ['only'], 3, ['1', '2', '3'], { maxmemory: '0' }, [{ value: 'x', score: 1.5 }]],
    run: using(async (client) => [
      await client.set('k', 'v'),
      await client.get('k'),
      await client.get('none'),
      await client.hSet('h', { a: 1, b: 2 }),
      JSON.stringify(await client.hGetAll('h')),
      (await client.zAdd('z', { score: 1.5, value: 'x' })) && (await client.zScore('z', 'x')),
      (await client.sAdd('s', 'only')) && (await client.sMembers('s')),
      await client.rPush('l', ['1', '2', '3']),
      await client.lRange('l', 0, -1),
      { ...(await client.configGet('maxmemory')) },
      await client.zRangeWithScores('z', 0, -1),
    ]),
  }, // prettier-ignore
  {
    what: 'the types of DEBUG PROTOCOL',
    protocols: [3],
    expected: [[0, 1, 2], '{"0":false,"1":true,"2":false}', [0, 1, 2], ['3.141'], 1_234_567_999_999_999_999_999_999_999_999_999_999n, null, [true, false], 'This is a verbatim\nstring', 'Some real reply following the push reply'],
    run: using(async (client) => {
      const ask = (type: string) => client.sendCommand(['DEBUG', 'PROTOCOL', type]);
      return [
        await ask('array'), JSON.stringify(await ask('map')), await ask('set'), [JSON.stringify(await ask('double'))], await ask('bignum'),
        await ask('null'), [await ask('true'), await ask('false')], await ask('verbatim'), await ask('push'),
      ];
    }),
  }, // prettier-ignore
  {
    what: 'binary values',
    expected: ['OK', true, true],
    run: using(async (client) => {
      const bytes = Buffer.from(EVERY_BYTE);
      const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
      const set = await client.set(bytes, bytes);
      const [key] = await binary.keys('*');
      return [set, bytes.equals(key!), bytes.equals((await binary.get(bytes))!)];
    }),
  },
  {
    what: 'unicode keys and values',
    expected: ['OK', '值 🗝', [KEY]],
    run: using(async (client) => [
      await client.set(KEY, '值 🗝'),
      await client.get(KEY),
      await client.keys('*'),
    ]),
  },
  {
    what: 'values of 1 MiB',
    expected: ['OK', 1_048_576, sha1(MEGABYTE)],
    run: using(async (client) => {
      const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
      const set = await client.set('large', Buffer.from(MEGABYTE));
      return [set, await client.strLen('large'), sha1((await binary.get('large'))!)];
    }),
  },
  {
    what: 'errors',
    expected: [expect.stringContaining('WRONGTYPE'), expect.stringContaining('wrong number of arguments')],
    run: using(async (client) => {
      await client.rPush('l', '1');
      return [await failure(client.incr('l')), await failure(client.sendCommand(['GET']))];
    }),
  },
  {
    what: 'a deep reply of 200 KB',
    expected: expect.stringMatching(/^\d+ [0-9a-f]{40}$/),
    run: using(async (client) => {
      const docs = await client.sendCommand(['COMMAND', 'DOCS']);
      // Its order is that of a hash table.
      const reply = Object.entries(docs as object).map((entry) => JSON.stringify(entry[1]));
      return `${reply.length} ${sha1(reply.toSorted().join('\n'))}`;
    }),
  },
];
