/** How fast each candidate is on each corpus, over the best peer: a column for each corpus, a row for each candidate. */
import * as Plot from '@observablehq/plot';
import { OURS, QUIET } from './colors.ts';
import type { Chart, Key } from './drawing.ts';
import { distinct, type Timed } from './measured.ts';

export interface RatiosOptions {
  readonly title: string;
  readonly subtitle: string;
  /** The operations that are shown, the main one first. */
  readonly operations: readonly { readonly name: string; readonly label: string }[];
  /** Candidates are compared within their block. */
  readonly block: (timed: Timed) => string;
}

interface Point {
  readonly row: string;
  readonly corpus: string;
  readonly operation: string;
  readonly ours: boolean;
  /** Times as fast as the best peer. */
  readonly speed: number;
}

const ROW_HEIGHT = 19;
/** Beyond these a mark stands at the edge, as an arrow. */
const [SLOWEST, FASTEST] = [1 / 10, 10];
const TICKS = [0.2, 1, 5];

export function ratiosChart(times: readonly Timed[], options: RatiosOptions): Chart {
  const shown = times.filter(({ operation }) => options.operations.some(({ name }) => name === operation));
  const points = distinct(shown.map(unitOf(options))).flatMap((unit) =>
    pointsOf(
      shown.filter((timed) => unitOf(options)(timed) === unit),
      options,
    ),
  );
  const rows = rowsOf(shown, points, options);
  return {
    title: options.title,
    subtitle: options.subtitle,
    legend: legendOf(options),
    options: {
      height: rows.length * ROW_HEIGHT + 80,
      marginLeft: 190,
      marginRight: 20,
      marginTop: 34,
      marginBottom: 46,
      x: { type: 'log', domain: [SLOWEST / 1.3, FASTEST * 1.3] },
      y: { type: 'point', domain: rows, label: null },
      fx: { label: null, domain: distinct(points.map(({ corpus }) => corpus)), padding: 0.08 },
      marks: [
        Plot.gridX(TICKS, { strokeOpacity: 0.1 }),
        Plot.gridY(
          rows.filter((row) => !isHead(row)),
          { strokeOpacity: 0.1 },
        ),
        Plot.axisX(TICKS, { text: (tick: number) => `${tick}`, label: AXIS, labelArrow: 'none' }),
        ...axesY(rows),
        Plot.ruleX([1], { strokeOpacity: 0.6 }),
        ...options.operations.flatMap((_, i) => marks(points, options, i)),
      ],
    },
  };
}

const AXIS = 'times as fast as the best peer';

const unitOf =
  ({ block }: RatiosOptions) =>
  (timed: Timed): string =>
    JSON.stringify([block(timed), timed.corpus, timed.operation]);

/** The candidates of a block, corpus and operation, over the fastest peer that answers what the others do. */
function pointsOf(unit: readonly Timed[], { block }: RatiosOptions): Point[] {
  const peers = unit.filter(({ ours, differs }) => !ours && differs === null);
  const best = Math.min(...peers.map(({ nanoseconds }) => nanoseconds));
  if (!Number.isFinite(best)) return [];
  return unit.map((timed) => ({
    row: rowOf(block(timed), timed.candidate),
    corpus: timed.corpus,
    operation: timed.operation,
    ours: timed.ours,
    speed: best / timed.nanoseconds,
  }));
}

/** A block's head, and below it its candidates: ours first, then from fast to slow. */
function rowsOf(times: readonly Timed[], points: readonly Point[], { block }: RatiosOptions): string[] {
  const rank = (row: string): number => {
    const own = points.filter((point) => point.row === row);
    const mean = own.reduce((sum, { speed }) => sum + Math.log(speed), 0) / own.length;
    return own[0]!.ours ? mean + 1000 : mean;
  };
  return distinct(times.map(block)).flatMap((name) => {
    const rows = distinct(points.map(({ row }) => row)).filter((row) => row.startsWith(rowOf(name, '')));
    return rows.length === 0 ? [] : [rowOf(name, ''), ...rows.toSorted((a, b) => rank(b) - rank(a))];
  });
}

const SEPARATOR = '\n';
const rowOf = (block: string, candidate: string): string => `${block}${SEPARATOR}${candidate}`;
const isHead = (row: string): boolean => row.endsWith(SEPARATOR);

const part =
  (i: number) =>
  (row: string): string =>
    row.split(SEPARATOR)[i]!;

function axesY(rows: readonly string[]): Plot.Markish[] {
  const common = { tickSize: 0, label: null, fxAnchor: 'left' } as const;
  return [
    Plot.axisY(
      rows.filter((row) => !isHead(row)),
      { ...common, tickFormat: part(1) },
    ),
    Plot.axisY(rows.filter(isHead), { ...common, tickFormat: part(0), fontWeight: 600 }),
  ];
}

function legendOf({ operations }: RatiosOptions): Key[] {
  return operations.flatMap(({ label }, i): Key[] => {
    const symbol = i === 0 ? 'dot' : 'ring';
    return [
      { label: `Petrel ${label}`, color: OURS[0], symbol },
      { label: `a peer ${label}`, color: QUIET, symbol },
    ];
  });
}

function marks(points: readonly Point[], { operations }: RatiosOptions, index: number): Plot.Markish[] {
  const shown = points.filter(({ operation }) => operation === operations[index]!.name);
  const inside = ({ speed }: Point): boolean => speed >= SLOWEST && speed <= FASTEST;
  const color = ({ ours }: Point): string => (ours ? OURS[0] : QUIET);
  const place = {
    x: ({ speed }: Point) => Math.min(Math.max(speed, SLOWEST), FASTEST),
    y: 'row',
    fx: 'corpus',
  };
  const radius = ({ ours }: Point): number => (ours ? 4.5 : 3.2);
  const paint = index === 0 ? { fill: color } : { stroke: color };
  return [
    Plot.dot(shown.filter(inside), { ...place, r: radius, ...paint }),
    Plot.text(
      shown.filter((point) => !inside(point)),
      {
        ...place,
        text: ({ speed }: Point) => (speed > 1 ? '▶' : '◀'),
        fill: color,
        fontSize: 9,
      },
    ),
  ];
}
