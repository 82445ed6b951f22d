/** The tables of simulated networks, in Markdown: the README's, and those of RESULTS.md, of all that was measured. */
import { goals, GOALS, MISSED, type Goal, type Reached } from './goals.ts';
import { INTERVALS, NATS, type HeartbeatCell } from './heartbeats.ts';
import type { Cell, Measured } from './measure.ts';
import type { Results } from './results.ts';
import { SCENARIOS } from './scenarios.ts';
import { RANKINGS, STRATEGIES } from './strategies.ts';

type Row = readonly string[];
type Shown = 'cold' | 'learned';

function table(head: Row, rows: readonly Row[]): string {
  const line = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, line, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Milliseconds as they are read: 50, 1,130, 10.3 s. */
function time(milliseconds: number | null): string {
  if (milliseconds === null || milliseconds === Infinity) return 'never';
  if (milliseconds < 10_000) return Math.round(milliseconds).toLocaleString('en-US');
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;

function find(results: Results, scenario: string, strategy: string, ranking: string): Cell {
  return results.cells.find(
    (cell) => cell.scenario === scenario && cell.strategy === strategy && cell.ranking === ranking,
  )!;
}

/** Times of one phase: a network in a row, a strategy in a column, with measured latencies. */
function times(results: Results, phase: Shown): string {
  const rows = SCENARIOS.flatMap(({ id, name }): Row[] => {
    const least = results.ideals.find(({ scenario }) => scenario === id)?.[phase];
    if (least === undefined) return [];
    const cells = STRATEGIES.map((strategy) => find(results, id, strategy.id, 'measured')[phase]);
    return [[name, ...[...cells, least].map(both)]];
  });
  return table([phase, ...STRATEGIES.map(({ name }) => name), 'least possible'], rows);
}

function both(measured: Measured | undefined): string {
  return measured === undefined ? '' : `${time(measured.p50)} / ${time(measured.p99)}`;
}

/** What each goal came to, and a mark where it is missed. */
function reached(results: Results): string {
  const all = goals(results.cells, results.ideals);
  const names = Object.keys(GOALS) as Goal[];
  const rows = SCENARIOS.map(({ id, name }): Row => [
    name,
    ...names.map((goal) => goalCell(all.find((each) => each.scenario === id && each.goal === goal))),
  ]);
  return table(['composite, measured', ...Object.values(GOALS)], rows);
}

function goalCell(reached: Reached | undefined): string {
  if (reached === undefined) return '';
  const text = goalText(reached);
  if (reached.met === undefined) return `(${text})`;
  return reached.met ? text : `**${text}**`;
}

function goalText({ goal, value }: Reached): string {
  switch (goal) {
    case 'answered':
      return percent(value);
    case 'tail':
      return time(value);
    case 'median':
    case 'load':
      return value.toFixed(3);
    default:
      return goal satisfies never;
  }
}

/** The least and the most of each goal, of these clients and of others. */
function spread(results: Results): string {
  const runs = [goals(results.cells, results.ideals), ...results.others];
  const names = Object.keys(GOALS) as Goal[];
  const rows = SCENARIOS.map(({ id, name }): Row => [
    name,
    ...names.map((goal) => {
      const found = runs.map((run) => run.find((each) => each.scenario === id && each.goal === goal)!);
      const sorted = found.toSorted((a, b) => a.value - b.value);
      const [least, most] = [sorted[0]!, sorted.at(-1)!].map(goalText);
      return least === most ? least! : `${least} to ${most}`;
    }),
  ]);
  return table(['composite, measured', ...Object.values(GOALS)], rows);
}

function reasons(): string[] {
  return SCENARIOS.flatMap(({ id, name }) =>
    Object.values(MISSED[id] ?? {}).map((reason) => `- ${name[0]!.toUpperCase()}${name.slice(1)}: ${reason}`),
  );
}

function heartbeats(results: Results): string {
  const head = [
    'NAT forgets after',
    'beats',
    'wake-ups/h',
    'bytes/h',
    'links lost/h',
    'news late',
    'their p99',
  ];
  const rows = NATS.flatMap((nat) =>
    INTERVALS.map(({ id, name }): Row => {
      const cell = results.heartbeats.find((each) => each.nat === nat && each.interval === id)!;
      return [`${nat} min`, name, ...keptCells(cell), percent(cell.missed), lateness(cell)];
    }),
  );
  return table(head, rows);
}

/** Where the first day is another one by a tenth, it stands in front. */
function keptCells({ first, later }: HeartbeatCell): string[] {
  return (['wakes', 'bytes', 'lost'] as const).map((what) => {
    const text = (value: number): string =>
      what === 'bytes' ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);
    const [a, b] = [first[what], later[what]];
    return Math.abs(a - b) > 0.1 * Math.max(1, b) ? `${text(a)}, then ${text(b)}` : text(b);
  });
}

function lateness({ late }: HeartbeatCell): string {
  return late === 0 ? '0' : `${Math.round(late / 1000)} s`;
}

function conditions({ clients, commit }: Results): string {
  const dials = SCENARIOS.length * STRATEGIES.length * RANKINGS.length;
  return `${clients} simulated clients in each of ${dials} cells, in virtual time: \`npm run bench:networks\` at commit ${commit}, the same on any machine.`;
}

const COLUMNS = `Milliseconds from the wish for a link to the first answer of the session, which has that of the first message: **p50 / p99**. *Cold*: a client that knows nothing
yet; *learned*: after ten dials. *Least possible*: an attempt to every endpoint every 50 ms. All with measured latencies, nearest first.`;

/** The README's part. */
export function summary(results: Results): string {
  return [
    COLUMNS,
    times(results, 'learned'),
    times(results, 'cold'),
    '![Time to the first message on simulated networks](bench/plots/networks.svg)',
    'The goals, and in bold what is missed; in brackets where no path allows it:',
    reached(results),
    ...(reasons().length > 0 ? [reasons().join('\n')] : []),
    'What it takes to keep a link behind a NAT, in the background, with news every half an hour on average:',
    heartbeats(results),
    `Where three links in a row die at their first beat the adaptive heartbeat goes below Mars' least interval of 210 s, by 60 s each time, down to 60 s: behind a NAT of 2 minutes it
has lost six links before it beats every 90 s, and none after.`,
    '![Wake-ups that keep a link behind a NAT](bench/plots/heartbeats.svg)',
    `What is assumed: [bench/networks](bench/networks/README.md); all rankings, and how much the goals depend on the seeds: [RESULTS.md](bench/networks/RESULTS.md). ${conditions(results)}`,
  ].join('\n\n');
}

/** Every cell: `RESULTS.md`. */
export function report(results: Results): string {
  const parts = SCENARIOS.flatMap(({ id, name }) => {
    const phases = (['cold', 'learned'] as const).filter(
      (phase) => find(results, id, 'serial', 'random')[phase],
    );
    return [
      `## ${name[0]!.toUpperCase()}${name.slice(1)}`,
      ...phases.map((phase) => grid(results, id, phase)),
    ];
  });
  return `${[
    '<!-- Generated by `npm run bench:networks`. -->',
    '# Simulated networks: all strategies, all rankings',
    `[README.md](README.md) says what is assumed. Times are milliseconds; *answered*: of wishes, within 30 s; *first*: by the first dial; *attempts*, and *seen*, which came
to a server, are means for each wish; *probes* are connections for each wish, learning included. ${conditions(results)}`,
    ...parts,
    '## Other clients',
    `What the goals came to, the least and the most of ${1 + results.others.length} times ${results.clients} clients:`,
    spread(results),
  ].join('\n\n')}\n`;
}

function grid(results: Results, scenario: string, phase: Shown): string {
  const rows = RANKINGS.flatMap((ranking) =>
    STRATEGIES.map((strategy): Row => {
      const cell = find(results, scenario, strategy.id, ranking.id);
      const { answered, firstDial, p50, p99, attempts, seen } = cell[phase]!;
      const counts = [attempts, seen, cell.probes].map((count) => count.toFixed(2));
      return [
        ranking.name,
        strategy.name,
        percent(answered),
        percent(firstDial),
        time(p50),
        time(p99),
        ...counts,
      ];
    }),
  );
  return table([phase, 'strategy', 'answered', 'first', 'p50', 'p99', 'attempts', 'seen', 'probes'], rows);
}
