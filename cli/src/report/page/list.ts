/** The conversation: a line for each frame. One of them is chosen, by a click or with the arrow keys. */
import type { Item, Line, Note } from '../model.ts';
import { bringIntoSight, byId, el } from './dom.ts';
import { bytes, duration, grouped, moment } from './format.ts';
import { sortOf } from './kinds.ts';
import type { State } from './state.ts';

export function drawList(state: State): void {
  const list = byId('lines');
  const rows = state.model.lines.map((line, i) => row(line, i, state));
  if (state.model.subject !== 'capture') list.classList.add('plain');
  list.append(...rows);
  list.addEventListener('click', ({ target }) => {
    const line = (target as Element).closest<HTMLElement>('.line')?.dataset['line'];
    if (line !== undefined) state.choose(Number(line));
  });
  list.addEventListener('keydown', (event) => {
    const to = target(event.key, state);
    if (to === undefined) return;
    event.preventDefault();
    state.choose(to);
  });
  let last: HTMLElement | undefined;
  let partner: HTMLElement | undefined;
  state.whenChosen((line) => {
    last?.setAttribute('aria-selected', 'false');
    last = rows[line];
    last?.setAttribute('aria-selected', 'true');
    partner?.classList.remove('partner');
    partner = rows[state.item(line)?.asked ?? state.replies.get(line) ?? -1];
    partner?.classList.add('partner');
    list.setAttribute('aria-activedescendant', `line-${line}`);
    if (last !== undefined) bringIntoSight(list, last);
  });
  const count = (): void => tellCount(state);
  state.whenFiltered(() => {
    for (const [i, element] of rows.entries()) element.hidden = !state.shown[i];
    count();
  });
  count();
  drawFilters(state);
}

function target(key: string, state: State): number | undefined {
  const { chosen, model } = state;
  switch (key) {
    case 'ArrowDown':
      return state.beside(chosen, 1);
    case 'ArrowUp':
      return state.beside(chosen, -1);
    case 'PageDown':
      return repeated(state, chosen, 1);
    case 'PageUp':
      return repeated(state, chosen, -1);
    case 'Home':
      return state.beside(-1, 1);
    case 'End':
      return state.beside(model.lines.length, -1);
    default:
      return undefined;
  }
}

function repeated(state: State, from: number, step: 1 | -1): number {
  let at = from;
  for (let i = 0; i < 15; i++) at = state.beside(at, step);
  return at;
}

function row(line: Line, i: number, state: State): HTMLElement {
  return line.type === 'note' ? noteRow(line, i) : itemRow(line, i, state);
}

function noteRow({ time, text, bad }: Note, i: number): HTMLElement {
  return el(
    'div',
    {
      id: `line-${i}`,
      class: `line note${bad ? ' odd' : ''}`,
      role: 'option',
      'aria-disabled': 'true',
      'aria-selected': 'false',
    },
    el('span', { class: 'time' }, moment(time)),
    el('span', { class: 'says' }, text),
  );
}

function itemRow(item: Item, i: number, state: State): HTMLElement {
  const { time, connection, from, kind, id, size, text, took, remarks, packed, offset } = item;
  const where = state.model.subject === 'capture' ? moment(time) : offset.toString(16).padStart(6, '0');
  const side = from === null ? '' : from === 'client' ? '→' : '←';
  const after = [took === null ? '' : duration(took), ...remarks].filter((word) => word !== '').join(', ');
  return el(
    'div',
    {
      id: `line-${i}`,
      class: `line item ${from ?? ''} ${sortOf(item)}${remarks.length > 0 ? ' remarkable' : ''}`,
      role: 'option',
      'aria-selected': 'false',
      'data-line': i,
    },
    el('span', { class: 'time' }, where),
    el('span', { class: 'side', title: from ?? '' }, connection === 0 ? '' : `${connection} ${side}`),
    el('span', { class: 'kind' }, `${packed ? '+' : ''}${kind}${id === '' ? '' : ` ${id}`}`),
    el('span', { class: 'size' }, bytes(size)),
    el('span', { class: 'says' }, text),
    el('span', { class: 'after' }, after),
  );
}

function tellCount({ model: { lines }, shown }: State): void {
  let items = 0;
  let all = 0;
  for (const [i, { type }] of lines.entries()) {
    if (type !== 'item') continue;
    all++;
    if (shown[i]) items++;
  }
  byId('shown').textContent = items === all ? grouped(all) : `${grouped(items)} of ${grouped(all)}`;
}

function drawFilters(state: State): void {
  const which = byId('which') as HTMLSelectElement;
  const find = byId('find') as HTMLInputElement;
  const kinds = new Set<string>();
  const connections = new Set<number>();
  for (const line of state.model.lines) {
    if (line.type === 'item') kinds.add(line.kind);
    if (line.connection > 0 && connections.size < 200) connections.add(line.connection);
  }
  which.append(option('all', 'all'), option('odd', 'errors, faults and what is odd'));
  which.append(...[...kinds].map((kind) => option(`kind ${kind}`, kind)));
  if (connections.size > 1)
    which.append(...[...connections].map((id) => option(`connection ${id}`, `connection ${id}`)));
  const change = (): void => state.filter(which.value, find.value);
  which.addEventListener('change', change);
  find.addEventListener('input', change);
}

function option(value: string, text: string): HTMLOptionElement {
  return el('option', { value }, text);
}
