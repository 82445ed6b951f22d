/** What a race teaches. */
import type { DialTimes } from './dial-times.ts';
import { waitsOf, type AttemptOutcome, type AttemptReport } from './race.ts';
import type { Ranking } from './ranking/ranking.ts';

/** Who is told of it, and of which network it is. */
export interface Pupils {
  readonly ranking: Ranking;
  readonly times: DialTimes;
  readonly label: string;
}

/**
 * Tells a ranking and the dial times what became of a race's attempts: once, when it is over and no network change has come
 * between. `now` counts from 1970 where these are saved.
 * @throws RangeError for a label longer than 128.
 */
export function learnFrom(
  attempts: readonly AttemptReport[],
  { ranking, times, label }: Pupils,
  now: number,
): void {
  for (const { endpoint, outcome, startedAt, connectedAt, endedAt } of attempts) {
    const ok = outcome && IS_GOOD[outcome];
    if (ok === undefined || endedAt === undefined) continue;
    const [took, longer] = waitsOf({ startedAt, connectedAt }, endedAt);
    ranking.learn(endpoint, ok ? { ok, took } : { ok }, now);
    if (ok) times.learn(label, endpoint, longer);
  }
}

/** What an outcome says of the endpoint: whether it is good, or undefined for nothing. */
const IS_GOOD: { readonly [outcome in AttemptOutcome]: boolean | undefined } = {
  won: true,
  failed: false,
  timeout: false,
  overtaken: false,
  late: undefined,
  cancelled: undefined,
};
