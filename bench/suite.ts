/** What a suite of benchmarks is: corpora, operations, and the candidates that are measured against each other. */

/** One codec, made ready for one corpus, in a process of its own. */
export interface Prepared {
  /** Bytes of what it writes: the mean of the pool. */
  readonly size: number;
  /** How many of the suite's units one call is of: the frames of a stream, say. Times are divided by it. Default 1. */
  readonly per?: number;
  /** How what it answers differs from what the others answer, by operation: it is shown, and is nobody's best peer. */
  readonly differs?: Readonly<Record<string, string>>;
  /** Throws unless what it writes is read back equal: nothing wrong is timed. Of one operation, where each has a process of its own. */
  check(operation?: string): void;
  /** What is timed, by name; `i` picks from the pool. The result is kept for a while, so that all pay for it. */
  readonly operations: Readonly<Record<string, (i: number) => unknown>>;
}

export interface Candidate {
  readonly name: string;
  readonly ours?: true;
  /** The npm package whose version its results name. */
  readonly package?: string;
  /** Those that it takes part in; all by default. */
  readonly corpora?: readonly string[];
  /** Called only in the process that measures it, which loads no other library: it imports its own in here. */
  load(corpus: string): Prepared | Promise<Prepared>;
}

export interface Corpus {
  /** What stands before a `/` names a group of corpora. */
  readonly name: string;
  readonly about: string;
  /** Where a plot has it on its x axis: a chunk's size, a message's. */
  readonly x?: number;
}

/** A row of the promise: a ratio that must hold. */
export interface Bar {
  readonly row: string;
  readonly corpus: string;
  readonly operation: string;
  /** The candidate of ours. */
  readonly ours: string;
  /** The best of these counts; by default that of all peers that answer the same. */
  readonly peers?: readonly string[];
  /** Where the peers' operation has another name, or several do. */
  readonly peerOperations?: readonly string[];
  /** The peer's time as a multiple of ours, at least; with `atMost` ours as a multiple of the peer's. */
  readonly must: number;
  readonly aim: number;
  readonly atMost?: true;
}

export interface Suite {
  readonly name: string;
  readonly about: string;
  /** What a time is of: `message`, `frame`. */
  readonly unit: string;
  readonly operations: readonly { readonly name: string; readonly about: string }[];
  readonly corpora: readonly Corpus[];
  readonly candidates: readonly Candidate[];
  /** What is to be known of the candidates. */
  readonly notes: readonly string[];
  readonly bars: readonly Bar[];
  /** A call takes so little that many are made in a turn of the loop that times them, which takes as long as a skim otherwise. */
  readonly short?: true;
  /** Each operation in a process of its own: whoever reads a stream does it at one level, and a candidate with more levels would pay for all. */
  readonly apart?: true;
  /** Makes ready what the processes that measure find; answers what takes it away again. */
  setUp?(): Promise<() => void>;
}

/** The candidates that take part in a corpus. */
export function entrants({ candidates }: Suite, corpus: string): Candidate[] {
  return candidates.filter(({ corpora }) => corpora === undefined || corpora.includes(corpus));
}
