/** The charts of each suite of the harness, by the names of their files. */
import type { Chart } from './drawing.ts';
import { linesChart, type LinesOptions } from './lines.ts';
import { distinct, groupOf, type Timed } from './measured.ts';
import { ratiosChart, type RatiosOptions } from './ratios.ts';

type Charts = Record<string, Chart>;

const WITH_SCHEMA = /message|protobuf|pbf|avsc|flatbuffers/;

/** Those that do the same work: a command also says what is asked for, and is framed. */
function block({ suite, candidate }: Timed): string {
  if (suite === 'commands') return 'as a command of a stream';
  return WITH_SCHEMA.test(candidate) ? 'with a schema' : 'without a schema';
}

const SUBTITLE =
  'Over the fastest peer of its block, the line at 1. Further right is faster; the scale is logarithmic.';

/** Encoding, decoding and skimming of whole messages, and of commands. */
export function codecCharts(times: readonly Timed[]): Charts {
  const chart = (title: string, operations: RatiosOptions['operations']): Chart =>
    ratiosChart(times, { title, subtitle: SUBTITLE, operations, block });
  return drawn(times, {
    encode: () =>
      chart('Speed of encoding, by corpus', [
        { name: 'into', label: 'into a buffer that is used again' },
        { name: 'own', label: 'to bytes that may be kept' },
      ]),
    decode: () =>
      chart('Speed of decoding, by corpus', [
        { name: 'dec', label: 'to values, texts included' },
        { name: 'views', label: 'to views of the bytes' },
      ]),
    skim: () => chart('Speed of skimming, by corpus', [{ name: 'skim', label: 'walking over the fields' }]),
  });
}

/** Streams of frames, by the size of the chunks that they come in. */
export function streamCharts(times: readonly Timed[]): Charts {
  const several = (candidate: string): boolean =>
    distinct(times.filter((timed) => timed.candidate === candidate).map(({ operation }) => operation))
      .length > 1;
  return drawn(times, {
    streams: () =>
      linesChart(times, {
        title: 'Time per frame of a stream, by the size of its chunks',
        subtitle: 'Lower is faster; both scales are logarithmic.',
        xLabel: 'bytes in a chunk',
        yLabel: 'ns per frame',
        ticks: distinct(times.flatMap(({ x }) => x ?? [])),
        tickText: (tick) => tick.toLocaleString('en'),
        column: groupOf,
        line: ({ candidate, operation }) => (several(candidate) ? `${candidate}: ${operation}` : candidate),
      }),
  });
}

/** What a value costs as it grows. */
export function growingCharts(times: readonly Timed[]): Charts {
  const chart = (groups: readonly string[], options: Omit<LinesOptions, 'subtitle'>): (() => Chart) => {
    const shown = times.filter((timed) => groups.includes(groupOf(timed)));
    const row = groups.length > 1 ? { row: (timed: Timed) => GROUPS[groupOf(timed)]! } : {};
    const subtitle =
      'Bytes that may be kept, and everything decoded. Lower is faster; both scales are logarithmic.';
    return () =>
      linesChart(shown, { ...options, ...row, subtitle, y: ({ nanoseconds, x }) => nanoseconds / x! });
  };
  return drawn(times, {
    'message-size': chart(['text', 'batch'], {
      title: 'Time per byte, by the size of a message',
      xLabel: 'bytes in JSON',
      yLabel: 'ns per byte',
      ticks: [10, 100, 1000, 10_000, 100_000, 2 ** 20, 2 ** 24],
      tickText: bytesText,
    }),
    nesting: chart(['nesting'], {
      title: 'Time per level, by how deep a message nests',
      xLabel: 'levels',
      yLabel: 'ns per level',
      ticks: [1, 4, 16, 64],
    }),
    fields: chart(['fields'], {
      title: 'Time per field, by how many fields an object has',
      xLabel: 'fields',
      yLabel: 'ns per field',
      ticks: [1, 8, 64, 512, 4096],
    }),
  });
}

const GROUPS: Readonly<Record<string, string>> = { text: 'one text', batch: 'a list' };

function bytesText(bytes: number): string {
  if (bytes >= 2 ** 20) return `${bytes / 2 ** 20} MiB`;
  return bytes >= 1000 ? `${bytes / 1000} kB` : `${bytes}`;
}

function drawn(times: readonly Timed[], charts: Readonly<Record<string, () => Chart>>): Charts {
  if (times.length === 0) return {};
  return Object.fromEntries(Object.entries(charts).map(([name, chart]) => [name, chart()]));
}
