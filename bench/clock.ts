/** What one sample is: the package `benchmark` times it, between two runs of a reference loop that tell whether it counts. */
import benchmark from 'benchmark';

/**
 * On a busy machine `BENCH_CLOCK=cpu` counts the time that a process had a processor, with its collector and compiler on the
 * same thread, instead of the time that went by.
 */
export const CLOCK: 'cpu' | 'wall' = process.env['BENCH_CLOCK'] === 'cpu' ? 'cpu' : 'wall';

type Moment = [seconds: number, nanoseconds: number];

/** Processor time as `process.hrtime` answers what has passed. */
function processorTime(since?: Moment): Moment {
  const { user, system } = process.cpuUsage();
  const micros = user + system - (since === undefined ? 0 : since[0] * 1e6 + since[1] / 1e3);
  const seconds = Math.floor(micros / 1e6);
  return [seconds, (micros - seconds * 1e6) * 1e3];
}

const hrtime = CLOCK === 'cpu' ? processorTime : (since?: Moment): Moment => process.hrtime(since);

/** Seconds on our clock, from some moment on. */
export function now(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds + nanoseconds / 1e9;
}

/** `benchmark` on our clock: it takes that of the `process` that it is given. */
const Benchmark = benchmark.runInContext({ process: { hrtime } }) as typeof benchmark;
// As a closure: recompiled from its source a function would not know its codec.
Benchmark.support.decompilation = false;

/** Takes samples of one function, each of as many calls as take the time of a sample. */
export class Sampler {
  private readonly bench: benchmark & { readonly options: { initCount: number } };

  private readonly seconds: number;

  /** @param seconds least time of a sample */
  constructor(once: () => void, seconds: number) {
    this.seconds = seconds;
    // Its types lack the options of one benchmark.
    this.bench = new Benchmark(once, { minSamples: 1, maxTime: 0, minTime: seconds }) as typeof this.bench;
  }

  /** @returns nanoseconds a call. @throws what the function threw */
  sample(): number {
    const { bench, seconds } = this;
    bench.run();
    if (bench.error !== undefined) throw bench.error;
    // The next sample begins with the count that this one found, and a little more, so that it seldom has to begin again.
    bench.options.initCount = Math.ceil((1.1 * seconds) / bench.stats.sample[0]!);
    return 1e9 * bench.stats.sample[0]!;
  }
}

const CALLS = 10_000;
const WORDS = /* @__PURE__ */ Uint32Array.from({ length: 64 }, (_, i) => Math.imul(i + 1, 0x9e37_79b1));

function call(seed: number): number {
  let hash = seed;
  for (let i = 0; i < 16; i++) hash = Math.imul(hash ^ WORDS[(hash >>> (i & 7)) & 63]!, 0x0100_0193);
  return hash;
}

/**
 * The reference loop: many short calls that always cost the same, unless another process slows this processor down.
 * @returns nanoseconds a call
 */
export function reference(): number {
  const before = hrtime();
  let hash = 1;
  for (let i = 0; i < CALLS; i++) hash = call(hash + i);
  const [seconds, nanoseconds] = hrtime(before);
  // An odd sum of what a compiler could otherwise leave out.
  return (seconds * 1e9 + nanoseconds + (hash === 0 ? 1 : 0)) / CALLS;
}
