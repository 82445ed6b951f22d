/** The comparison as an SVG bar chart: a panel for each document, a bar for each format. Drawn by hand; it needs no library. */
import { printable } from '../exit.ts';
import { FORMATS, type Format } from './prices.ts';
import { STREAM_FORMATS, type PricedStream, type StreamFormat } from './stream.ts';
import { labelOf, type Priced } from './table.ts';

const WIDTH = 820;
const MARGIN = 28;
const LABELS = 192;
const NUMBERS = 150;
const BAR = 16;
const ROW = 22;
const TITLE = 34;
const HEAD = 58;
const FOOT = 34;
const GAP = 18;
const LONGEST_BAR = WIDTH - 2 * MARGIN - LABELS - NUMBERS;

/** Compressed forms are lighter: they can't be read without inflating them first. */
const COLOURS: Readonly<Record<Format | StreamFormat, string>> = {
  json: '#8a94a6',
  'json+gzip': '#ccd2dc',
  'json+brotli': '#ccd2dc',
  resp: '#8a94a6',
  'resp+gzip': '#ccd2dc',
  'resp+brotli': '#ccd2dc',
  resp3: '#8a94a6',
  messagepack: '#8a94a6',
  cbor: '#8a94a6',
  protobuf: '#8a94a6',
  'petrel-plain': '#7fb3d5',
  petrel: '#0b6fa4',
  'petrel+deflate': '#bcd9ea',
};

const STYLE = `
  text { font: 13px system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2733 }
  .head { font-size: 19px; font-weight: 600 }
  .title { font-size: 14px; font-weight: 600 }
  .quiet { fill: #6b7482 }
  .petrel { font-weight: 600 }
  .number { font-variant-numeric: tabular-nums }`;

/** What a panel shows. */
interface Panel {
  readonly name: string;
  readonly base: string;
  readonly of: number;
  readonly bars: readonly {
    readonly label: string;
    readonly bytes: number;
    readonly id: Format | StreamFormat;
  }[];
}

function ofDocument({ name, sizes, protobuf }: Priced): Panel {
  const bars = FORMATS.map((format) => ({ label: labelOf(format, protobuf), bytes: sizes[format.id], id: format.id }));
  return { name, base: 'JSON', of: sizes.json, bars };
} // prettier-ignore

function ofStream({ name, protocol, sizes }: PricedStream): Panel {
  const bars = STREAM_FORMATS.map(({ id, label }) => ({ label, bytes: sizes[id], id }));
  return { name, base: protocol === 'resp' ? 'RESP' : 'Petrel', of: sizes[protocol], bars };
}

/** An SVG document that shows what each of the documents and streams costs in each format. */
export function chart(documents: readonly Priced[], streams: readonly PricedStream[] = []): string {
  const panels = [...documents.map(ofDocument), ...streams.map(ofStream)];
  const tops = panels.map((_, i) => HEAD + panels.slice(0, i).reduce((sum, each) => sum + heightOf(each), 0));
  const height = HEAD + panels.reduce((sum, each) => sum + heightOf(each), 0) + FOOT;
  const noun = streams.length === 0 ? 'document' : documents.length === 0 ? 'stream' : 'input';
  const formats = Math.max(...panels.map(({ bars }) => bars.length));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>The size of ${panels.length === 1 ? `a${noun === 'input' ? 'n' : ''} ${noun}` : `${panels.length} ${noun}s`} in ${formats} formats</title>
<style>${STYLE}
</style>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${text(MARGIN, 34, `The same ${noun} in bytes`, 'head')}
${panels.map((each, i) => panel(each, tops[i]!)).join('\n')}
${text(MARGIN, height - 16, `Bars of one ${noun} share a scale. Lighter bars are compressed.`, 'quiet')}
</svg>
`;
}

function heightOf({ bars }: Panel): number {
  return TITLE + bars.length * ROW + GAP;
}

function panel({ name, base, of, bars }: Panel, top: number): string {
  const largest = Math.max(...bars.map(({ bytes }) => bytes));
  const drawn = bars.map(({ label, bytes, id }, i) => {
    const y = top + TITLE + i * ROW;
    const length = Math.max(1, (bytes / largest) * LONGEST_BAR);
    const strong = id === 'petrel' ? ' petrel' : '';
    const share = `${((100 * bytes) / of).toFixed(0)} %`;
    return [
      text(MARGIN + LABELS - 10, y + 13, label, `end${strong}`, 'end'),
      `<rect x="${MARGIN + LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${COLOURS[id]}"/>`,
      text(MARGIN + LABELS + length + 8, y + 13, bytes.toLocaleString('en-US'), `number${strong}`),
      text(WIDTH - MARGIN, y + 13, share, `number quiet${strong}`, 'end'),
    ].join('\n');
  });
  return [
    `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${top}" y2="${top}" stroke="#e4e8ee"/>`,
    text(MARGIN, top + 22, name, 'title'),
    text(WIDTH - MARGIN, top + 22, `of ${base}`, 'quiet', 'end'),
    ...drawn,
  ].join('\n');
}

function text(x: number, y: number, content: string, style: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${style}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return printable(content).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
