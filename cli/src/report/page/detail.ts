/** What is known of the frame that is chosen, and all its bytes. */
import { topOf } from '../groups.ts';
import type { Item } from '../model.ts';
import { button, byId, el } from './dom.ts';
import { bytes, duration, grouped, moment } from './format.ts';
import { Inside } from './inside.ts';
import { sortOf } from './kinds.ts';
import { drawShares } from './shares.ts';
import type { State } from './state.ts';

export function drawDetail(state: State): void {
  const body = byId('detail-body');
  byId('detail-tools').append(
    button('‹', 'The frame before', () => state.choose(state.beside(state.chosen, -1))),
    button('›', 'The next frame', () => state.choose(state.beside(state.chosen, 1))),
  );
  body.append(
    el('p', { class: 'quiet' }, 'Choose a frame: its bytes are shown here, and what each of them means.'),
  );
  state.whenChosen((line) => {
    const item = state.item(line);
    if (item === undefined) return;
    byId('detail-title').textContent = `${item.kind} ${item.id}`.trim();
    byId('detail-title').className = sortOf(item);
    body.replaceChildren(...contents(item, line, state));
  });
}

function contents(item: Item, line: number, state: State): HTMLElement[] {
  const about = [says(item), facts(item), links(item, line, state)];
  const detail = state.detail(item);
  if (detail === undefined)
    return [
      ...about,
      el('p', { class: 'quiet' }, 'Its bytes are not in this report, which would be too large.'),
    ];
  const inside = new Inside(detail, item.offset, topOf(state.model.subject));
  const shares = inside.groups.map((group) => ({
    label: group.label,
    bytes: group.bytes,
    tint: inside.tintOf(group),
    press: () => inside.pick(group.row, true),
  }));
  return [...about, drawShares(shares), inside.element];
}

function says({ text, error, fault }: Item): HTMLElement {
  return el('p', { class: `whole${error || fault ? ' odd' : ''}` }, el('bdi', {}, text));
}

function facts(item: Item): HTMLElement {
  const { time, connection, from, packet, size, offset, packed, session, number, took, remarks } = item;
  const list: (string | false)[] = [
    bytes(size),
    `${packed ? 'in a PACK, inflated byte' : 'from byte'} ${grouped(offset)}`,
    time !== null && `${moment(time)} s`,
    connection > 0 && `connection ${connection}, the ${from ?? ''}`,
    packet > 0 && `packet ${grouped(packet)}`,
    session > 0 && `session ${session}`,
    number > 0 && `counted frame ${grouped(number)}`,
    took !== null && `after ${duration(took)}`,
  ];
  const chips = list.filter((text) => text !== false).map((text) => el('li', {}, text));
  return el(
    'ul',
    { class: 'facts' },
    ...chips,
    ...remarks.map((remark) => el('li', { class: 'odd' }, remark)),
  );
}

/** To the command of a reply, and the other way round. */
function links({ asked, verb }: Item, line: number, state: State): HTMLElement {
  const box = el('div', { class: 'links' });
  const reply = state.replies.get(line);
  if (asked !== null)
    box.append(
      button(`↖ its command, ${verb}`, 'To the command that this answers', () => state.choose(asked)),
    );
  if (reply !== undefined)
    box.append(button('its reply ↘', 'To the reply of this command', () => state.choose(reply)));
  return box;
}
