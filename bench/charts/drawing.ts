/** A chart by Observable Plot as one SVG file: with its title and legend, readable on light and on dark pages. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** What is used of an element: Plot and linkedom mean the DOM's, which is not among the types of Node. */
interface Element {
  setAttribute(name: string, value: string): void;
  append(...children: (Element | string)[]): void;
  readonly outerHTML: string;
}

interface Document {
  createElementNS(namespace: string, name: string): Element;
}

export interface Key {
  readonly label: string;
  readonly color: string;
  readonly symbol?: 'dot' | 'ring' | 'line';
  /** Of a line: as SVG's stroke-dasharray. */
  readonly dash?: string;
}

export interface Chart {
  readonly title: string;
  /** What a reader has to know: the unit, where better is. */
  readonly subtitle: string;
  readonly legend: readonly Key[];
  readonly options: Plot.PlotOptions;
}

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 14;
const LINE = 18;
/** Of characters at 11 pixels: nothing here can measure a text. */
const [CAPITAL, SMALL] = [7.8, 6];

/** In no mark's colour: black on white, or white on black where the reader has asked for dark pages. */
const STYLE = `
.chart { color: #1f2328; --ground: #ffffff; font-family: system-ui, sans-serif; }
.chart .ground { fill: var(--ground); }
@media (prefers-color-scheme: dark) { .chart { color: #e6edf3; --ground: #0d1117; } }
`;

const { document } = parseHTML('<!doctype html><html></html>') as unknown as { document: Document };

/** The SVG file's text. */
export function draw({ title, subtitle, legend, options }: Chart): string {
  const { width = 860 } = options;
  const keys = legendOf(legend, width - 2 * MARGIN);
  const top = MARGIN + 2 * LINE + keys.height + 14;
  const plot = plotOf({ ...options, width });
  plot.element.setAttribute('y', String(top));
  const height = top + plot.height + MARGIN;
  const root = element('svg', {
    class: 'chart',
    role: 'img',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
  });
  const shifted = element(
    'g',
    { transform: `translate(${MARGIN},${MARGIN + 2 * LINE + 8})` },
    ...keys.children,
  );
  root.append(
    element('title', {}, clean(title)),
    element('desc', {}, clean(subtitle)),
    element('style', {}, STYLE),
    element('rect', { class: 'ground', width, height }),
    text(MARGIN, MARGIN + 14, title, { 'font-size': 15, 'font-weight': 600 }),
    text(MARGIN, MARGIN + 14 + LINE, subtitle, { 'font-size': 11, 'fill-opacity': 0.8 }),
    shifted,
    plot.element,
  );
  root.setAttribute('xmlns', SVG);
  return `${root.outerHTML}\n`;
}

/** Plot's own class names come from a counter or a hash; one name keeps files equal from run to run. */
function plotOf(options: Plot.PlotOptions): { element: Element; height: number } {
  const plotted = Plot.plot({
    ...options,
    document: document as never,
    className: 'plot',
    style: { background: 'transparent' },
  }) as unknown as Element & { getAttribute(name: string): string };
  return { element: plotted, height: Number(plotted.getAttribute('height')) };
}

/** The keys side by side, in as many lines as they need. */
function legendOf(keys: readonly Key[], width: number): { children: Element[]; height: number } {
  let [x, y] = [0, 0];
  const children = keys.map((key) => {
    const before = key.symbol === 'line' ? 15 : 0;
    const length = before + 14 + widthOf(key.label) + 16;
    if (x > 0 && x + length > width) [x, y] = [0, y + LINE];
    const group = element(
      'g',
      { transform: `translate(${x + before},${y})` },
      sign(key),
      text(14, 9, key.label, {}),
    );
    x += length;
    return group;
  });
  return { children, height: keys.length === 0 ? 0 : y + LINE };
}

function widthOf(label: string): number {
  const capitals = label.match(/[\p{Lu}@]/gu)?.length ?? 0;
  return capitals * CAPITAL + (label.length - capitals) * SMALL;
}

function sign({ color, symbol = 'dot', dash = 'none' }: Key): Element {
  if (symbol === 'line')
    return element('path', { d: 'M-14 5H9', stroke: color, 'stroke-width': 2.5, 'stroke-dasharray': dash });
  const fill = symbol === 'dot' ? color : 'none';
  return element('circle', { cx: 4, cy: 5, r: 4, fill, stroke: color, 'stroke-width': 1.5 });
}

function text(
  x: number,
  y: number,
  content: string,
  attributes: Readonly<Record<string, string | number>>,
): Element {
  return element('text', { x, y, 'font-size': 11, fill: 'currentColor', ...attributes }, clean(content));
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: (Element | string)[]
): Element {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** A text that XML can hold: without the control characters, which have no escape in it. */
export function clean(content: string): string {
  return content.replaceAll(/[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/gu, '\uFFFD');
}
