/** The drawing of a timeline: what is where on it, and how it looks. */
import { svg } from './dom.ts';
import { bytes, grouped } from './format.ts';
import { sortOf } from './kinds.ts';
import { weight, type Axis, type Lanes, type Mark } from './lanes.ts';
import { ticks, type Range } from './scale.ts';
import type { State } from './state.ts';

const LANE = 52;
const GUTTER = 44;
const EDGE = 14;
const AXIS = 22;
/** Pixels from a mark within which it is meant. */
const NEAR = 12;

export class Plot {
  readonly range: Range;
  readonly width: number;
  private readonly state: State;
  private readonly lanes: Lanes;
  private readonly axis: Axis;
  private readonly largest: number;

  /** @param room pixels from edge to edge. */
  constructor(state: State, lanes: Lanes, axis: Axis, range: Range, room: number) {
    this.state = state;
    this.lanes = lanes;
    this.axis = axis;
    this.range = range;
    this.width = Math.max(80, room - GUTTER - EDGE);
    this.largest = lanes.marks.reduce((most, { item }) => Math.max(most, item.size), 1);
  }

  private x(at: number): number {
    const { from, to } = this.range;
    return GUTTER + ((at - from) / (to - from)) * this.width;
  }

  /** What lies at a point of the drawing. */
  at(x: number): number {
    const { from, to } = this.range;
    return from + ((x - GUTTER) / this.width) * (to - from);
  }

  /** All of it but for what is chosen. */
  draw(): SVGElement {
    const { marks, names } = this.lanes;
    const height = AXIS + Math.max(1, names.length) * LANE + 6;
    const width = GUTTER + this.width + EDGE;
    const label = `${grouped(marks.length)} frames on ${grouped(names.length)} lanes, as the list below has them`;
    return svg(
      'svg',
      {
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'aria-label': label,
        'data-marks': marks.length,
      },
      this.axisLines(height),
      this.laneLines(),
      this.waits(),
      this.bars(),
    );
  }

  private axisLines(height: number): SVGElement {
    const group = svg('g', { class: 'axis' });
    const steps = ticks(this.range, this.width / 110);
    const step = (steps[1] ?? this.range.to) - (steps[0] ?? 0);
    for (const at of steps) {
      const x = this.x(at);
      group.append(svg('line', { x1: x, x2: x, y1: AXIS - 4, y2: height - 6 }));
      const text = svg('text', { x, y: AXIS - 9 });
      text.textContent = this.axis === 'time' ? seconds(at, step) : bytes(at);
      group.append(text);
    }
    return group;
  }

  private laneLines(): SVGElement {
    const group = svg('g', { class: 'lane' });
    for (const [i, connection] of this.lanes.names.entries()) {
      const y = middle(i);
      group.append(svg('line', { x1: GUTTER - 4, x2: GUTTER + this.width + EDGE, y1: y, y2: y }));
      if (connection === 0) continue;
      const text = svg('text', { x: GUTTER - 10, y: y + 4 });
      text.textContent = `#${connection}`;
      group.append(text);
    }
    return group;
  }

  /** From each command to its reply. */
  private waits(): SVGElement {
    const group = svg('g', { class: 'waits' });
    const drawn = new Set<string>();
    for (const { item, asked, from, lane, line } of this.lanes.marks) {
      if (asked === undefined || this.axis !== 'time' || !this.state.shown[line]) continue;
      const left = Math.max(GUTTER, Math.round(this.x(asked)));
      const right = Math.min(GUTTER + this.width, Math.round(this.x(from)));
      const key = `${lane} ${left} ${right}`;
      if (right <= left || drawn.has(key)) continue;
      drawn.add(key);
      group.append(
        svg('rect', { class: sortOf(item), x: left, width: right - left, y: middle(lane) - 2, height: 4 }),
      );
    }
    return group;
  }

  /** Of marks on one pixel only the largest is drawn: never more of them than there are pixels. */
  private bars(): SVGElement {
    const largest = new Map<string, readonly [height: number, bar: SVGElement]>();
    for (const mark of this.lanes.marks) {
      const { item, lane, line, from, to } = mark;
      if (to < this.range.from || from > this.range.to) continue;
      const left = this.x(from);
      const width = Math.max(3, this.x(to) - left - 0.5);
      const sort = sortOf(item);
      const dim = !this.state.shown[line];
      const key = `${lane} ${item.from} ${Math.round(left)} ${sort} ${dim}`;
      const height = weight(item.size, this.largest) * (LANE / 2 - 4);
      if ((largest.get(key)?.[0] ?? 0) >= height) continue;
      const y = item.from === 'server' ? middle(lane) + 2 : middle(lane) - 2 - height;
      largest.set(key, [
        height,
        svg('rect', { class: dim ? `${sort} dim` : sort, x: left, y, width, height, rx: 1 }),
      ]);
    }
    return svg('g', { class: 'bars' }, ...[...largest.values()].map(([, bar]) => bar));
  }

  /** Points to the frame that is chosen. */
  choice(): SVGElement {
    const mark = this.lanes.marks.find(({ line }) => line === this.state.chosen);
    if (mark === undefined) return svg('g');
    const x = this.x(mark.from) + 1;
    const y = middle(mark.lane);
    return svg(
      'g',
      { class: 'choice' },
      svg('line', { x1: x, x2: x, y1: AXIS - 2, y2: y + LANE / 2 }),
      svg('path', { d: `M${x - 5},${AXIS - 7}h10l-5,7z` }),
    );
  }

  /** The mark that is meant at a point of the drawing. */
  nearest(x: number, below: number): Mark | undefined {
    const y = below - AXIS;
    const lane = Math.floor(y / LANE);
    let best: Mark | undefined;
    let least = NEAR;
    for (const mark of this.lanes.marks) {
      if (mark.lane !== lane || !this.state.shown[mark.line]) continue;
      const from = this.x(mark.from);
      const away = Math.max(from - x, x - Math.max(from, this.x(mark.to)), 0);
      // between both sides at one place, the half of the lane decides
      const across = (mark.item.from === 'server') === y > (lane + 0.5) * LANE ? 0 : 3;
      if (away + across >= least) continue;
      least = away + across;
      best = mark;
    }
    return best;
  }
}

function middle(lane: number): number {
  return AXIS + (lane + 0.5) * LANE;
}

/** A moment in as many digits as tell it from the next one. */
function seconds(at: number, step: number): string {
  const digits = Math.max(0, Math.min(9, -Math.floor(Math.log10(step))));
  return step < 0.001 ? `${(at * 1000).toFixed(Math.max(0, digits - 3))} ms` : `${at.toFixed(digits)} s`;
}
