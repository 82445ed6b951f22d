/** Simulated networks: how long strategies take to a first message, and what it costs to keep a link. */
import * as Plot from '@observablehq/plot';
import { INTERVALS, NATS } from '../networks/heartbeats.ts';
import type { Measured } from '../networks/measure.ts';
import type { Results } from '../networks/results.ts';
import { SCENARIOS } from '../networks/scenarios.ts';
import { STRATEGIES } from '../networks/strategies.ts';
import { OTHERS, OURS, QUIET } from './colors.ts';
import type { Chart, Key } from './drawing.ts';

interface Line {
  readonly network: string;
  readonly phase: string;
  readonly row: string;
  readonly color: string;
  readonly p50: number;
  readonly p99: number;
}

const LEAST = 'least possible';
const PHASES = ['cold', 'learned'] as const;
const [RIGHT, LEFT] = [30_000, 30];
const TICKS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000];

const COLORS: Readonly<Record<string, string>> = {
  serial: OTHERS[0],
  composite: OURS[0],
  mars: OTHERS[2],
  article: OTHERS[3],
  concurrent: OTHERS[1],
};

const ROWS: readonly Key[] = [
  ...STRATEGIES.map(({ id, name }) => ({ label: name, color: COLORS[id]! })),
  { label: LEAST, color: QUIET },
];

/** From the median to the slowest of a hundred, of each strategy with measured latencies. */
export function networksChart(results: Results): Chart {
  const lines = linesOf(results);
  const place = { fx: 'phase', fy: 'network', y: 'row' };
  return {
    title: 'Time to the first message on simulated networks',
    subtitle:
      'Milliseconds, logarithmic: a dot at the median, a ring at p99. What was not answered within 30 s stands at the right edge.',
    legend: ROWS,
    options: {
      height: SCENARIOS.length * 86 + 60,
      marginLeft: 190,
      marginRight: 24,
      marginBottom: 40,
      x: { type: 'log', domain: [LEFT, RIGHT], label: null },
      y: { type: 'point', domain: ROWS.map(({ label }) => label), axis: null, padding: 0.9 },
      fx: { domain: [...PHASES], label: null, padding: 0.05 },
      fy: { domain: SCENARIOS.map(({ name }) => name), label: null, axis: 'left', padding: 0.12 },
      color: { type: 'identity' },
      marks: [
        Plot.frame({ strokeOpacity: 0.15 }),
        Plot.gridX(TICKS, { strokeOpacity: 0.1 }),
        Plot.ruleX([1000], { strokeOpacity: 0.5, strokeDasharray: '3 3' }),
        Plot.axisX([50, 200, 1000, 5000, 30_000], {
          text: (tick: number) => tick.toLocaleString('en'),
          label: null,
        }),
        Plot.link(lines, {
          ...place,
          x1: 'p50',
          x2: 'p99',
          y1: 'row',
          y2: 'row',
          stroke: 'color',
          strokeWidth: 2,
        }),
        Plot.dot(lines, { ...place, x: 'p50', fill: 'color', r: 3.4 }),
        Plot.dot(lines, { ...place, x: 'p99', stroke: 'color', fill: 'var(--ground)', r: 3 }),
      ],
    },
  };
}

function linesOf({ cells, ideals }: Results): Line[] {
  return SCENARIOS.flatMap(({ id, name: network }) =>
    PHASES.flatMap((phase) =>
      ROWS.flatMap(({ label: row, color }): Line[] => {
        const strategy = STRATEGIES.find(({ name }) => name === row)?.id;
        const found =
          strategy === undefined
            ? ideals.find(({ scenario }) => scenario === id)
            : cells.find(
                (cell) => cell.scenario === id && cell.strategy === strategy && cell.ranking === 'measured',
              );
        const measured = found?.[phase];
        return measured === undefined ? [] : [{ network, phase, row, color, ...ends(measured) }];
      }),
    ),
  );
}

function ends({ p50, p99 }: Measured): Pick<Line, 'p50' | 'p99'> {
  return { p50: p50 ?? RIGHT, p99: p99 ?? RIGHT };
}

/** Each interval's wake-ups, and the share of news that found the link dead, by NAT. */
export function heartbeatsChart({ heartbeats }: Results): Chart {
  const bars = heartbeats.map(({ nat, interval, later, missed }) => ({
    nat: natName(nat),
    name: INTERVALS.find(({ id }) => id === interval)!.name,
    wakes: later.wakes,
    late: missed < 0.001 ? '' : `${Math.round(100 * missed)} % late`,
    color: interval === 'adaptive' ? OURS[0] : OTHERS[0],
  }));
  const place = { x: 'wakes', y: 'name', fx: 'nat' };
  return {
    title: 'Wake-ups that keep a link behind a NAT',
    subtitle:
      'An hour, after a first day of learning, in the background, with news every half an hour; and which part of the news found the link dead.',
    legend: [
      { label: 'adaptive', color: OURS[0] },
      { label: 'at a fixed interval', color: OTHERS[0] },
    ],
    options: {
      height: 220,
      marginLeft: 84,
      marginRight: 16,
      marginBottom: 40,
      marginTop: 34,
      x: { domain: [0, 62], ticks: 4, label: 'wake-ups an hour', labelArrow: 'none', labelAnchor: 'center' },
      y: { domain: INTERVALS.map(({ name }) => name), label: null, tickSize: 0, padding: 0.3 },
      fx: { domain: NATS.map(natName), label: null, padding: 0.08 },
      color: { type: 'identity' },
      marks: [
        Plot.gridX({ strokeOpacity: 0.1 }),
        Plot.barX(bars, { ...place, fill: 'color' }),
        Plot.text(bars, { ...place, text: 'late', fill: 'currentColor', dx: 5, textAnchor: 'start' }),
        Plot.ruleX([0], { strokeOpacity: 0.6 }),
      ],
    },
  };
}

function natName(minutes: number): string {
  return `NAT forgets after ${minutes} min`;
}
