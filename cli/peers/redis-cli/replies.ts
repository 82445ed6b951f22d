/** What is tried with `redis-cli`: arguments and replies, in each of its forms. */
import { expect } from 'vitest';
import { EVERY_BYTE, KEY, LARGE, sha1 } from '../data.ts';
import { redisCli, script, typed } from '../process.ts';
import type { Endpoint, Trial } from '../trial.ts';

const WRITE = ['HSET h a 1 b 2', 'ZADD z 1.5 x', 'SADD s only', 'RPUSH l 1 2'];
const READ = ['HGETALL h', 'ZSCORE z x', 'SMEMBERS s', 'LRANGE l 0 -1', 'GET none', 'CONFIG GET maxmemory'];
const WRITTEN = '(integer) 2/(integer) 1/(integer) 1/(integer) 2';

const TYPES = ['array', 'map', 'set', 'double', 'null', 'true', 'false', 'verbatim', 'string', 'integer'];

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString();

export const REPLIES: readonly Trial[] = [
  {
    what: 'strings, integers, arrays, maps, sets, doubles, nulls',
    protocols: [2],
    expected: `${WRITTEN}/1) "a"/2) "1"/3) "b"/4) "2"/"1.5"/1) "only"/1) "1"/2) "2"/(nil)/1) "maxmemory"/2) "0"`,
    run: async (at) => (await script(at, [...WRITE, ...READ])).join('/'),
  },
  {
    what: 'strings, integers, arrays, maps, sets, doubles, nulls',
    protocols: [3],
    expected: `${WRITTEN}/1# "a" => "1"/2# "b" => "2"/(double) 1.5/1~ "only"/1) "1"/2) "2"/(nil)/1# "maxmemory" => "0"`,
    run: async (at) => (await script(at, [...WRITE, ...READ])).join('/'),
  },
  {
    what: 'the types of DEBUG PROTOCOL',
    expected: expect.arrayContaining(['(nil)', '"Hello World"', '(integer) 12345']),
    run: (at) => script(at, TYPES.map((type) => `DEBUG PROTOCOL ${type}`)),
  }, // prettier-ignore
  {
    what: 'a deep reply of 200 KB',
    expected: expect.stringContaining('zunionstore'),
    // Its order is that of a hash table, which changes now and then.
    run: async (at) => (await redisCli(at, ['COMMAND', 'DOCS'])).out.split('\n').toSorted().join('\n'),
  },
  {
    what: 'HELLO, which switches the protocol, and RESET',
    expected: expect.arrayContaining(['1# "a" => "1"', '1) "a"', 'RESET']),
    run: async (at) => {
      const lines = ['HSET h a 1', 'HELLO 3', 'HGETALL h', 'HELLO 2', 'HGETALL h', 'RESET', 'HGETALL h'];
      return (await script(at, lines)).filter((line) => !line.includes('(integer)'));
    },
  },
  {
    what: 'errors',
    expected: [
      [1, "ERR unknown command 'NOPE', with args beginning with:"],
      [1, "ERR wrong number of arguments for 'get' command"],
      [0, '(error) WRONGTYPE Operation against a key holding the wrong kind of value'],
    ],
    run: async (at) => {
      await typed(at, 'RPUSH', 'l', '1');
      const calls = [['-e', 'NOPE'], ['-e', 'GET'], ['--no-raw', 'INCR', 'l']].map((args) => redisCli(at, args));
      return (await Promise.all(calls)).map(({ code, out, err }) => [code, (err + out).trim()]);
    },
  }, // prettier-ignore
  {
    what: 'binary values',
    expected: ['OK\n', 'OK\n', sha1(EVERY_BYTE), sha1(EVERY_BYTE)],
    run: async (at) => {
      const last = await redisCli(at, ['-x', 'SET', 'last'], { input: EVERY_BYTE });
      const tagged = await redisCli(at, ['-X', 'tag', 'SET', 'tagged', 'tag'], { input: EVERY_BYTE });
      const got = await Promise.all(['last', 'tagged'].map((key) => redisCli(at, ['--raw', 'GET', key])));
      return [last.out, tagged.out, ...got.map(({ out }) => sha1(Buffer.from(out.slice(0, -1), 'latin1')))];
    },
  },
  {
    what: 'binary keys',
    expected: ['OK\n', '1) "\\x00\\xff"\n'],
    run: async (at) => [
      await typed(at, '--quoted-input', 'SET', '"\\x00\\xff"', '"\\xfe"'),
      await typed(at, 'KEYS', '*'),
    ],
  },
  {
    what: 'unicode keys and values',
    expected: ['OK\n', '值 🗝\n'],
    run: async (at) => [
      await typed(at, 'SET', KEY, '值 🗝'),
      utf8((await redisCli(at, ['--raw', 'GET', KEY])).out),
    ],
  },
  {
    what: 'values of 8 MiB',
    expected: ['OK\n', '(integer) 8388608\n', sha1(LARGE)],
    run: async (at) => {
      const { out: set } = await redisCli(at, ['-x', 'SET', 'large'], { input: LARGE });
      const { out } = await redisCli(at, ['--raw', 'GET', 'large']);
      return [set, await typed(at, 'STRLEN', 'large'), sha1(Buffer.from(out.slice(0, -1), 'latin1'))];
    },
  },
  {
    what: '--csv and --json',
    protocols: [2],
    expected: ['"a","1"\n', '["a","1"]\n'],
    run: inFormats,
  },
  {
    what: '--csv and --json',
    protocols: [3],
    expected: ['"a","1"\n', '{"a":"1"}\n'],
    run: inFormats,
  },
];

async function inFormats(at: Endpoint): Promise<string[]> {
  await typed(at, 'HSET', 'h', 'a', '1');
  const printed = ['--csv', '--json'].map((format) => redisCli(at, [format, 'HGETALL', 'h']));
  return (await Promise.all(printed)).map(({ out }) => out);
}
