/**
 * `npm run bench:bridge`: redis-benchmark against a server, and through both halves of `petrel bridge`, in turns. Its table says
 * how many commands a second go through, and how many bytes each costs on either side of the bridge, by the bridge's own report.
 * `BENCH_ROUNDS` sets the rounds; `BENCH_PROFILE=folder` leaves a profile of each half there. On a busy machine, and on Linux,
 * `BENCH_CLOCK=cpu` counts the time that client, server and halves together had a processor, instead of the time that went by.
 * `BENCH_AGAINST=file`, the `petrel.js` of another build, measures that too, in the same turns: how fast this one is beside it.
 */
import { readFileSync } from 'node:fs';
import { startBridge, type Totals } from '../cli/peers/bridge.ts';
import { redisCli, run } from '../cli/peers/process.ts';
import type { Address } from '../cli/peers/trial.ts';
import { startRedis } from '../spec/redis.ts';
import { conditions } from './machine.ts';
import { median } from './statistics.ts';

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
  /** Through the other build. */
  readonly other: number | undefined;
  readonly totals: Totals;
}

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const CPU = process.env['BENCH_CLOCK'] === 'cpu';
const PROFILE = process.env['BENCH_PROFILE'];
const AGAINST = process.env['BENCH_AGAINST'];
const KEYS = 100_000;

const CASES: readonly Case[] = [
  ...[3, 16].flatMap((size) => cases(size, 16, 200_000)),
  ...[3, 16].flatMap((size) => cases(size, 1, 10_000)),
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

/** Seconds of a processor that a process has had, in hundredths. */
function processorTime(pid: number): number {
  const [, fields] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
  const [user, system] = fields!.split(' ').slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

/** The same of the last program that a shell ran, by its `times`: `0m1.234s 0m0.567s`. */
function childTime(times: string): number {
  const spent = times
    .trim()
    .split('\n')
    .at(-1)!
    .matchAll(/(\d+)m([\d.]+)s/g);
  return Array.from(spent, ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds)).reduce(
    (a, b) => a + b,
  );
}

/** Runs redis-benchmark. @returns commands a second, of time or of processor time of it and the processes. */
async function speed(port: number, one: Case, processes: readonly number[]): Promise<number> {
  const before = processes.map(processorTime);
  const args = ['-p', String(port), '--csv', ...flagsOf(one)];
  const { out, err } = await run('bash', ['-c', 'redis-benchmark "$@" && times', 'bash', ...args]);
  const rate = Number(/^"[SG]ET","([\d.]+)"/m.exec(out)?.[1]);
  if (!(rate > 0)) throw new Error(`redis-benchmark failed: ${out}${err}`);
  if (!CPU) return rate;
  const spent = processes.map((pid, i) => processorTime(pid) - before[i]!);
  return one.count / spent.reduce((sum, time) => sum + time, childTime(out));
}

async function measure(server: Address, one: Case): Promise<Result> {
  await redisCli(server, ['EVAL', FILL, '0', String(one.size)]);
  const flags = PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`];
  const bridge = await startBridge(server.port, flags);
  const against =
    AGAINST === undefined ? undefined : await startBridge(server.port, [], { command: AGAINST });
  const pid = Number(/process_id:(\d+)/.exec((await redisCli(server, ['INFO', 'server'])).out)?.[1]);
  const direct: number[] = [];
  const bridged: number[] = [];
  const other: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    direct.push(await speed(server.port, one, [pid]));
    bridged.push(await speed(bridge.port, one, [pid, ...bridge.pids]));
    if (against !== undefined) other.push(await speed(against.port, one, [pid, ...against.pids]));
  }
  await against?.stop();
  const medians = { direct: median(direct), bridged: median(bridged), other: against && median(other) };
  return { ...one, ...medians, totals: await bridge.stop() };
}

const thousands = (rate: number): string => `${(rate / 1000).toFixed(rate < 100_000 ? 1 : 0)}k`;

function row({ command, size, pipelined, direct, bridged, other, totals }: Result): string[] {
  const resp = (totals.respIn + totals.respOut) / totals.commands;
  const petrel = (totals.petrelIn + totals.petrelOut) / totals.commands;
  const speeds = [thousands(direct), thousands(bridged), `**${(bridged / direct).toFixed(2)}**`];
  const bytes = [resp.toFixed(1), petrel.toFixed(1), `**${(petrel / resp).toFixed(2)}**`];
  const beside = other === undefined ? [] : [(bridged / other).toFixed(2)];
  return [`${command}, ${size} bytes`, String(pipelined), ...speeds, ...bytes, ...beside];
}

const HEAD = [
  '',
  '-P',
  CPU ? 'direct, a second of processor' : 'direct, a second',
  'bridged',
  'ratio',
  'bytes of RESP',
  'of Petrel',
  'ratio',
  ...(AGAINST === undefined ? [] : ['beside the other build']),
];
const redis = await startRedis();
const rows: string[][] = [];
try {
  for (const one of CASES) rows.push(row(await measure({ port: redis.port, protocol: 2 }, one)));
} finally {
  await redis.stop();
}
const rule = HEAD.map((_, i) => (i === 0 ? '---' : '---:'));
console.log([HEAD, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
console.log(
  `\nMedians of ${ROUNDS} runs of redis-benchmark with 50 connections, direct and bridged in turns; bytes of a command and its reply. ` +
    `Server, client and both halves share the machine.\n\n${conditions(`${CPU ? 'BENCH_CLOCK=cpu ' : ''}npm run bench:bridge`)}`,
);
