/** Medians, and how far they can be trusted. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Half of the median's 95 % interval as a share of the median: by ranks, which supposes nothing about the distribution. Fewer
 * than six values have no such interval: it is then all that they span.
 */
export function margin(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const { length } = sorted;
  const low = length < 6 ? 0 : Math.max(0, Math.floor(length / 2 - 0.98 * Math.sqrt(length)));
  return (sorted[length - 1 - low]! - sorted[low]!) / 2 / median(values);
}

/** The median of the ratios that two candidates had in the same rounds. */
export function ratio(over: readonly number[], under: readonly number[]): number {
  const rounds = Math.min(over.length, under.length);
  return median(Array.from({ length: rounds }, (_, i) => over[i]! / under[i]!));
}

export function timeText(nanoseconds: number): string {
  if (nanoseconds < 100) return `${nanoseconds.toFixed(1)} ns`;
  if (nanoseconds < 10_000) return `${nanoseconds.toFixed(0)} ns`;
  return nanoseconds < 1e7 ? `${(nanoseconds / 1000).toFixed(1)} us` : `${(nanoseconds / 1e6).toFixed(1)} ms`;
}
