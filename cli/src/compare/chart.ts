/** The comparison as an SVG bar chart: a panel for each document, a bar for each format. Drawn by hand; it needs no library. */
import { printable } from '../exit.ts';
import { FORMATS, type Format } from './prices.ts';
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
const PANEL = TITLE + FORMATS.length * ROW + 18;
const LONGEST_BAR = WIDTH - 2 * MARGIN - LABELS - NUMBERS;

/** Compressed forms are lighter: they can't be read without inflating them first. */
const COLOURS: Readonly<Record<Format, string>> = {
  json: '#8a94a6',
  'json+gzip': '#ccd2dc',
  'json+brotli': '#ccd2dc',
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

/** An SVG document that shows what each of the documents costs in each format. */
export function chart(documents: readonly Priced[]): string {
  const height = HEAD + documents.length * PANEL + FOOT;
  const panels = documents.map((document, i) => panel(document, HEAD + i * PANEL));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>The size of ${documents.length === 1 ? 'a document' : `${documents.length} documents`} in ${FORMATS.length} formats</title>
<style>${STYLE}
</style>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${text(MARGIN, 34, 'The same document in bytes', 'head')}
${panels.join('\n')}
${text(MARGIN, height - 16, 'Bars of one document share a scale. Lighter bars are compressed.', 'quiet')}
</svg>
`;
}

function panel({ name, sizes, protobuf }: Priced, top: number): string {
  const largest = Math.max(...Object.values(sizes));
  const bars = FORMATS.map((format, i) => {
    const { id } = format;
    const y = top + TITLE + i * ROW;
    const length = Math.max(1, (sizes[id] / largest) * LONGEST_BAR);
    const strong = id === 'petrel' ? ' petrel' : '';
    const share = `${((100 * sizes[id]) / sizes.json).toFixed(0)} %`;
    return [
      text(MARGIN + LABELS - 10, y + 13, labelOf(format, protobuf), `end${strong}`, 'end'),
      `<rect x="${MARGIN + LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${COLOURS[id]}"/>`,
      text(MARGIN + LABELS + length + 8, y + 13, sizes[id].toLocaleString('en-US'), `number${strong}`),
      text(WIDTH - MARGIN, y + 13, share, `number quiet${strong}`, 'end'),
    ].join('\n');
  });
  return [
    `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${top}" y2="${top}" stroke="#e4e8ee"/>`,
    text(MARGIN, top + 22, name, 'title'),
    text(WIDTH - MARGIN, top + 22, 'of JSON', 'quiet', 'end'),
    ...bars,
  ].join('\n');
}

function text(x: number, y: number, content: string, style: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${style}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return printable(content).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
