/**
 * Runs candidates against each other: each in processes of its own, in turns, so that neither a busy moment of the machine
 * nor another codec's call sites fall on one of them alone. The package `benchmark` does the measuring within a process.
 */
import Benchmark from 'benchmark';
import { execFileSync, spawnSync } from 'node:child_process';
import { arch, cpus, platform } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One codec, made ready for one corpus. */
export interface Prepared {
  /** Bytes that it writes for the whole pool. */
  readonly size: number;
  /** Throws unless what it writes is read back equal: nothing wrong is timed. */
  check(): void;
  /** What is timed, by name; `i` picks from the pool. The result is kept for a while, so that all pay for it. */
  readonly operations: { readonly [operation: string]: (i: number) => unknown };
}

export interface Suite {
  readonly operations: readonly string[];
  readonly corpora: readonly { readonly name: string; readonly about: string }[];
  readonly candidates: { readonly [name: string]: (corpus: string) => Prepared };
  /** What is to be known of the candidates. */
  readonly notes: readonly string[];
}

/** What one process found: its median, in nanoseconds, and its size in bytes. */
interface Finding {
  readonly nanoseconds: number;
  readonly size: number;
}

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 0.4);
const RING = 64;
/**
 * On a busy machine `BENCH_CLOCK=cpu` counts the time that a process had a processor, with its collector and compiler on the
 * same thread, instead of the time that went by.
 */
const CPU = process.env['BENCH_CLOCK'] === 'cpu';
/** Of one sample, in milliseconds: far above the clock's resolution. */
const SAMPLE = 4;

/** Measures as the process that was asked to, or asks processes and prints their table. `url` is the file's own. */
export function run(url: string, suite: Suite): void {
  const [flag, candidate, corpus, operation] = process.argv.slice(2);
  if (flag === '--measure') console.log(JSON.stringify(measure(suite, candidate!, corpus!, operation!)));
  else report(fileURLToPath(url), suite);
}

function measure(suite: Suite, candidate: string, corpus: string, operation: string): Finding {
  const prepared = suite.candidates[candidate]!(corpus);
  prepared.check();
  const timed = prepared.operations[operation]!;
  const ring: unknown[] = Array.from({ length: RING }, () => undefined);
  let i = 0;
  const once = (): void => {
    ring[i % RING] = timed(i);
    i++;
  };
  return { nanoseconds: CPU ? inProcessorTime(once) : inTime(once), size: prepared.size };
}

/** The median time of a call, in nanoseconds. */
function inTime(once: () => void): number {
  // As a closure: recompiled from its source it would not know its codec.
  Benchmark.support.decompilation = false;
  const bench = new Benchmark(once, { maxTime: SECONDS, minSamples: 20 });
  bench.run();
  if (bench.error !== undefined) throw bench.error;
  return 1e9 * median(bench.stats.sample);
}

/** The same in time of a processor. The first half of the samples, while code is compiled, does not count. */
function inProcessorTime(once: () => void): number {
  let calls = 1;
  while (processorTime(once, calls) < SAMPLE) calls *= 2;
  const samples: number[] = [];
  for (let left = 2000 * SECONDS; left > 0;) {
    const time = processorTime(once, calls);
    samples.push(time / calls);
    left -= time;
  }
  return 1e6 * median(samples.slice(samples.length >> 1));
}

/** Milliseconds that a processor spent on so many calls. */
function processorTime(once: () => void, calls: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) once();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function report(file: string, suite: Suite): void {
  const names = Object.keys(suite.candidates);
  const head = ['corpus', 'operation', ...names];
  const rows: string[][] = [];
  for (const { name: corpus } of suite.corpora) {
    for (const [i, operation] of suite.operations.entries()) {
      const found = new Map(names.map((name): [string, Finding[]] => [name, []]));
      for (let round = 0; round < ROUNDS; round++) {
        for (const name of names) found.get(name)!.push(inProcess(file, name, corpus, operation));
      }
      if (i === 0) rows.push([corpus, 'bytes', ...names.map((name) => String(found.get(name)![0]!.size))]);
      rows.push([corpus, operation, ...cells([...found.values()])]);
    }
  }
  const rule = head.map((_, i) => (i < 2 ? '---' : '---:'));
  console.log([head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n'));
  for (const { name, about } of suite.corpora) console.log(`\n- ${name}: ${about}`);
  console.log(
    `\n${suite.notes.join(' ')}\n\n${conditions(`${CPU ? 'BENCH_CLOCK=cpu ' : ''}npm run bench -- ${basename(file, '.bench.ts')}`)}`,
  );
}

function inProcess(file: string, ...args: string[]): Finding {
  const flags = CPU ? ['--single-threaded', '--import', 'tsx'] : ['--import', 'tsx'];
  const child = spawnSync(process.execPath, [...flags, file, '--measure', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed`);
  return JSON.parse(child.stdout) as Finding;
}

/** Each candidate's median, half the spread between its processes, and its time as a multiple of the first's. */
function cells(found: readonly (readonly Finding[])[]): string[] {
  const times = found.map((findings) => findings.map(({ nanoseconds }) => nanoseconds));
  const medians = times.map(median);
  const best = Math.min(...medians);
  return medians.map((value, i) => {
    const spread = ((Math.max(...times[i]!) - Math.min(...times[i]!)) / 2 / value) * 100;
    const text = `${timeText(value)} ±${spread.toFixed(0)} %`;
    const ratio = i === 0 ? '' : ` (${(value / medians[0]!).toFixed(2)}x)`;
    return (value === best ? `**${text}**` : text) + ratio;
  });
}

export function timeText(nanoseconds: number): string {
  if (nanoseconds < 10_000) return `${nanoseconds.toFixed(0)} ns`;
  return nanoseconds < 1e7 ? `${(nanoseconds / 1000).toFixed(1)} us` : `${(nanoseconds / 1e6).toFixed(1)} ms`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Where and on what a command was run: a number without it means nothing. */
export function conditions(command: string): string {
  const cpu = cpus();
  return `\`${command}\` at ${commit()}, Node ${process.versions.node}, ${platform()} ${arch()}, ${cpu.length} x ${cpu[0]?.model.trim() ?? 'unknown'}`;
}

function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'bench') !== '';
    return `commit ${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'no commit: this is not a clone';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
