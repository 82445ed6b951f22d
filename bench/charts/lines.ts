/** Times against what grows: a line for each candidate, a panel for each operation and group of corpora. */
import * as Plot from '@observablehq/plot';
import { OTHERS, OURS } from './colors.ts';
import type { Chart } from './drawing.ts';
import { distinct, type Timed } from './measured.ts';

export interface LinesOptions {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** The ticks of the x axis, and how they are written. */
  readonly ticks: readonly number[];
  readonly tickText?: (tick: number) => string;
  /** What is drawn; the time itself by default. */
  readonly y?: (timed: Timed) => number;
  /** A panel's row; all in one by default. */
  readonly row?: (timed: Timed) => string;
  /** A panel's column; the operation by default. */
  readonly column?: (timed: Timed) => string;
  /** A line's name; the candidate's by default. */
  readonly line?: (timed: Timed) => string;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly row: string;
  readonly column: string;
  readonly line: string;
}

const ROW_HEIGHT = 250;

export function linesChart(times: readonly Timed[], options: LinesOptions): Chart {
  const points = times.filter(({ x }) => x !== null).map((timed) => pointOf(timed, options));
  const rows = distinct(points.map(({ row }) => row));
  const styles = stylesOf(times, options.line ?? candidateOf);
  const { title, subtitle, xLabel, yLabel, ticks, tickText = plainText } = options;
  return {
    title,
    subtitle,
    legend: styles.map(({ line: label, color, dash }) => ({ label, color, dash, symbol: 'line' })),
    options: {
      height: rows.length * ROW_HEIGHT + 70,
      marginLeft: 58,
      marginRight: rows.length > 1 ? 70 : 20,
      marginTop: 34,
      marginBottom: 46,
      x: { type: 'log', label: xLabel, labelArrow: 'none', inset: 6 },
      y: { type: 'log', label: yLabel, labelArrow: 'none', inset: 6 },
      fx: { label: null, domain: distinct(points.map(({ column }) => column)), padding: 0.1 },
      fy: { label: null, domain: rows, padding: 0.08, axis: rows.length > 1 ? 'right' : null },
      color: { type: 'identity' },
      marks: [
        Plot.frame({ strokeOpacity: 0.15 }),
        Plot.gridX(ticks, { strokeOpacity: 0.1 }),
        Plot.gridY(yTicks(points), { strokeOpacity: 0.1 }),
        Plot.axisX(ticks, { text: (tick: number) => tickText(tick), label: xLabel, labelArrow: 'none' }),
        Plot.axisY(yTicks(points), { text: plainText, label: yLabel, labelArrow: 'none' }),
        ...styles.map((style) => lineOf(points, style)),
      ],
    },
  };
}

const candidateOf = ({ candidate }: Timed): string => candidate;
const plainText = (tick: number): string => tick.toLocaleString('en');

function pointOf(timed: Timed, { y, row, column, line = candidateOf }: LinesOptions): Point {
  return {
    x: timed.x!,
    y: y === undefined ? timed.nanoseconds : y(timed),
    row: row === undefined ? '' : row(timed),
    column: column === undefined ? timed.operation : column(timed),
    line: line(timed),
  };
}

/** A line of the chart: a colour for each candidate, a dash for each of its operations. */
interface Style {
  readonly line: string;
  readonly ours: boolean;
  readonly color: string;
  readonly dash: string;
}

const DASHES = ['none', '9 5', '2 5', '12 4 2 4', '12 4 2 4 2 4'] as const;

function stylesOf(times: readonly Timed[], line: (timed: Timed) => string): Style[] {
  return [OURS, OTHERS].flatMap((colors) => {
    const ours = colors === OURS;
    const own = times.filter((timed) => timed.ours === ours);
    return distinct(own.map(candidateOf)).flatMap((candidate, i) => {
      const lines = distinct(own.filter((timed) => timed.candidate === candidate).map(line));
      const color = colors[i % colors.length]!;
      return lines.map((name, j) => ({ line: name, ours, color, dash: DASHES[j % DASHES.length]! }));
    });
  });
}

function lineOf(points: readonly Point[], { line, ours, color, dash }: Style): Plot.Markish[] {
  const shown = points.filter((point) => point.line === line);
  const place = { x: 'x', y: 'y', fx: 'column', fy: 'row' };
  const strokeWidth = ours ? 2.4 : 1.6;
  return [
    Plot.line(shown, { ...place, sort: 'x', stroke: color, strokeWidth, strokeDasharray: dash }),
    Plot.dot(shown, { ...place, fill: color, r: ours ? 3 : 2.2 }),
  ];
}

/** Powers of ten, with their doubles and halves where there are few. */
function yTicks(points: readonly Point[]): number[] {
  const values = points.map(({ y }) => y);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const powers = range(Math.floor(Math.log10(least)) - 1, Math.ceil(Math.log10(most)) + 1).map(
    (power) => 10 ** power,
  );
  const within = (ticks: readonly number[]): number[] =>
    ticks.filter((tick) => tick >= least && tick <= most);
  const few = within(powers);
  return few.length > 3 ? few : within(powers.flatMap((power) => [power, 2 * power, 5 * power]));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
