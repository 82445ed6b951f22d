/** What the process that runs a benchmark and those that measure say to each other. */

export interface Turn {
  readonly operation: string;
  /** Samples that are wanted, and the least seconds of each. */
  readonly samples: number;
  readonly seconds: number;
  /** Seconds of calls before the first one, that no sample counts. */
  readonly warm: number;
  /** The fastest that the reference loop ever ran, in nanoseconds. */
  readonly best: number;
}

export interface Ready {
  readonly type: 'ready';
  /** The fastest that its reference loop ran so far. */
  readonly best: number;
  readonly size: number;
  readonly operations: readonly string[];
  readonly differs: Readonly<Record<string, string>>;
}

/** Nanoseconds a unit: of the samples that count, and of those that did not. */
export interface Samples {
  readonly type: 'samples';
  readonly kept: readonly number[];
  readonly dropped: readonly number[];
  readonly best: number;
}

/** It did not load, its check failed, or an operation threw. */
interface Failed {
  readonly type: 'failed';
  readonly message: string;
}

export type Answer = Ready | Samples | Failed;
