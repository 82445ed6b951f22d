/** What the benchmarks of growth are made of. */

/** Something that grows: `make` prepares `n` of it, and answers what is timed. */
export interface Growth {
  readonly name: string;
  /** The smallest of four sizes, each twice the one before: beyond what caches and a collector's first space hold. */
  readonly from: number;
  readonly make: (n: number) => () => unknown;
}

export function* range(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}

export const list = <T>(n: number, make: (i: number) => T): T[] => Array.from(range(n), make);
/** Limits that no benchmark reaches. */
export const WIDE = {
  maxElements: 2 ** 32 - 1,
  maxExpanded: 2 ** 32 - 1,
  maxPayload: 2 ** 32 - 1,
  maxDepth: 1000,
};
