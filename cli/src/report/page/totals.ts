/** What it all comes to: tables, and where the bytes go. */
import type { Model } from '../model.ts';
import { button, byId, el } from './dom.ts';
import { bytes, duration, grouped, percent } from './format.ts';
import { drawShares } from './shares.ts';
import type { State } from './state.ts';

export function drawHead({ title, summary, odd, leftOut }: Model): void {
  document.title = `${title} - Petrel`;
  byId('title').replaceChildren(el('bdi', {}, title));
  for (const [what, figure] of summary)
    byId('summary').append(el('div', {}, el('dt', {}, what), el('dd', {}, figure)));
  list('odd', '', odd);
  list('left-out', 'This report leaves out', leftOut);
}

function list(id: string, title: string, texts: readonly string[]): void {
  const element = byId(id);
  element.hidden = texts.length === 0;
  if (title === '') element.append(...texts.map((text) => el('li', {}, text)));
  else element.append(el('strong', {}, title), el('ul', {}, ...texts.map((text) => el('li', {}, text))));
}

/** Each kind and verb with a bar of its fields. */
export function drawSizes({ fields, leftOut }: Model): void {
  byId('sizes').hidden = fields.length === 0;
  const all = fields.reduce((sum, row) => sum + row.bytes, 0);
  byId('sizes-note').textContent =
    `by field, ${leftOut.length > 0 ? 'of the frames shown' : 'of all frames'}`;
  const rows = fields.slice(0, 60).map(({ kind, verb, frames, bytes: size, fields: parts }) => {
    const shares = parts.map(([label, count], i) => ({
      label,
      bytes: count,
      tint: label === 'head' ? 'tint-head' : `tint-${(i + 7) % 8}`,
    }));
    return [
      `${kind} ${verb}`,
      grouped(frames),
      bytes(size),
      percent(size, all),
      bytes(Math.round(size / frames)),
      drawShares(shares),
    ];
  });
  byId('sizes-body').append(table(['kind and verb', 'frames', 'bytes', 'share', 'mean', 'of these'], rows));
}

export function drawTotals(state: State): void {
  const { verbs, connections, slowest } = state.model;
  byId('totals').hidden = verbs.length + connections.length + slowest.length === 0;
  const body = byId('totals-body');
  if (verbs.length > 0) body.append(verbTable(state.model));
  if (slowest.length > 0) body.append(slowTable(state));
  if (connections.length > 0) body.append(connectionTable(state.model));
}

function verbTable({ verbs }: Model): HTMLElement {
  const rows = verbs.map(({ kind, verb, frames, bytes: size, errors, mean, slowest }) => [
    kind,
    verb,
    grouped(frames),
    bytes(size),
    errors > 0 ? grouped(errors) : '',
    mean === null ? '' : duration(mean),
    slowest === null ? '' : duration(slowest),
  ]);
  return titled(
    'Kinds and verbs',
    table(['kind', 'verb', 'frames', 'bytes', 'errors', 'mean', 'slowest'], rows, 2),
  );
}

function slowTable(state: State): HTMLElement {
  const rows = state.model.slowest.map(({ verb, id, connection, seconds, line }) => [
    duration(seconds),
    line === null ? `${verb} ${id}` : button(`${verb} ${id}`, 'To this command', () => state.choose(line)),
    grouped(connection),
  ]);
  return titled('Slowest replies', table(['took', 'command', 'connection'], rows, 2));
}

function connectionTable({ connections }: Model): HTMLElement {
  const rows = connections.map(({ id, client, server, protocol, began, last, ending, asked, answered }) => [
    `#${id}`,
    `${client} → ${server}`,
    protocol,
    began === null ? '' : `${began.toFixed(3)} s`,
    began === null || last === null ? '' : duration(last - began),
    bytes(asked),
    bytes(answered),
    ending,
  ]);
  const heads = ['', 'from, to', 'protocol', 'began', 'lasted', 'client sent', 'server sent', 'end'];
  return titled('Connections, with TCP/IP', table(heads, rows, 3));
}

function titled(title: string, content: HTMLElement): HTMLElement {
  return el('div', { class: 'scroll' }, el('h3', {}, title), content);
}

/** @param words how many columns, from the first, are no numbers. */
function table(
  heads: readonly string[],
  rows: readonly (readonly (string | Node)[])[],
  words = 1,
): HTMLElement {
  const cell = (content: string | Node, i: number): HTMLElement =>
    el('td', { class: i < words ? 'word' : 'number' }, content);
  return el(
    'table',
    {},
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ...heads.map((head, i) => el('th', { scope: 'col', class: i < words ? 'word' : 'number' }, head)),
      ),
    ),
    el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map(cell)))),
  );
}
