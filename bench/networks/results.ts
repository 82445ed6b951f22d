/** What was measured, as it is kept: `results/networks.json`. The same seeds give the same file on any machine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { commit } from '../machine.ts';
import { goals, type Reached } from './goals.ts';
import { INTERVALS, keep, NATS, type HeartbeatCell } from './heartbeats.ts';
import { ideal, measure, type Cell, type Ideal } from './measure.ts';
import { SCENARIOS } from './scenarios.ts';
import { RANKINGS, STRATEGIES } from './strategies.ts';

export interface Results {
  readonly commit: string;
  /** Lives for each cell. */
  readonly clients: number;
  readonly devices: number;
  readonly ideals: readonly Ideal[];
  readonly cells: readonly Cell[];
  readonly heartbeats: readonly HeartbeatCell[];
  /** What the goals came to with other clients: of as many each time. */
  readonly others: readonly (readonly Reached[])[];
}

/** The seeds of other clients come after these. */
const OTHERS = [10_000, 20_000, 30_000, 40_000];

const FILE = new URL('../results/networks.json', import.meta.url);

/** @param told is called with the name of each network that is done. */
export function measureAll(clients: number, devices: number, told: (name: string) => void): Results {
  const [ideals, cells]: [Ideal[], Cell[]] = [[], []];
  for (const scenario of SCENARIOS) {
    ideals.push(ideal(scenario, clients));
    for (const ranking of RANKINGS)
      for (const strategy of STRATEGIES) cells.push(measure(scenario, strategy, ranking, clients));
    told(scenario.name);
  }
  const heartbeats = NATS.flatMap((nat) => INTERVALS.map((interval) => keep(nat, interval, devices)));
  const others = OTHERS.map((from) => {
    told(`clients after ${from}`);
    return goalsOf(clients, from);
  });
  return { commit: commit(), clients, devices, ideals, cells, heartbeats, others };
}

function goalsOf(clients: number, from: number): Reached[] {
  const ranking = RANKINGS.find(({ id }) => id === 'measured')!;
  const compared = STRATEGIES.filter(({ id }) => ['serial', 'composite', 'concurrent'].includes(id));
  return SCENARIOS.flatMap((scenario) => {
    const cells = compared.map((strategy) => measure(scenario, strategy, ranking, clients, from));
    return goals(cells, [ideal(scenario, clients, from)]);
  });
}

export function writeResults(results: Results): void {
  writeFileSync(FILE, `${JSON.stringify(results, undefined, 1)}\n`);
}

export function readResults(): Results {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Results;
}
