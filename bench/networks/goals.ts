/** What the composite strategy, with measured latencies, is meant to reach on each network, and where it does not. */
import type { Cell, Ideal, Measured } from './measure.ts';
import { SECOND } from './scenario.ts';

/** What is compared, in the order of its columns. */
export const GOALS = {
  answered: 'answered within 30 s, at least 99.9 %',
  tail: 'p99 under a second, where a path allows it',
  median: 'median within 5 % of concurrent',
  load: "connections within 1.3 of serial's",
} as const;

export type Goal = keyof typeof GOALS;

export interface Reached {
  readonly scenario: string;
  readonly goal: Goal;
  /** A share, milliseconds, a ratio, a ratio; of the worse phase for the first two, and learned for the others. */
  readonly value: number;
  /** Undefined: the path does not allow it to anybody. */
  readonly met: boolean | undefined;
}

/** Goals that are missed, by network, and why. */
export const MISSED: Readonly<Record<string, Partial<Record<Goal, string>>>> = {
  train: {
    median: `one attempt in five loses a packet, so that a single one's median is the 61st percentile of those that lose none, and what is heard first, after a
  round trip, comes too late for another to be in time. So only what starts at once helps: to be within 5 %, four dials in ten would have to begin with two attempts.
  That is about 1.36 of serial's connections where nobody starts a second attempt later, with a p99 beyond 2 s, and about 1.5 where p99 is to be under a second`,
  },
  flapping: {
    median: `3 % on LTE, and 6 % on a Wi-Fi that is just in reach, where one attempt in nine loses a packet; the median of both together lies at the lower edge of
  the slower. Head starts down to 40 ms would reach it, 1.045 at 1.14 of serial's connections; RFC 8305 recommends no less than 100`,
  },
};

/** By networks that have a learned phase. */
export function goals(cells: readonly Cell[], ideals: readonly Ideal[]): Reached[] {
  return ideals.flatMap((ideal) => {
    const of = (strategy: string): Cell | undefined =>
      cells.find(
        (cell) =>
          cell.scenario === ideal.scenario && cell.strategy === strategy && cell.ranking === 'measured',
      );
    const [ours, serial, concurrent] = ['composite', 'serial', 'concurrent'].map(of);
    if (!ours?.learned || !serial?.learned || !concurrent?.learned) return [];
    const { scenario } = ideal;
    const median = (ours.learned.p50 ?? Infinity) / (concurrent.learned.p50 ?? Infinity);
    const load = ours.learned.seen / serial.learned.seen;
    return [
      answered(scenario, phases(ours)),
      tail(scenario, ours, ideal),
      { scenario, goal: 'median', value: median, met: median <= 1.05 },
      { scenario, goal: 'load', value: load, met: load <= 1.3 },
    ];
  });
}

function phases({ cold, learned }: Ideal): Measured[] {
  return [cold, learned].filter((each) => each !== undefined);
}

function answered(scenario: string, all: readonly Measured[]): Reached {
  const value = Math.min(...all.map((each) => each.answered));
  return { scenario, goal: 'answered', value, met: value >= 0.999 };
}

/** A path allows it where whoever tried all endpoints all the time would need no second. */
function tail(scenario: string, ours: Cell, ideal: Ideal): Reached {
  const [value, least] = [worst(phases(ours)), worst(phases(ideal))];
  return { scenario, goal: 'tail', value, met: least < SECOND ? value < SECOND : undefined };
}

function worst(phases: readonly Measured[]): number {
  return Math.max(...phases.map(({ p99 }) => p99 ?? Infinity));
}
