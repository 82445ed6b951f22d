/** A careful application in one session, of either side: it takes what has happened, at once or later, and judges how the session ends. */
import { CloseCode, type SavedFrame, type SessionEvent } from '../../src/session/index.ts';
import type { Uint64 } from '../../src/frame/index.ts';
import { Deeds, type CommandArgs } from './deeds.ts';
import { Broken } from './ledger.ts';
import { fromOf, type Party } from './party.ts';
import { Words } from './words.ts';

/** Events that come with a number. */
type Numbered = Extract<SessionEvent, { number: number }>;

export class Talk {
  /** What it says. */
  readonly words: Words;
  readonly party: Party;
  private readonly deeds: Deeds;
  private readonly from: string;
  /** Polled and not taken. */
  private untaken: Numbered[] = [];
  private over = false;

  constructor(party: Party) {
    this.party = party;
    this.words = new Words(party);
    this.deeds = new Deeds(party);
    this.from = fromOf(party);
  }

  /** Takes what has happened. */
  poll(): void {
    const { session, shared } = this.party;
    const { takeAfter, clock } = shared;
    for (let event = session.poll(); event !== undefined; event = session.poll()) {
      if (takeAfter < 0 || !('number' in event)) {
        if (event.type === 'lost' || event.type === 'closed') this.endOfEra();
        this.on(event);
      } else if (this.untaken.push(event) === 1) clock.after(takeAfter, () => this.takeAll());
    }
    this.deeds.answer();
  }

  /** It is the application's alone now: the process has ended, or the session was thrown away. */
  leave(): void {
    this.over = true;
    this.deeds.stop();
  }

  /** Goes on where a process before stood. @returns what it knows of what was said. */
  recall(saved: readonly SavedFrame[], open: readonly Uint64[]): ReadonlySet<string> {
    this.deeds.recall(open);
    return this.words.recall(saved);
  }

  /** What was polled is done, and then taken. */
  private takeAll(): void {
    if (this.over) return;
    const { session, shared } = this.party;
    for (const event of this.untakenNow()) {
      this.on(event);
      session.take(event.number);
    }
    this.deeds.answer();
    shared.pump();
  }

  /** What was polled is done; there is nobody to say so to. */
  private endOfEra(): void {
    for (const event of this.untakenNow()) this.on(event);
  }

  private untakenNow(): readonly Numbered[] {
    const { untaken } = this;
    this.untaken = [];
    return untaken;
  }

  private on(event: SessionEvent): void {
    const { words, deeds } = this;
    const { shared, name } = this.party;
    if (shared.traced) shared.log(`${this.from}: ${told(event)}`);
    switch (event.type) {
      case 'command':
        return deeds.command(event.id, event.args as CommandArgs);
      case 'cancel':
        return deeds.cancel(event.id);
      case 'push':
        return deeds.push(event.args[0] as string);
      case 'part':
        return words.part(event.ticket, event.value as string);
      case 'reply':
        return words.reply(event.ticket, event.value as string);
      case 'failed':
        return words.failed(event.ticket, `${event.outcome} ${event.why}`);
      case 'undelivered':
        return words.failed(event.ticket, event.outcome);
      case 'lost':
        if (!shared.mayLose(name)) throw new Broken(`the session of ${name} is lost for no reason`);
        words.lost();
        return deeds.forget();
      case 'closed':
        deeds.forget();
        return this.ended(event);
      case 'fault':
        throw new Broken(`a fault in what the other side wrote: ${String(event.error)}`);
      case 'broken':
        if (event.why === 'fault' && !shared.ledger.isForgiven(this.from))
          throw new Broken(`a fault in what the other side wrote: ${String(event.error)}`);
        return;
      case 'open':
      case 'resumed':
      case 'extension':
      case 'writable':
        return;
    }
  }

  /** A session ends because somebody wants it to. */
  private ended({ by, code }: Extract<SessionEvent, { type: 'closed' }>): void {
    const { shared, leaving, name } = this.party;
    if (shared.ledger.isForgiven(this.from)) return;
    if (leaving() && by === 'us' && code === CloseCode.TIMEOUT)
      throw new Broken(`${this.from} could not finish in time`);
    const fine: readonly Uint64[] = [
      CloseCode.NORMAL,
      CloseCode.GOING_AWAY,
      CloseCode.OVERLOADED,
      CloseCode.TIMEOUT,
    ];
    if (fine.includes(code) || (code === CloseCode.SESSION_LOST && shared.mayLose(name))) return;
    throw new Broken(`the session of ${this.from} is closed by ${by} with ${code}`);
  }
}

function told(event: SessionEvent): string {
  return JSON.stringify(event, (key, value: unknown) => (key === 'error' ? String(value) : value instanceof Uint8Array || typeof value === 'bigint' ? String(value) : value));
} // prettier-ignore
