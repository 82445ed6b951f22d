/** What is compared: how a race is run, and in which order its candidates come. */
import {
  ARTICLE_RACE,
  Forgetting,
  HistoryAware,
  MARS_RACE,
  NearestFirst,
  RandomCombination,
  type DialTimes,
  type RaceOptions,
  type Ranking,
} from '../../src/link/policy/index.ts';

export interface Strategy {
  readonly id: string;
  readonly name: string;
  readonly options: (times: DialTimes, label: string) => RaceOptions;
}

/** Timeouts that were measured help all: only the figures of others keep their own. */
const measured = (times: DialTimes, label: string): RaceOptions => ({
  attemptTimeout: times.attemptTimeout(label),
  first: 'given',
});

export const STRATEGIES: readonly Strategy[] = [
  {
    id: 'serial',
    name: 'serial',
    options: (times, label) => ({ ...measured(times, label), strategy: 'serial' }),
  },
  {
    id: 'composite',
    name: 'composite',
    options: (times, label) => ({
      ...measured(times, label),
      headStart: (endpoint, others) => times.headStart(label, endpoint, others),
    }),
  },
  { id: 'mars', name: "composite, Mars' figures", options: () => MARS_RACE },
  { id: 'article', name: "composite, the article's 4 s", options: () => ARTICLE_RACE },
  {
    id: 'concurrent',
    name: 'concurrent',
    options: (times, label) => ({ ...measured(times, label), strategy: 'concurrent' }),
  },
];

export interface RankingKind {
  readonly id: string;
  readonly name: string;
  readonly make: () => Ranking;
}

export const RANKINGS: readonly RankingKind[] = [
  { id: 'random', name: 'random', make: () => new RandomCombination() },
  { id: 'history', name: 'history-aware', make: () => new HistoryAware() },
  { id: 'forgetting', name: 'forgetting', make: () => new Forgetting() },
  { id: 'measured', name: 'measured', make: () => new NearestFirst() },
];
