/**
 * Runs candidates against each other on one corpus: each in a process of its own, in turns, so that neither a busy moment of the
 * machine nor another codec's call sites fall on one of them alone.
 */
import { CLOCK } from './clock.ts';
import { commit, machine, versionOf } from './machine.ts';
import { Measurer } from './process.ts';
import type { Ready, Samples } from './protocol.ts';
import type { Result } from './results.ts';
import { margin, median } from './statistics.ts';
import { entrants, type Candidate, type Corpus, type Suite } from './suite.ts';

/** How long a candidate is measured. */
export interface Plan {
  readonly quick: boolean;
  /** Times that all processes are started anew: what a compiler makes of a codec differs from one to the next. */
  readonly generations: number;
  /** Turns of each operation in a generation, the samples of one, and the least seconds of each. */
  readonly rounds: number;
  readonly samples: number;
  readonly seconds: number;
  /** Seconds of calls before the first turn. */
  readonly warm: number;
}

/** All suites take about 20 minutes of a quiet machine with it. */
export const FULL: Plan = {
  quick: false,
  generations: 3,
  rounds: 3,
  samples: 2,
  seconds: 0.015,
  warm: 0.15,
};
export const QUICK: Plan = {
  quick: true,
  generations: 1,
  rounds: 3,
  samples: 1,
  seconds: 0.01,
  warm: 0.1,
};

/** The fastest that the reference loop ran in this run, in nanoseconds. */
let best = Number.MAX_VALUE;

/** What was found of one operation of one candidate. */
interface Found {
  readonly candidate: Candidate;
  readonly control: boolean;
  readonly operation: string;
  readonly ready: Ready;
  readonly times: number[];
  readonly kept: number[];
  readonly dropped: number[];
}

/** All candidates of a suite on one corpus. */
export class Unit {
  private readonly url: string;
  private readonly suite: Suite;
  private readonly corpus: Corpus;
  private readonly plan: Plan;
  private readonly common: Pick<Result, 'clock' | 'quick' | 'commit' | 'machine' | 'node'>;
  private processes: Measurer[] = [];
  private ended = false;
  private readonly found = new Map<string, Found>();
  private readonly failures = new Map<Candidate, string>();

  /** @param url the suite's module, which the processes load too */
  constructor(url: string, suite: Suite, corpus: Corpus, plan: Plan) {
    this.url = url;
    this.suite = suite;
    this.corpus = corpus;
    this.plan = plan;
    const { node } = process.versions;
    this.common = { clock: CLOCK, quick: plan.quick, commit: commit(), machine: machine(), node };
  }

  /** Measures, and answers a result for each operation of each candidate; those that failed say why. */
  async run(): Promise<Result[]> {
    for (let i = 0; i < this.plan.generations && !this.ended; i++) {
      try {
        await this.start();
        for (let round = 0; round < this.plan.rounds; round++) await this.round(round);
      } finally {
        this.endProcesses();
      }
    }
    return this.results();
  }

  /** Ends all processes, whatever they are doing, and with them the run. */
  end(): void {
    this.ended = true;
    this.endProcesses();
  }

  private endProcesses(): void {
    for (const each of this.processes) {
      if (each.failure !== undefined) this.failures.set(each.candidate, each.failure);
      each.end();
    }
    this.processes = [];
  }

  /** A process a candidate, and a second one of our first: how far the two differ is what the machine does to a ratio. */
  private async start(): Promise<void> {
    const candidates = entrants(this.suite, this.corpus.name);
    const again = candidates.find(({ ours }) => ours) ?? candidates[0]!;
    this.processes = candidates.map((candidate) => this.process(candidate, false));
    this.processes.push(this.process(again, true));
    await Promise.all(this.processes.map((each) => each.start()));
    if (this.suite.apart) await this.setApart();
    best = Math.min(best, ...this.processes.map(({ ready }) => ready?.best ?? Infinity));
  }

