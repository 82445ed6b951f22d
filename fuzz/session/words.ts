/** What an application says in one session, and what it is told of that: parts and a reply, or what became of it. */
import { decodeFrames } from '../../src/frame/all.ts';
import type { Command } from '../../src/frame/index.ts';
import type { SavedFrame } from '../../src/session/index.ts';
import { Broken, type Said } from './ledger.ts';
import { fromOf, type Party } from './party.ts';
import type { Action } from './plan.ts';

type CommandAction = Action & { do: 'command' };
type PushAction = Action & { do: 'push' };

export class Words {
  /** The same for all who go on with one session. */
  line: number;
  /** What came from a process before. */
  restored = 0;
  private readonly party: Party;
  private readonly id: number;
  private readonly texts = new Map<number, string>();
  /** PARTs that came, by the command's text. */
  private readonly parts = new Map<string, number>();

  constructor(party: Party) {
    this.party = party;
    this.id = this.line = party.shared.nextId();
  }

  command(action: CommandAction): void {
    const { session, shared } = this.party;
    if (session.state === 'closed') return;
    const { size, parts, think, repeatable } = action;
    const deadline = action.deadline > 0 ? shared.clock.now + action.deadline : Infinity;
    const text = this.newText();
    const args = [text, 'x'.repeat(size), parts, think, repeatable];
    const ticket = unlessClosing(() => session.command('SEND', args, { repeatable, deadline }));
    if (ticket !== undefined)
      this.said(ticket, text, { kind: 'command', repeatable, parts, news: 0, aside: false });
    // when it has passed, the answer is not wanted any more
    if (ticket !== undefined && action.deadline > 0) shared.ledger.cancels(text);
  }

  push({ size, news }: PushAction): void {
    const { session } = this.party;
    if (session.state === 'closed') return;
    const text = this.newText();
    const args = [text, 'x'.repeat(size)];
    const ticket = unlessClosing(() => session.push('NEWS', args, news > 0 ? `key ${news}` : undefined));
    if (ticket === undefined) return;
    const aside = session['sender']['news']?.get(`key ${news}`)?.ticket === ticket;
    this.said(ticket, text, { kind: 'push', repeatable: false, parts: 0, news, aside });
  }

  /** Does not want the answer to the latest command. */
  cancel(): void {
    const { session, shared } = this.party;
    const { ledger } = shared;
    const open = [...this.texts].findLast(
      ([, text]) => ledger.get(text).kind === 'command' && ledger.get(text).told === undefined,
    );
    if (open === undefined || session.state === 'closed') return;
    ledger.cancels(open[1]);
    session.cancel(open[0]);
  }

  part(ticket: number, value: string): void {
    const { shared, disk } = this.party;
    const text = this.textOf(ticket);
    if (shared.ledger.get(text).forgiven) return;
    const seen = this.parts.get(text) ?? 0;
    // who crashed does not know how many parts it had sent
    if (value === `part 0 of ${text}` && shared.crashed()) {
      disk?.note(`first ${text}`);
      this.parts.set(text, 0);
    } else if (value !== `part ${seen} of ${text}`)
      throw new Broken(`${value} has come as part ${seen} of ${text}`);
    disk?.note(`part ${text}`);
    this.parts.set(text, (this.parts.get(text) ?? 0) + 1);
  }

  reply(ticket: number, value: string): void {
    const text = this.textOf(ticket);
    const { parts, cancelled, forgiven } = this.party.shared.ledger.get(text);
    if (forgiven) return this.told(text, 'reply');
    if (value !== `re ${text}`) throw new Broken(`${text} has the reply of another: ${value}`);
    const seen = this.parts.get(text) ?? 0;
    if (seen !== parts && !cancelled)
      throw new Broken(`${seen} parts of ${parts} before the reply to ${text}`);
    this.told(text, 'reply');
  }

  /** There is no reply. */
  failed(ticket: number, outcome: string): void {
    this.told(this.textOf(ticket), outcome);
  }

  /** Tells for the session what it can't tell any more. */
  giveUp(): void {
    for (const text of this.texts.values())
      if (this.party.shared.ledger.get(text).told === undefined) this.told(text, 'unknown');
  }

  /** What is said from now on is another session's. */
  lost(): void {
    this.line = this.party.shared.nextId();
    this.party.disk?.note('lost');
    this.parts.clear();
  }

  /** Goes on where a process before stood. @returns what it knows of what was said. */
  recall(saved: readonly SavedFrame[]): ReadonlySet<string> {
    const known = new Set<string>();
    for (const { frame, ticket } of saved) {
      if (ticket === 0) continue;
      const text = textIn(frame);
      this.texts.set(ticket, text);
      known.add(text);
    }
    this.restored = known.size;
    for (const note of this.party.disk?.told() ?? []) this.recount(note);
    return known;
  }

  private recount(note: string): void {
    const [what, text] = note.split(' ');
    if (what === 'part') this.parts.set(text!, (this.parts.get(text!) ?? 0) + 1);
    else if (what === 'first') this.parts.set(text!, 0);
    else if (what === 'lost') this.parts.clear();
  }

  private newText(): string {
    const { side, name, shared } = this.party;
    return `${side[0]}${name}.${shared.nextId()}`;
  }

  private said(ticket: number, text: string, said: Omit<Said, 'from' | 'line' | 'era'>): void {
    const { session, shared, disk } = this.party;
    const era = `${this.id}.${session['era']}`;
    shared.ledger.say(text, { ...said, from: fromOf(this.party), line: this.line, era });
    this.texts.set(ticket, text);
    if (!said.aside) disk?.note(`said ${text}`);
  }

  private textOf(ticket: number): string {
    const text = this.texts.get(ticket);
    if (text === undefined) throw new Broken(`the ticket ${ticket} was never given`);
    return text;
  }

  private told(text: string, outcome: string): void {
    this.party.disk?.note(`told ${text}`);
    this.party.shared.ledger.tells(text, outcome);
  }
}

/** A session that closes takes no new work, and says so by an Error. */
function unlessClosing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if ((error as Error).message.includes('closing or closed')) return undefined;
    throw error;
  }
}

/** What a frame says that was kept. */
export function textIn(frame: Uint8Array): string {
  const [{ args }] = decodeFrames(frame) as [Command];
  return (args as string[] | undefined)?.[0] ?? '';
}
