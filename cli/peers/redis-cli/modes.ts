/** What is tried with `redis-cli`: connections, transactions, messages, and the modes that it has of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { LIBRARY } from '../data.ts';
import { redisCli, script, typed } from '../process.ts';
import type { Endpoint, Trial } from '../trial.ts';

const SCRIPT = 'return { KEYS[1], ARGV[1], 1, { ok = "fine" }, redis.call("INCR", "n") }';

/** Runs `use` in a folder that holds the script as a file. */
async function withFile<T>(use: (script: string, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-peers-'));
  const path = join(folder, 'script.lua');
  writeFileSync(path, SCRIPT);
  try {
    return await use(path, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A subscriber's output, which ends with a message of each channel; `verb` publishes them. */
async function subscribed(at: Endpoint, command: string[], channels: string[], verb: string): Promise<string> {
  const { out } = await redisCli(at, ['--csv', ...command], {
    // In RESP2's modes as in RESP3's, the last subscription's confirmation holds how many there are.
    once: [`,${command.length - 1}\n`, () => Promise.all(channels.map((name) => typed(at, verb, name, `to ${name}`)))],
    until: new RegExp(channels.map((name) => `(?=[^]*"to ${name}"\n)`).join('')),
  });
  const lines = out.trimEnd().split('\n').filter((line) => !line.startsWith('Reading'));
  return lines.toSorted().join('\n');
} // prettier-ignore

async function keys(at: Endpoint): Promise<void> {
  const strings = Array.from({ length: 1000 }, (_, i) => `SET key:${i} ${'x'.repeat(1 + (i % 50))}`);
  const others = [
    'RPUSH list a b c',
    'HSET hash f v',
    'SADD set m n',
    'ZADD sorted 1 m',
    'XADD stream * f v',
  ];
  await redisCli(at, ['--pipe'], { input: `${[...strings, ...others].join('\r\n')}\r\n` });
}

const summary = (out: string): string[] => {
  const [, after] = out.split('-------- summary -------');
  return (after ?? out).split('\n').filter((line) => line !== '').toSorted();
}; // prettier-ignore

const lastLine = (out: string): string => out.trimEnd().split('\n').at(-1)!;

export const MODES: readonly Trial[] = [
  {
    what: 'repeats, databases, URIs (-r, -i, -n, -u)',
    expected: ['(integer) 1\n(integer) 2\n(integer) 3\n', 'OK\n', '(integer) 1\n', '(integer) 1\n'],
    run: async (at) => [
      await typed(at, '-r', '3', '-i', '0.01', 'INCR', 'n'),
      await typed(at, '-n', '5', 'SET', 'k', 'v'),
      await typed(at, '-u', `redis://127.0.0.1:${at.port}/5`, 'DBSIZE'),
      await typed(at, 'DBSIZE'),
    ],
  },
  {
    what: 'passwords, right and wrong',
    expected: ['OK\n', '"ann"\n', '"ann"\n', expect.stringContaining('WRONGPASS')],
    run: async (at) => [
      await typed(at, 'ACL', 'SETUSER', 'ann', 'on', '>secret', '~*', '+@all'),
      await typed(at, '--no-auth-warning', '--user', 'ann', '-a', 'secret', 'ACL', 'WHOAMI'),
      await typed(
        at,
        '--no-auth-warning',
        '-u',
        `redis://ann:secret@127.0.0.1:${at.port}/3`,
        'ACL',
        'WHOAMI',
      ),
      await typed(at, '--no-auth-warning', '--user', 'ann', '-a', 'wrong', 'PING'),
    ],
  },
  {
    what: 'transactions, also refused and discarded ones',
    expected: [
      'OK/QUEUED/QUEUED/1) OK/2) (error) ERR value is not an integer or out of range',
      "OK/(error) ERR unknown command 'NOPE', with args beginning with: ",
      '(error) EXECABORT Transaction discarded because of previous errors./OK/QUEUED/OK/"x"',
    ].join('/'),
    run: async (at) => {
      const tried = await script(at, ['MULTI', 'SET a x', 'INCR a', 'EXEC', 'MULTI', 'NOPE', 'EXEC']);
      const discarded = await script(at, ['MULTI', 'SET a y', 'DISCARD', 'GET a']);
      return [...tried, ...discarded].filter((line) => line !== '').join('/');
    },
  },
  {
    what: 'messages: SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE',
    expected: [
      '"message","a","to a"\n"message","b","to b"\n"subscribe","a",1\n"subscribe","b",2',
      '"pmessage","n*","news","to news"\n"psubscribe","n*",1',
      '"smessage","shard","to shard"\n"ssubscribe","shard",1',
    ],
    run: async (at) => [
      await subscribed(at, ['SUBSCRIBE', 'a', 'b'], ['a', 'b'], 'PUBLISH'),
      await subscribed(at, ['PSUBSCRIBE', 'n*'], ['news'], 'PUBLISH'),
      await subscribed(at, ['SSUBSCRIBE', 'shard'], ['shard'], 'SPUBLISH'),
    ],
  },
  {
    what: 'MONITOR',
    expected: ['OK', 'TIME [0 ADDRESS] "SET" "a b" "\\xc3\\xbf\\r\\n"', 'TIME [0 lua] "INCR" "n"'],
    run: async (at) => {
      const { out } = await redisCli(at, ['MONITOR'], {
        once: ['OK\n', () => typed(at, 'SET', 'a b', 'ÿ\r\n').then(() => typed(at, 'EVAL', SCRIPT, '1', 'k', 'v'))],
        until: /"INCR" "n"\n/,
      });
      const lines = out.trimEnd().split('\n').filter((line) => !/"(?:HELLO|EVAL)"/i.test(line));
      return lines.map((line) => line.replace(/^[\d.]+ /, 'TIME ').replace(/127.0.0.1:\d+/, 'ADDRESS'));
    },
  }, // prettier-ignore
  {
    what: 'pushes of client tracking',
    protocols: [3],
    expected: ['OK', '(nil)', 'OK', "-> invalidate: 'k'", 'PONG'],
    run: (at) => script(at, ['CLIENT TRACKING ON', 'GET k', 'SET k 1', 'PING'], '--show-pushes', 'yes'),
  },
  {
    what: 'blocking commands, served and timed out',
    expected: ['1) "queue"\n2) "job"\n', '(nil)\n'],
    run: async (at) => {
      const blocked = typed(at, 'BLPOP', 'queue', '0');
      while ((await typed(at, 'INFO', 'clients')).includes('blocked_clients:0'));
      await typed(at, 'RPUSH', 'queue', 'job');
      return [await blocked, await typed(at, 'BLPOP', 'queue', '0.05')];
    },
  },
  {
    what: 'scripts and functions',
    expected: ['1) "k"\n2) "v"\n3) (integer) 1\n4) fine\n5) (integer) 1\n', '"l"\n', '1) "x"\n2) "y"\n'],
    run: async (at) => [
      await withFile((path) => typed(at, '--eval', path, 'k', ',', 'v')),
      await typed(at, 'FUNCTION', 'LOAD', LIBRARY),
      await typed(at, 'FCALL', 'f', '0', 'x', 'y'),
    ],
  },
  {
    what: '--pipe, 10,000 commands',
    expected: [0, 'errors: 0, replies: 10000', '(integer) 10000\n', 1, 'errors: 1, replies: 3'],
    run: async (at) => {
      const many = Array.from({ length: 10_000 }, (_, i) => `SET key:${i} value:${i}\r\n`).join('');
      const good = await redisCli(at, ['--pipe'], { input: many });
      const size = await typed(at, 'DBSIZE');
      const bad = await redisCli(at, ['--pipe'], { input: 'SET a x\r\nINCR a\r\nGET a\r\n' });
      return [good.code, lastLine(good.out), size, bad.code, lastLine(bad.out)];
    },
  },
  {
    what: '--scan',
    expected: [1000, 'key:0', 'key:999'],
    run: async (at) => {
      await keys(at);
      const { out } = await redisCli(at, ['--scan', '--pattern', 'key:*']);
      const names = out.trimEnd().split('\n').toSorted();
      return [new Set(names).size, names[0], names.at(-1)];
    },
  },
  ...['--bigkeys', '--memkeys'].map((mode): Trial => {
    return {
      what: mode,
      expected: expect.arrayContaining(['Sampled 1005 keys in the keyspace!']),
      run: async (at) => {
        await keys(at);
        // Which of the largest strings is found first is up to the hash table.
        return summary((await redisCli(at, [mode])).out).filter((line) => !line.startsWith('Biggest string'));
      },
    };
  }),
  {
    what: '--hotkeys',
    expected: ['Sampled 1 keys in the keyspace!', 'hot key found with counter: N\tkeyname: "a"'],
    run: async (at) => {
      await script(at, ['CONFIG SET maxmemory-policy allkeys-lfu', 'SET a 1', 'GET a']);
      const { out } = await redisCli(at, ['--hotkeys']);
      await typed(at, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      return summary(out).map((line) => line.replace(/counter: \d+/, 'counter: N'));
    },
  },
  {
    what: '--latency',
    expected: true,
    run: async (at) => {
      const { out } = await redisCli(at, ['--csv', '--latency', '-i', '0.1']);
      return /^\d+,\d+,[\d.]+,\d+\n$/.test(out);
    },
  },
  {
    what: 'the data over replication (--rdb, --replica)',
    protocols: [2],
    expected: [0, true],
    bridged: { outcome: 'refused', gives: [1, false] },
    run: async (at) => {
      await typed(at, 'CONFIG', 'SET', 'repl-diskless-sync-delay', '0');
      return withFile(async (_script, folder) => {
        const { code } = await redisCli(at, ['--rdb', join(folder, 'dump.rdb')]);
        const { err } = await redisCli(at, ['--replica'], { until: /SYNC done/ });
        return [code, err.includes('SYNC done')];
      });
    },
  },
  {
    what: "Lua's debugger (--ldb)",
    protocols: [2],
    expected: expect.stringMatching(
      /Stopped at 1[^]*Debug session step[^]*1\) "k"[^]*session ended[^]*\(nil\)/,
    ),
    run: (at) =>
      withFile(async (path) => {
        const input = 'print debug\nredis echo "Debug session step"\nstep\nGET none\n';
        return (await redisCli(at, ['--ldb', '--eval', path, 'k', ',', 'v'], { input })).out;
      }),
  },
];
