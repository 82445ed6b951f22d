/** The sizes of every document, by family, over MessagePack's. */
import * as Plot from '@observablehq/plot';
import { FORMATS, type Format } from '../documents/price.ts';
import { ofMessagePack, withPrices, type Results } from '../documents/results.ts';
import { OTHERS, OURS, QUIET } from './colors.ts';
import type { Chart, Key } from './drawing.ts';

/** From what lies below to what lies above. */
const SHOWN: readonly (Omit<Key, 'label'> & { format: Format })[] = [
  { format: 'json', color: QUIET, symbol: 'ring' },
  { format: 'brotli', color: OTHERS[5], symbol: 'ring' },
  { format: 'cbor', color: OTHERS[1], symbol: 'ring' },
  { format: 'records', color: OTHERS[0], symbol: 'ring' },
  { format: 'petrel', color: OURS[0], symbol: 'dot' },
];

const ROW = 14;

/** A row is a document, or the head of a family. */
interface Point {
  readonly row: string;
  readonly ratio: number;
  readonly format: Format;
}

export function sizesChart(results: Results): Chart {
  const families = withPrices(results);
  const documents = families.flatMap((family) => family.documents);
  const rows = families.flatMap((family) => [head(family.name), ...family.documents.map(({ name }) => name)]);
  const points = documents.flatMap((document): Point[] =>
    SHOWN.map(({ format }) => ({ row: document.name, format, ratio: ofMessagePack(document, format) })),
  );
  return {
    title: `Bytes of ${documents.length} public JSON documents`,
    subtitle:
      'As a multiple of those in MessagePack, the line at 1. Further left is smaller; the scale is logarithmic.',
    legend: SHOWN.map(({ format, ...key }) => ({ ...key, label: labelOf(format) })),
    options: {
      height: rows.length * ROW + 60,
      marginLeft: 170,
      marginRight: 24,
      marginTop: 8,
      marginBottom: 42,
      x: { type: 'log', domain: around(points.map(({ ratio }) => ratio)) },
      y: { type: 'point', domain: rows, label: null },
      marks: [
        Plot.gridX(TICKS, { strokeOpacity: 0.12 }),
        Plot.axisX(TICKS, { text: (tick: number) => `${tick}`, label: AXIS, labelArrow: 'none' }),
        Plot.axisY(
          documents.map(({ name }) => name),
          { tickSize: 0, label: null },
        ),
        Plot.axisY(
          families.map(({ name }) => head(name)),
          {
            tickSize: 0,
            label: null,
            tickFormat: (row: string) => row.trim(),
            fontWeight: 600,
          },
        ),
        Plot.gridY(
          documents.map(({ name }) => name),
          { strokeOpacity: 0.08 },
        ),
        Plot.ruleX([1], { strokeOpacity: 0.6 }),
        ...SHOWN.map((key) => dots(points, key)),
      ],
    },
  };
}

const AXIS = 'bytes ÷ bytes in MessagePack';
const TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];

/** Room for whole dots at either end. */
function around(values: readonly number[]): [number, number] {
  return [Math.min(...values) / 1.1, Math.max(...values) * 1.1];
}

/** A family may be called as a document is. */
const head = (family: string): string => ` ${family}`;

function labelOf(format: Format): string {
  return FORMATS.find(({ id }) => id === format)!.label;
}

function dots(points: readonly Point[], { format, color, symbol }: (typeof SHOWN)[number]): Plot.Markish {
  const shown = points.filter((point) => point.format === format);
  const place = { x: 'ratio', y: 'row' };
  if (symbol === 'dot') return Plot.dot(shown, { ...place, r: 4.5, fill: color });
  return Plot.dot(shown, { ...place, r: 3, stroke: color });
}
