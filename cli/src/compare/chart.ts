/** The comparison as an SVG bar chart: a panel for each document, a bar for each format. Drawn by hand; it needs no library. */
import { grouped } from '../amounts.ts';
import { printable } from '../exit.ts';
import { CAPTURE_FORMATS, isOfCapture, type CaptureFormat, type PricedCapture } from './capture-price.ts';
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

type AnyFormat = Format | StreamFormat | CaptureFormat;

/** Compressed forms are lighter: they can't be read without inflating them first. */
const COLOURS: Readonly<Record<AnyFormat, string>> = {
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
  mqtt: '#8a94a6',
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
    readonly id: AnyFormat;
    /** What carries them: drawn behind them, lighter. */
    readonly carrier?: number;
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

/** The whole bars are the bytes over TLS and TCP/IP. */
function ofCapture({ name, protocol, sizes }: PricedCapture): Panel {
  const bars = CAPTURE_FORMATS.flatMap(({ id, label }) => {
    const size = sizes[id];
    return size === undefined ? [] : [{ label, bytes: size.tls, id, carrier: size.tls - size.bytes }];
  });
  return { name, base: protocol === 'resp' ? 'RESP' : 'Petrel', of: sizes[protocol]!.tls, bars };
}

function ofConversation(priced: PricedStream | PricedCapture): Panel {
  return isOfCapture(priced) ? ofCapture(priced) : ofStream(priced);
}

/** What the panels show. */
function nounOf(documents: readonly Priced[], streams: readonly (PricedStream | PricedCapture)[]): string {
  if (streams.length === 0) return 'document';
  if (documents.length > 0) return 'input';
  const captures = streams.filter(isOfCapture).length;
  return captures === 0 ? 'stream' : captures === streams.length ? 'capture' : 'input';
}

function lighterText(streams: readonly (PricedStream | PricedCapture)[]): string {
  const captures = streams.filter(isOfCapture).length;
  if (captures === 0) return 'Lighter bars are compressed.';
  if (captures === streams.length) return 'The lighter part is what TLS and TCP/IP take.';
  return 'Lighter bars are compressed; the lighter part of one is TLS and TCP/IP.';
}

/** An SVG document that shows what each of the documents, streams and captures costs in each format. */
export function chart(
  documents: readonly Priced[],
  streams: readonly (PricedStream | PricedCapture)[] = [],
): string {
  const panels = [...documents.map(ofDocument), ...streams.map(ofConversation)];
  const tops = panels.map((_, i) => HEAD + panels.slice(0, i).reduce((sum, each) => sum + heightOf(each), 0));
  const height = HEAD + panels.reduce((sum, each) => sum + heightOf(each), 0) + FOOT;
  const noun = nounOf(documents, streams);
  const formats = Math.max(...panels.map(({ bars }) => bars.length));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>The size of ${panels.length === 1 ? `a${noun === 'input' ? 'n' : ''} ${noun}` : `${panels.length} ${noun}s`} in ${formats} formats</title>
<style>${STYLE}
</style>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${text(MARGIN, 34, `The same ${noun} in bytes`, 'head')}
${panels.map((each, i) => panel(each, tops[i]!)).join('\n')}
${text(MARGIN, height - 16, `Bars of one ${noun} share a scale. ${lighterText(streams)}`, 'quiet')}
</svg>
`;
}

function heightOf({ bars }: Panel): number {
  return TITLE + bars.length * ROW + GAP;
}

function panel({ name, base, of, bars }: Panel, top: number): string {
  const largest = Math.max(...bars.map(({ bytes }) => bytes));
  const drawn = bars.map(({ label, bytes, id, carrier = 0 }, i) => {
    const y = top + TITLE + i * ROW;
    const length = Math.max(1, (bytes / largest) * LONGEST_BAR);
    const strong = id === 'petrel' ? ' petrel' : '';
    const share = `${((100 * bytes) / of).toFixed(0)} %`;
    return [
      text(MARGIN + LABELS - 10, y + 13, label, `end${strong}`, 'end'),
      bar(y, length, COLOURS[id], carrier > 0 ? 0.4 : 1),
      ...(carrier > 0 ? [bar(y, (length * (bytes - carrier)) / bytes, COLOURS[id], 1)] : []),
      text(MARGIN + LABELS + length + 8, y + 13, grouped(bytes), `number${strong}`),
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

function bar(y: number, length: number, fill: string, opacity: number): string {
  const faint = opacity < 1 ? ` fill-opacity="${opacity}"` : '';
  return `<rect x="${MARGIN + LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${fill}"${faint}/>`;
}

function text(x: number, y: number, content: string, style: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${style}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return printable(content).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
