/** Many clients' lives on one network with one strategy and one ranking, and what came of them. */
import { Client, PATIENCE, type Outcome } from './client.ts';
import { diceOf } from './dice.ts';
import type { Phase, Scenario } from './scenario.ts';
import type { RankingKind, Strategy } from './strategies.ts';
import { fateOf } from './tcp.ts';
import { numberOf, Surroundings } from './world.ts';

/** Of all wishes of a phase. Times in milliseconds. */
export interface Measured {
  readonly wishes: number;
  /** Shares of wishes: answered within 30 s, and by the first dial. */
  readonly answered: number;
  readonly firstDial: number;
  /** Null: not within 30 s. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** For each wish: attempts, and connections that a server saw. */
  readonly attempts: number;
  readonly seen: number;
}

export interface Cell {
  readonly scenario: string;
  readonly strategy: string;
  readonly ranking: string;
  readonly cold: Measured | undefined;
  readonly learned: Measured | undefined;
  /** Connections of probes for each wish, learning included. */
  readonly probes: number;
}

/** The least that any strategy could take. */
export type Ideal = Pick<Cell, 'scenario' | 'cold' | 'learned'>;

type Counted = Exclude<Phase, 'learning'>;

/** Of so many clients, whose seeds come after `from`. */
export function measure(
  scenario: Scenario,
  strategy: Strategy,
  ranking: RankingKind,
  clients: number,
  from = 0,
): Cell {
  const outcomes: Record<Counted, Outcome[]> = { cold: [], learned: [] };
  let [probed, wished] = [0, 0];
  for (let seed = from + 1; seed <= from + clients; seed++) {
    const { world, wishes } = scenario.live(diceOf(seed, 3));
    const client = new Client(
      scenario.endpoints,
      ranking.make(),
      strategy,
      new Surroundings(world, seed),
      seed,
    );
    for (const { at, phase } of wishes) {
      const outcome = client.reach(at);
      if (phase !== 'learning') outcomes[phase].push(outcome);
    }
    probed += client.probed;
    wished += wishes.length;
  }
  return {
    scenario: scenario.id,
    strategy: strategy.id,
    ranking: ranking.id,
    cold: summary(outcomes.cold),
    learned: summary(outcomes.learned),
    probes: rounded(probed / wished, 3),
  };
}

/** The least that anything could take: an attempt to each endpoint every 50 ms, without end. */
export function ideal(scenario: Scenario, clients: number, from = 0): Ideal {
  const outcomes: Record<Counted, Outcome[]> = { cold: [], learned: [] };
  for (let seed = from + 1; seed <= from + clients; seed++) {
    const { world, wishes } = scenario.live(diceOf(seed, 3));
    const around = new Surroundings(world, seed);
    for (const { at, phase } of wishes) {
      around.wake(at);
      if (phase === 'learning') continue;
      const took = earliest(scenario, around, seed, at) - at;
      outcomes[phase].push({ took: took <= PATIENCE ? took : Infinity, first: true, attempts: 0, seen: 0 });
    }
  }
  return { scenario: scenario.id, cold: summary(outcomes.cold), learned: summary(outcomes.learned) };
}

const IDEAL_STEP = 50;

function earliest({ endpoints }: Scenario, around: Surroundings, seed: number, wish: number): number {
  let best = wish + PATIENCE;
  for (let at = wish; at < best; at += IDEAL_STEP)
    for (const endpoint of endpoints) {
      const dice = diceOf(seed, numberOf(endpoint), at);
      best = Math.min(best, fateOf(at, (time) => around.path(endpoint, time), dice).verifies);
    }
  return best;
}

function summary(outcomes: readonly Outcome[]): Measured | undefined {
  const { length: wishes } = outcomes;
  if (wishes === 0) return undefined;
  const took = outcomes.map((outcome) => outcome.took).toSorted((a, b) => (a === b ? 0 : a - b));
  const mean = (of: (outcome: Outcome) => number, digits: number): number =>
    rounded(outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / wishes, digits);
  return {
    wishes,
    answered: mean((outcome) => Number(outcome.took < Infinity), 6),
    firstDial: mean(({ first }) => Number(first), 6),
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
    attempts: mean(({ attempts }) => attempts, 3),
    seen: mean(({ seen }) => seen, 3),
  };
}

/** The least that is not less than so many of them. */
function quantile(sorted: readonly number[], part: number): number | null {
  const value = sorted[Math.ceil(part * sorted.length) - 1]!;
  return value === Infinity ? null : rounded(value, 1);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
