/** The timeline: a lane for each connection, the client's frames above its line and the server's below. */
import { byId, button, el, svg } from './dom.ts';
import { bytes, duration, grouped } from './format.ts';
import { SORT_NAMES, sortOf, type Sort } from './kinds.ts';
import { axesOf, layOut, weight, type Axis, type Lanes, type Mark } from './lanes.ts';
import { moved, ticks, zoomed, type Range } from './scale.ts';
import type { State } from './state.ts';

const LANE = 52;
const GUTTER = 44;
const EDGE = 14;
const AXIS = 22;
/** Pixels from a mark within which it is meant. */
const NEAR = 12;

export class Timeline {
  private readonly state: State;
  private readonly box: HTMLElement;
  private readonly tip: HTMLElement;
  private axis: Axis;
  private lanes: Lanes;
  private range: Range;
  private largest = 1;
  private drawing: SVGElement | undefined;
  /** Where the chosen frame is: the rest stays as it is when another is chosen. */
  private pointer: SVGElement | undefined;

  constructor(state: State) {
    this.state = state;
    this.box = byId('lanes');
    this.tip = byId('tip');
    const axes = axesOf(state.model);
    this.axis = axes[0]!;
    this.lanes = layOut(state.model, this.axis);
    this.range = this.lanes.whole;
    for (const { item } of this.lanes.marks) this.largest = Math.max(this.largest, item.size);
    if (this.axis === 'bytes') byId('timeline-title').textContent = 'Stream';
    this.drawTools(axes);
    this.drawLegend();
    this.listen();
    state.whenChosen((line) => this.follow(line));
    state.whenFiltered(() => this.draw());
  }

