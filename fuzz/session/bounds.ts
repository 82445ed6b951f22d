/** What a session may hold of its own and of the peer's: looked up inside of it, after every step. */
import { FrameKind } from '../../src/frame/index.ts';
import type { ClientSession, ServerSession } from '../../src/session/index.ts';
import { Broken } from './ledger.ts';

/**
 * @param restored commands that it began with, of which some may have had their outcome before the crash.
 * @throws Broken when something has grown above its limit.
 */
export function demandBounds(session: ClientSession | ServerSession, restored: number): void {
  const { window, outbox: most, replies } = session['settings'];
  const sender = session['sender'];
  const { outbox } = sender;
  const bulk = sender['bulk'];
  const news = sender['news'];
  const { delivered, acknowledged } = session['intake'];
  const own = ownIn(outbox) + ownIn(bulk);
  demand('frames of its own', own, most.frames + restored);
  demand('frames in all', outbox.length + bulk.length, most.frames + replies.frames + restored);
  demand('commands', session['requests'].size, most.frames + restored);
  demand('frames of the peer', delivered - acknowledged, window.frames);
  demand('news', news?.size ?? 0, 2);
  demand('commands of the peer', session['answers'].size, 2 * most.frames + window.frames);
  let numbered = 0;
  let place = 0;
  for (const event of session['events'])
    if (place++ >= session['events'].stale && 'number' in event) numbered++;
  demand('counted events', numbered, window.frames);
}

/** A REPLY and a CANCEL are always taken: commands bound them. */
function ownIn(held: Iterable<{ readonly frame: Uint8Array }>): number {
  let own = 0;
  for (const { frame } of held) {
    const kind = frame[0]! >> 4;
    if (kind !== FrameKind.REPLY && kind !== FrameKind.CANCEL) own++;
  }
  return own;
}

function demand(what: string, count: number, most: number): void {
  if (count > most) throw new Broken(`${count} ${what} held, at most ${most}`);
}
