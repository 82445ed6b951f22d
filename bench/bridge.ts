/**
 * `npm run bench:bridge`: redis-benchmark against a server, and through both halves of `petrel bridge`, in turns. Its table says
 * how many commands a second go through, and how many bytes each costs on either side of the bridge, by the bridge's own report.
 * `BENCH_ROUNDS` sets the rounds; `BENCH_PROFILE=folder` leaves a profile of each half there.
 */
import { startBridge, type Totals } from '../cli/peers/bridge.ts';
import { redisCli, run } from '../cli/peers/process.ts';
import { startRedis } from '../spec/redis.ts';
import { conditions, median } from './harness.ts';

interface Case {
  readonly command: 'SET' | 'GET';
  /** Of a value, in bytes. */
  readonly size: number;
  readonly pipelined: number;
  /** Commands in a run. */
  readonly count: number;
}

interface Result extends Case {
  /** Commands a second: medians. */
  readonly direct: number;
  readonly bridged: number;
  readonly totals: Totals;
}

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const PROFILE = process.env['BENCH_PROFILE'];
const KEYS = 100_000;

const CASES: readonly Case[] = [
  ...[3, 16].flatMap((size) => cases(size, 16, 400_000)),
  ...[3, 16].flatMap((size) => cases(size, 1, 40_000)),
];

function cases(size: number, pipelined: number, count: number): Case[] {
  return (['SET', 'GET'] as const).map((command) => ({ command, size, pipelined, count }));
}

/** As redis-benchmark names its keys, so that every GET finds a value. */
const FILL = `for i = 0, ${KEYS - 1} do redis.call('SET', string.format('key:%012d', i), string.rep('v', ARGV[1])) end`;

function flagsOf({ command, size, pipelined, count }: Case): string[] {
  const flags = { t: command.toLowerCase(), n: count, r: KEYS, d: size, P: pipelined };
  return Object.entries(flags).flatMap(([flag, value]) => [`-${flag}`, String(value)]);
}

/** Runs redis-benchmark. @returns commands a second. */
async function speed(port: number, flags: readonly string[]): Promise<number> {
  const { code, out, err } = await run('redis-benchmark', ['-p', String(port), '--csv', ...flags]);
  const [, row] = out.trim().split('\n');
  const rate = Number(row?.split(',')[1]?.replaceAll('"', ''));
  if (code !== 0 || !(rate > 0)) throw new Error(`redis-benchmark failed: ${out}${err}`);
  return rate;
}

async function measure(server: number, one: Case): Promise<Result> {
  const flags = flagsOf(one);
  await redisCli({ port: server, protocol: 2 }, ['EVAL', FILL, '0', String(one.size)]);
  const bridge = await startBridge(
    server,
    PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`],
  );
  const direct: number[] = [];
  const bridged: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    direct.push(await speed(server, flags));
    bridged.push(await speed(bridge.port, flags));
  }
  return { ...one, direct: median(direct), bridged: median(bridged), totals: await bridge.stop() };
}

const thousands = (rate: number): string => `${(rate / 1000).toFixed(rate < 100_000 ? 1 : 0)}k`;

function row({ command, size, pipelined, direct, bridged, totals }: Result): string[] {
  const resp = (totals.respIn + totals.respOut) / totals.commands;
  const petrel = (totals.petrelIn + totals.petrelOut) / totals.commands;
  const speeds = [thousands(direct), thousands(bridged), `**${(bridged / direct).toFixed(2)}**`];
  const bytes = [resp.toFixed(1), petrel.toFixed(1), `**${(petrel / resp).toFixed(2)}**`];
  return [`${command}, ${size} bytes`, String(pipelined), ...speeds, ...bytes];
}

const HEAD = ['', '-P', 'direct, a second', 'bridged', 'ratio', 'bytes of RESP', 'of Petrel', 'ratio'];
const redis = await startRedis();
const rows: string[][] = [];
try {
  for (const one of CASES) rows.push(row(await measure(redis.port, one)));
} finally {
  await redis.stop();
}
const rule = HEAD.map((_, i) => (i === 0 ? '---' : '---:'));
console.log([HEAD, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
console.log(
  `\nMedians of ${ROUNDS} runs of redis-benchmark with 50 connections, direct and bridged in turns; bytes of a command and its reply. ` +
    `Server, client and both halves share the machine.\n\n${conditions('npm run bench:bridge')}`,
);
