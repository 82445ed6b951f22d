/**
 * The receiver's limits: named, finite, and judged before anything is allocated. Defaults and ranges are registered in
 * `spec/codes.json`.
 */
export interface Limits {
  /** Longest payload of one frame, in bytes. 0 to 2^32 - 1. [LIMIT-1] */
  readonly maxPayload: number;
  /** Deepest nesting of arrays, maps, records, tags and decimals. 0 to 1,000. [LIMIT-2] */
  readonly maxDepth: number;
  /** Most values in one payload, nested ones and keys included. 0 to 2^32 - 1. [LIMIT-3] */
  readonly maxElements: number;
  /** Longest payload as if every record and reference were written out, in bytes. 0 to 2^32 - 1. [LIMIT-4] */
  readonly maxExpanded: number;
}

/** The deepest nesting that may be asked for. [LIMIT-2] */
export const HIGHEST_DEPTH = 1000;

/** What an authenticated peer may send. */
export const DEFAULT_LIMITS: Limits = {
  maxPayload: 16_777_216,
  maxDepth: 100,
  maxElements: 1_048_576,
  maxExpanded: 16_777_216,
};

/** What anybody may send before it has authenticated. [LIMIT-6] */
export const BEFORE_AUTH_LIMITS: Limits = {
  maxPayload: 16_384,
  maxDepth: 8,
  maxElements: 1024,
  maxExpanded: 16_384,
};

/**
 * Fills in what `partial` leaves out from `base`. The decoder recurses once a level, so the depth that can be asked for is
 * one that every engine's stack holds.
 * @throws RangeError naming the limit when one is not a whole number within its range.
 */
export function resolveLimits(partial: Partial<Limits> | undefined, base: Limits = DEFAULT_LIMITS): Limits {
  if (partial === undefined) return base;
  const limits = { ...base, ...partial };
  for (const name of Object.keys(base) as (keyof Limits)[]) {
    demandWhole(name, limits[name], name === 'maxDepth' ? HIGHEST_DEPTH : 0xffff_ffff);
  }
  return limits;
}

/** @throws RangeError unless a caller's `value` is a whole number from `lowest` to `highest`. */
export function demandWhole(name: string, value: number, highest: number, lowest = 0): void {
  if (!(value >= lowest && value <= highest && Number.isInteger(value)))
    throw new RangeError(`${name} must be a whole number from ${lowest} to ${highest}, not ${value}`);
}

/** @throws TypeError unless what a caller gave is bytes. */
export function demandBytes(value: unknown): void {
  if (!(value instanceof Uint8Array)) throw new TypeError('bytes must be a Uint8Array');
}
