/** What a session may hold of its own and of the peer's: looked up inside of it, after every step. */
import { FrameKind } from '../../src/frame/index.ts';
import type { ClientSession, ServerSession } from '../../src/session/index.ts';
import { Broken } from './ledger.ts';

/**
 * @param restored commands that it began with, of which some may have had their outcome before the crash.
 * @throws Broken when something has grown above its limit.
 */
export function demandBounds(session: ClientSession | ServerSession, restored: number): void {
  const { window, outbox: most } = session['settings'];
  const sender = session['sender'];
  const { outbox } = sender;
  const bulk = sender['bulk'];
  const news = sender['news'];
  const { delivered, acknowledged } = session['intake'];
  let own = 0;
  // a REPLY and a CANCEL are always taken: commands bound them
  for (const { frame } of [...outbox, ...bulk]) {
    const kind = frame[0]! >> 4;
    if (kind !== FrameKind.REPLY && kind !== FrameKind.CANCEL) own++;
  }
  demand('frames of its own', own, most.frames + restored);
  const { replies } = session['settings'];
  demand('frames in all', outbox.length + bulk.length, most.frames + replies.frames + restored);
  demand('commands', session['requests'].size, most.frames + restored);
  demand('frames of the peer', delivered - acknowledged, window.frames);
  demand('news', news.size, 2);
  demand('commands of the peer', session['answers'].size, 2 * most.frames + window.frames);
  const events = [...session['events']].slice(session['events'].stale);
  demand('counted events', events.filter((event) => 'number' in event).length, window.frames);
}

function demand(what: string, count: number, most: number): void {
  if (count > most) throw new Broken(`${count} ${what} held, at most ${most}`);
}
