import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseHTML } from 'linkedom';
import { afterAll, describe, expect, it } from 'vitest';
import { readSizes } from '../documents/results.ts';
import { readResults } from '../networks/results.ts';
import { draw, type Chart } from './drawing.ts';
import { linesChart } from './lines.ts';
import { heartbeatsChart, networksChart } from './networks.ts';
import { readTimes, type Measured, type Timed } from './measured.ts';
import { ratiosChart } from './ratios.ts';
import { sizesChart } from './sizes.ts';
import { codecCharts, growingCharts, streamCharts } from './suites.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-charts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function timed(candidate: string, nanoseconds: number, more: Partial<Timed> = {}): Timed {
  const ours = candidate.startsWith('Petrel');
  const place = { suite: 'codecs', corpus: 'a', x: null, operation: 'dec', control: false, differs: null };
  return { ...place, candidate, ours, nanoseconds, ...more };
}

function textsOf(svg: string): string[] {
  const { document } = parseHTML(svg);
  return Array.from(document.querySelectorAll('text'), ({ textContent }) => textContent ?? '');
}

const chart = (title: string): Chart => ({ title, subtitle: '', legend: [], options: { marks: [] } });

function write(lines: readonly Measured[]): URL {
  const file = join(folder, 'results.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return pathToFileURL(file);
}

/** As long for each level, however many there are. */
function nested(x: number): Timed {
  return timed('JSON', 100 * x, { suite: 'growing', corpus: `nesting/${x}`, x });
}

/** The places of circles along the scale, from left to right, in the panel of one corpus. */
function circles(svg: string): number[] {
  const plot = svg.slice(svg.indexOf('class="plot"'));
  return Array.from(plot.matchAll(/<circle[^>]*cx="([\d.]+)"/g), ([, x]) => Number(x));
}

describe('the chart of sizes', () => {
  it('is what was measured, as it is committed', () => {
    const committed = readFileSync(new URL('../plots/sizes.svg', import.meta.url), 'utf8');
    expect(draw(sizesChart(readSizes()))).toBe(committed);
  });
});

describe('a drawing', () => {
  it('escapes what would be markup', () => {
    const svg = draw(chart(`<script>alert("1")</script> & 'x'`));
    expect(svg).not.toContain('<script');
    expect(textsOf(svg)).toContain(`<script>alert("1")</script> & 'x'`);
  });

  it('holds no character that XML has not', () => {
    expect(draw(chart('a\u0000\u001b[31m\u0085\ud800b'))).toContain('>a\ufffd\ufffd[31m\ufffd\ufffdb<');
  });

  it('follows the reader to dark pages', () => {
    expect(draw(chart('x'))).toMatch(/prefers-color-scheme: dark.*--ground: #0d1117/);
  });
});

describe('the results of a suite', () => {
  it('are those that have a time and are no control', () => {
    const kept = timed('pbf', 100);
    const control = timed('Petrel', 10, { control: true });
    const failed = { ...timed('avsc', 10), nanoseconds: null };
    const other = timed('ioredis', 10, { suite: 'streams' });
    expect(readTimes(write([kept, control, failed, other]), 'codecs')).toEqual([kept]);
  });

  it('are none where nothing was measured, and then nothing is drawn', () => {
    const none = readTimes(new URL('no-such-file.jsonl', import.meta.url), 'codecs');
    expect([none, codecCharts(none), streamCharts(none), growingCharts(none)]).toEqual([[], {}, {}, {}]);
  });

  it('have no control characters in their names', () => {
    const [found] = readTimes(write([timed('a\u001bb', 1, { corpus: 'c\u0000' })]), 'codecs');
    expect([found!.candidate, found!.corpus]).toEqual(['a\ufffdb', 'c\ufffd']);
  });
});

describe('a chart of ratios', () => {
  const options = {
    title: '',
    subtitle: '',
    operations: [{ name: 'dec', label: 'decoding' }],
    block: () => 'all',
  };

  it('compares with the fastest peer that answers the same', () => {
    const bigints = timed('with bigints', 1, { differs: '64-bit integers are bigints' });
    const times = [timed('Petrel', 100), timed('slow', 200), timed('fast', 100), bigints];
    const svg = draw(ratiosChart(times, options));
    const [slow, ours, fast] = circles(svg).toSorted((left, right) => left - right);
    expect(ours).toBe(fast);
    expect(slow).toBeLessThan(fast!);
    // beyond the scale
    expect(textsOf(svg)).toContain('▶');
    expect(textsOf(svg)).not.toContain('◀');
  });

  it('leaves out a block that has no peer', () => {
    expect(circles(draw(ratiosChart([timed('Petrel', 100)], options)))).toEqual([]);
  });
});

describe('a chart of lines', () => {
  it('has a line for each operation of a candidate, and a key for it', () => {
    const times = ['slices', 'skim'].flatMap((operation) =>
      [1, 64].map((x) =>
        timed('Petrel', 1000 / x, { suite: 'streams', corpus: `commands/${x}`, x, operation }),
      ),
    );
    const { streams } = streamCharts([
      ...times,
      timed('redis-parser', 50, { suite: 'streams', corpus: 'commands/64', x: 64, operation: 'frames' }),
    ]);
    const svg = draw(streams!);
    expect(streams!.legend.map(({ label }) => label)).toEqual([
      'Petrel: slices',
      'Petrel: skim',
      'redis-parser',
    ]);
    expect(circles(svg)).toHaveLength(5);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['commands', '64', 'ns per frame']));
  });

  it('leaves out what has no place on its axis', () => {
    const options = { title: '', subtitle: '', xLabel: '', yLabel: '', ticks: [1] };
    const lines = linesChart([timed('Petrel', 5, { x: 1 }), timed('Petrel', 5)], options);
    expect(circles(draw(lines))).toHaveLength(1);
  });

  it('shows times by the unit that grows', () => {
    const svg = draw(growingCharts([nested(1), nested(64)])['nesting']!);
    const heights = Array.from(svg.matchAll(/<circle[^>]*cy="([\d.]+)"/g), ([, y]) => Number(y));
    expect(heights.at(-1)).toBe(heights.at(-2));
  });
});

describe('the charts of simulated networks', () => {
  const results = readResults();

  it('have a dot and a ring for each strategy on each network, cold and learned', () => {
    const { document } = parseHTML(draw(networksChart(results)));
    const cells = results.cells.filter(({ ranking }) => ranking === 'measured');
    const phases = [...cells, ...results.ideals].flatMap(({ cold, learned }) => [cold, learned]);
    const drawn = phases.filter((phase) => phase !== undefined).length;
    expect(document.querySelectorAll('svg svg circle').length).toBe(2 * drawn);
  });

  it('have a bar for each interval behind each NAT, and say where news come late', () => {
    const svg = draw(heartbeatsChart(results));
    const { document } = parseHTML(svg);
    expect(document.querySelectorAll('g[aria-label=bar] rect').length).toBe(results.heartbeats.length);
    const late = textsOf(svg).filter((text) => text.endsWith(' % late'));
    expect(late.length).toBe(results.heartbeats.filter(({ missed }) => missed >= 0.001).length);
  });
});
