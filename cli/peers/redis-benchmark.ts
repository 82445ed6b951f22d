/** What is tried with `redis-benchmark`: that it runs to its end and finds no error. How fast, bench/bridge.ts says. */
import { run } from './process.ts';
import type { Endpoint, Trial } from './trial.ts';

/** The exit code, the tests that ran, and whether it said of an error. */
async function benchmark({ port, protocol }: Endpoint, ...args: string[]): Promise<unknown> {
  const version = protocol === 3 ? ['-3'] : [];
  const flags = ['-p', String(port), ...version, '--csv', ...args];
  const { code, out, err } = await run('redis-benchmark', flags);
  const tests = out.trimEnd().split('\n').slice(1).map((line) => line.split(',')[0]!.replaceAll('"', ''));
  return [code, tests.length, tests[0], tests.at(-1), /error/i.test(out + err)];
} // prettier-ignore

/** So many commands; 50 times as many where `PEERS_LONG` is set. */
function count(commands: number): string {
  return String(process.env['PEERS_LONG'] === undefined ? commands : 50 * commands);
}

export const TRIALS: readonly Trial[] = [
  {
    what: 'all tests of redis-benchmark (-P 16)',
    expected: [0, 20, 'PING_INLINE', 'MSET (10 keys)', false],
    run: (at) => benchmark(at, '-n', count(160), '-c', '10', '-P', '16', '-r', '100'),
  },
  {
    what: 'redis-benchmark: a connection for each command (-k 0)',
    expected: [0, 2, 'SET', 'GET', false],
    run: (at) => benchmark(at, '-n', count(60), '-c', '20', '-k', '0', '-t', 'set,get'),
  },
  {
    what: 'redis-benchmark: 200 connections',
    expected: [0, 2, 'SET', 'GET', false],
    run: (at) => benchmark(at, '-n', count(400), '-c', '200', '-t', 'set,get'),
  },
  {
    what: 'redis-benchmark: tracked keys (--enable-tracking)',
    protocols: [3],
    expected: [0, 2, 'SET', 'GET', false],
    run: (at) =>
      benchmark(at, '-n', count(600), '-c', '10', '--enable-tracking', '-r', '50', '-t', 'set,get'),
  },
];
