/** The timeline: a lane for each connection, the client's frames above its line and the server's below. */
import { byId, button, el } from './dom.ts';
import { bytes, duration, grouped } from './format.ts';
import { SORT_NAMES, sortOf, type Sort } from './kinds.ts';
import { axesOf, layOut, type Axis, type Lanes } from './lanes.ts';
import { Plot } from './plot.ts';
import { moved, zoomed, type Range } from './scale.ts';
import type { State } from './state.ts';

export class Timeline {
  private readonly state: State;
  private readonly box: HTMLElement;
  private readonly tip: HTMLElement;
  private axis: Axis;
  private lanes: Lanes;
  private range: Range;
  private plot: Plot;
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
    this.plot = new Plot(state, this.lanes, this.axis, this.range, 0);
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
    this.pointer = this.plot.choice();
    before?.replaceWith(this.pointer);
  }

  private draw(): void {
    this.plot = new Plot(this.state, this.lanes, this.axis, this.range, this.box.clientWidth);
    this.pointer = this.plot.choice();
    const drawing = this.plot.draw();
    drawing.append(this.pointer);
    if (this.drawing === undefined) this.box.prepend(drawing);
    else this.drawing.replaceWith(drawing);
    this.drawing = drawing;
  }

  /** Where an event is on the drawing. */
  private placeOf({ clientX, clientY }: MouseEvent): readonly [x: number, y: number] {
    const { left, top } = this.box.getBoundingClientRect();
    return [clientX - left, clientY - top + this.box.scrollTop];
  }

  private listen(): void {
    const { box } = this;
    box.tabIndex = 0;
    box.setAttribute('role', 'group');
    box.setAttribute(
      'aria-label',
      'Timeline: left and right choose a frame, plus and minus zoom, 0 shows all',
    );
    this.listenToPointer();
    // a wheel alone scrolls the page
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.3 : 1 / 1.3, this.plot.at(this.placeOf(event)[0]));
    };
    box.addEventListener('wheel', wheel, { passive: false });
    box.addEventListener('dblclick', (event) => this.zoom(0.4, this.plot.at(this.placeOf(event)[0])));
    box.addEventListener('keydown', (event) => this.key(event));
  }

  /** A click chooses, a drag moves. */
  private listenToPointer(): void {
    const { box, tip } = this;
    let pressed: { readonly x: number; readonly range: Range; moved: boolean } | undefined;
    const release = (): void => {
      pressed = undefined;
    };
    box.addEventListener('pointerdown', ({ clientX, button: which }) => {
      if (which === 0) pressed = { x: clientX, range: this.range, moved: false };
    });
    box.addEventListener('pointermove', (event) => {
      if (pressed !== undefined && Math.abs(event.clientX - pressed.x) > 4) pressed.moved = true;
      if (!pressed?.moved) return this.hint(event);
      tip.hidden = true;
      return this.show(moved(pressed.range, this.lanes.whole, (pressed.x - event.clientX) / this.plot.width));
    });
    box.addEventListener('pointerup', (event) => {
      if (pressed?.moved === false) this.state.choose(this.plot.nearest(...this.placeOf(event))?.line ?? -1);
      release();
    });
    box.addEventListener('pointercancel', release);
    box.addEventListener('pointerleave', () => {
      tip.hidden = true;
      release();
    });
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
    const mark = event.pointerType === 'touch' ? undefined : this.plot.nearest(...this.placeOf(event));
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