  private process(candidate: Candidate, control: boolean, operation?: string): Measurer {
    return new Measurer(this.url, this.corpus.name, candidate, control, operation);
  }

  /** Those that are there keep to their first operation; each other one gets a process. */
  private async setApart(): Promise<void> {
    const others = this.processes.flatMap((each) => {
      const [first, ...rest] = each.ready?.operations ?? [];
      each.operation = first;
      return rest.map((operation) => this.process(each.candidate, each.control, operation));
    });
    this.processes.push(...others);
    await Promise.all(others.map((each) => each.start()));
  }

  /** Another process begins each round: none always follows the same one. */
  private async round(round: number): Promise<void> {
    const first = (round * 5) % this.processes.length;
    const inOrder = [...this.processes.slice(first), ...this.processes.slice(0, first)];
    for (const { name } of this.suite.operations)
      for (const each of inOrder) if ((each.operation ?? name) === name) await this.turn(each, name, round);
  }

  private async turn(process: Measurer, operation: string, round: number): Promise<void> {
    const { samples, seconds, warm } = this.plan;
    const answer = await process.turn({
      operation,
      samples,
      seconds,
      warm: round === 0 ? warm : 0,
      best,
    });
    if (answer === undefined) return;
    ({ best } = answer);
    const key = `${operation} ${process.control} ${process.candidate.name}`;
    if (!this.found.has(key)) {
      const { candidate, control, ready } = process;
      const none = { times: [], kept: [], dropped: [] };
      this.found.set(key, { candidate, control, operation, ready: ready!, ...none });
    }
    note(this.found.get(key)!, answer);
  }

  private results(): Result[] {
    const at = new Date().toISOString();
    const measured = [...this.found.values()].filter(({ candidate }) => !this.failures.has(candidate));
    return [
      ...measured.map((found) => ({ ...this.head(found), ...figures(found, this.plan), at })),
      ...Array.from(this.failures, ([candidate, error]) => {
        const head = this.head({ candidate, operation: '', control: false });
        return { ...head, ...NOTHING, error, at };
      }),
    ];
  }

  private head({ candidate, operation, control }: Pick<Found, 'candidate' | 'operation' | 'control'>): Head {
    const { name, ours = false, package: from = null } = candidate;
    const version = from === null ? null : versionOf(from);
    const { name: corpus, x = null } = this.corpus;
    const what = { suite: this.suite.name, corpus, x, operation };
    return { ...what, candidate: name, ours, package: from, version, control, ...this.common };
  }
}

type Figures = Pick<
  Result,
  'bytes' | 'nanoseconds' | 'margin' | 'times' | 'rounds' | 'samples' | 'reference' | 'differs'
>;
type Head = Omit<Result, keyof Figures | 'at' | 'error'>;

const NOTHING: Figures = {
  bytes: null,
  nanoseconds: null,
  margin: null,
  times: [],
  rounds: 0,
  samples: 0,
  reference: { nanoseconds: 0, kept: 0, dropped: 0, held: false },
  differs: null,
};

function note(found: Found, { kept, dropped }: Samples): void {
  // Where no sample counts, the others are better than none: `held` says so.
  found.times.push(median(kept.length > 0 ? kept : dropped));
  found.kept.push(...kept);
  found.dropped.push(...dropped);
}

function figures({ operation, ready, times, kept, dropped }: Found, plan: Plan): Figures {
  const wanted = plan.generations * plan.rounds * plan.samples;
  return {
    bytes: ready.size,
    nanoseconds: rounded(median(times)),
    margin: rounded(margin(times)),
    times: times.map(rounded),
    rounds: times.length,
    samples: kept.length || dropped.length,
    reference: {
      nanoseconds: rounded(best),
      kept: kept.length,
      dropped: dropped.length,
      held: kept.length >= wanted / 2,
    },
    differs: ready.differs[operation] ?? null,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