  /** Draws, and draws again at another width. */
  watch(): void {
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  private get width(): number {
    return Math.max(80, this.box.clientWidth - GUTTER - EDGE);
  }

  private x(at: number): number {
    const { from, to } = this.range;
    return GUTTER + ((at - from) / (to - from)) * this.width;
  }

  /** What lies at a pixel of the page. */
  private at(clientX: number): number {
    const { from, to } = this.range;
    const left = this.box.getBoundingClientRect().left + GUTTER;
    return from + ((clientX - left) / this.width) * (to - from);
  }

  private show(range: Range): void {
    this.range = range;
    this.draw();
  }

  private zoom(factor: number, at?: number): void {
    const { from, to } = this.range;
    const chosen = this.lanes.marks.find(({ line }) => line === this.state.chosen);
    const inside = chosen !== undefined && chosen.from >= from && chosen.from <= to;
    this.show(zoomed(this.range, this.lanes.whole, factor, at ?? (inside ? chosen.from : (from + to) / 2)));
  }

  /** A frame that is chosen elsewhere comes into sight. */
  private follow(line: number): void {
    const mark = this.lanes.marks.find((each) => each.line === line);
    const { from, to } = this.range;
    if (mark !== undefined && (mark.from < from || mark.from > to)) {
      const away = (mark.from - (from + to) / 2) / (to - from);
      this.show(moved(this.range, this.lanes.whole, away));
      return;
    }
    const before = this.pointer;
    this.pointer = this.choice();
    before?.replaceWith(this.pointer);
  }

  private draw(): void {
    const { lanes, box } = this;
    const height = AXIS + Math.max(1, lanes.names.length) * LANE + 6;
    const width = GUTTER + this.width + EDGE;
    const label = `${grouped(lanes.marks.length)} frames on ${grouped(lanes.names.length)} lanes, as the list below has them`;
    const drawing = svg(
      'svg',
      {
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'aria-label': label,
        'data-marks': lanes.marks.length,
      },
      this.axisLines(height),
      this.laneLines(),
      this.waits(),
      this.bars(),
      (this.pointer = this.choice()),
    );
    if (this.drawing === undefined) box.prepend(drawing);
    else this.drawing.replaceWith(drawing);
    this.drawing = drawing;
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

  private choice(): SVGElement {
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

  private nearest(event: MouseEvent): Mark | undefined {
    const { left, top } = this.box.getBoundingClientRect();
    const x = event.clientX - left;
    const y = event.clientY - top + this.box.scrollTop - AXIS;
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

  private listen(): void {
    const { box, tip } = this;
    box.tabIndex = 0;
    box.setAttribute('role', 'group');
    box.setAttribute(
      'aria-label',
      'Timeline: left and right choose a frame, plus and minus zoom, 0 shows all',
    );
    let pressed: { readonly x: number; readonly range: Range; moved: boolean } | undefined;
    box.addEventListener('pointerdown', ({ clientX, button: which }) => {
      if (which === 0) pressed = { x: clientX, range: this.range, moved: false };
    });
    box.addEventListener('pointermove', (event) => {
      if (pressed !== undefined && Math.abs(event.clientX - pressed.x) > 4) pressed.moved = true;
      if (pressed?.moved) {
        tip.hidden = true;
        this.show(moved(pressed.range, this.lanes.whole, (pressed.x - event.clientX) / this.width));
      } else this.hint(event);
    });
    const release = (): void => {
      pressed = undefined;
    };
    box.addEventListener('pointerup', (event) => {
      if (pressed?.moved === false) this.state.choose(this.nearest(event)?.line ?? -1);
      release();
    });
    box.addEventListener('pointercancel', release);
    box.addEventListener('pointerleave', () => {
      tip.hidden = true;
      release();
    });
    // a wheel alone scrolls the page
    box.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1.3 : 1 / 1.3, this.at(event.clientX));
      },
      { passive: false },
    );
    box.addEventListener('dblclick', (event) => this.zoom(0.4, this.at(event.clientX)));
    box.addEventListener('keydown', (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    const { state } = this;
    const does: Readonly<Record<string, () => void>> = {
      ArrowRight: () => state.choose(state.beside(state.chosen, 1)),
      ArrowLeft: () => state.choose(state.beside(state.chosen, -1)),
      '+': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      '0': () => this.show(this.lanes.whole),
    };
    if (!Object.hasOwn(does, event.key)) return;
    event.preventDefault();
    does[event.key]!();
  }

  /** What is under the pointer. */
  private hint(event: PointerEvent): void {
    const { tip } = this;
    const mark = event.pointerType === 'touch' ? undefined : this.nearest(event);
    this.box.style.cursor = mark === undefined ? '' : 'pointer';
    tip.hidden = mark === undefined;
    if (mark === undefined) return;
    const { kind, id, size, text, took, remarks, time } = mark.item;
    const facts = [
      time === null ? '' : `${time.toFixed(6)} s`,
      bytes(size),
      took === null ? '' : `took ${duration(took)}`,
      ...remarks,
    ];
    tip.replaceChildren(
      el('strong', {}, `${kind} ${id}`),
      el('span', { class: 'quiet' }, facts.filter((fact) => fact !== '').join(' · ')),
      el('bdi', {}, text),
    );
    const { left, top, width } = byId('timeline').getBoundingClientRect();
    const x = event.clientX - left;
    tip.style.left = `${Math.max(8, Math.min(x + 12, width - tip.offsetWidth - 8))}px`;
    tip.style.top = `${event.clientY - top + 16}px`;
  }

  private drawTools(axes: readonly Axis[]): void {
    const tools = byId('timeline-tools');
    if (axes.length > 1) {
      const select = el('select', { 'aria-label': 'What the axis is' });
      for (const axis of axes)
        select.append(el('option', { value: axis }, axis === 'time' ? 'by time' : 'by bytes'));
      select.addEventListener('change', () => {
        this.axis = select.value as Axis;
        this.lanes = layOut(this.state.model, this.axis);
        this.show(this.lanes.whole);
      });
      tools.append(select);
    }
    tools.append(
      button('−', 'Zoom out', () => this.zoom(2)),
      button('+', 'Zoom in', () => this.zoom(0.5)),
      button('All', 'Show all', () => this.show(this.lanes.whole)),
    );
    if (this.lanes.more > 0)
      byId('timeline').append(
        el('p', { class: 'quiet' }, `${grouped(this.lanes.more)} connections have no lane.`),
      );
  }

  private drawLegend(): void {
    const there = new Set(this.lanes.marks.map(({ item }) => sortOf(item)));
    for (const [sort, name] of Object.entries(SORT_NAMES))
      if (there.has(sort as Sort)) byId('legend').append(el('span', { class: sort }, name));
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
