/**
 * Reading what was saved. A file may be torn, old or somebody else's: what does not fit is left out, for a lost history
 * costs a few seconds, and one that stops the app from starting costs the user.
 */

/**
 * Pairs of a key and what is saved under it. Maps are saved as lists of pairs: their order means something, and a key is
 * never the name of a property.
 */
export function pairsOf(value: unknown): (readonly [key: string, value: unknown])[] {
  return listOf(value).flatMap((pair) => {
    const [key, item] = listOf(pair);
    return typeof key === 'string' ? [[key, item] as const] : [];
  });
}

/** An own property. */
export function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A finite number of this range. */
export function numberOf(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && value >= least && value <= most ? value : undefined;
}

/** A time that has passed: one beyond `now` is from a clock that was wrong, and counts as now. */
export function timeOf(value: unknown, now: number): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.min(value, now) : undefined;
}

/** An option: a number of this range. @throws RangeError naming it. */
export function option(name: string, value: number, least: number, most: number = Infinity): number {
  if (value >= least && value <= most) return value;
  throw new RangeError(`${name} must be ${least} to ${most}, not ${value}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
