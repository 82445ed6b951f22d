/** What is tried with a client of Redis, once against the server itself and once through the bridge. */

export type Protocol = 2 | 3;

/** Where a client connects to: the server, or the bridge in front of it. */
export interface Address {
  readonly port: number;
  readonly protocol: Protocol;
}

export interface Endpoint extends Address {
  /** Kills the server, and starts another one on its port. */
  restart(): Promise<void>;
}

/**
 * What came of a trial through the bridge. `same`: what the server itself gives. `error`: an error reply where the server
 * itself would say nothing. `refused`: an error reply, and nothing is done.
 */
export type Outcome = 'same' | 'error' | 'refused';

export interface Trial {
  /** In the words of the table; clients that do the same share a row. */
  readonly what: string;
  /** The protocols that it is tried in; both when absent. */
  readonly protocols?: readonly Protocol[];
  /** What `run` answers, to the server itself and through the bridge: `toEqual`, asymmetric matchers included. */
  readonly expected: unknown;
  /** Where the bridge does not do what the server does: in a word, and what `run` answers then. */
  readonly bridged?: { readonly outcome: Outcome; readonly gives: unknown };
  /** Begins with an empty server. What it answers is the same each time: no times, no addresses. */
  run(at: Endpoint): Promise<unknown>;
}

export interface Client {
  readonly name: string;
  readonly version: string;
  readonly trials: readonly Trial[];
}
