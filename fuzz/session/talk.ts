/** What a careful application does with one session, of either side: it commands, answers, pushes, and writes down what it must. */
import {
  CloseCode,
  type ClientSession,
  type ServerSession,
  type SessionEvent,
} from '../../src/session/index.ts';
import { decodeFrames } from '../../src/frame/all.ts';
import type { Command, Uint64 } from '../../src/frame/index.ts';
import type { SavedFrame } from '../../src/session/index.ts';
import type { Disk } from './disk.ts';
import { Broken, type Said } from './ledger.ts';
import type { Action } from './plan.ts';
import type { Shared } from './app.ts';

type CommandAction = Action & { do: 'command' };
type PushAction = Action & { do: 'push' };

/** A command of the peer that is being answered. */
interface Answer {
  readonly id: Uint64;
  readonly text: string;
  readonly parts: number;
  sent: number;
  /** Whether it has thought enough. */
  ready: boolean;
}

/** Events that come with a number. */
type Numbered = Extract<SessionEvent, { number: number }>;

export class Talk {
  readonly session: ClientSession | ServerSession;
  readonly disk: Disk | undefined;
  /** The client's name, and the side. */
  readonly name: string;
  private readonly side: 'client' | 'server';
  private readonly shared: Shared;
  /** What has a reply already: a store, which outlives sessions. */
  private readonly store: Map<string, string>;
  /** Whether it closes for good: then all that is under way gets the time that it needs. */
  private readonly leaving: () => boolean;
  private readonly id: number;
  /** The same for all who go on with one session. */
  line: number;
  private readonly texts = new Map<number, string>();
  /** PARTs that came, by the command's text. */
  private readonly parts = new Map<string, number>();
  private answers: Answer[] = [];
  /** What came from a process before. */
  restored = 0;
  /** Polled and not taken. */
  private untaken: Numbered[] = [];
  private over = false;

  constructor(
    shared: Shared,
    side: 'client' | 'server',
    name: string,
    session: ClientSession | ServerSession,
    disk: Disk | undefined,
    store: Map<string, string>,
    leaving: () => boolean,
  ) {
    this.shared = shared;
    this.side = side;
    this.name = name;
    this.session = session;
    this.disk = disk;
    this.store = store;
    this.leaving = leaving;
    this.id = this.line = shared.nextId();
  }

  /** Whose words these are, in the ledger. */
  get from(): string {
    return `${this.name} ${this.side}`;
  }

  command(action: CommandAction): void {
    const { session, shared } = this;
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
    const { session } = this;
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
    const { ledger } = this.shared;
    const open = [...this.texts].findLast(
      ([, text]) => ledger.get(text).kind === 'command' && ledger.get(text).told === undefined,
    );
    if (open === undefined || this.session.state === 'closed') return;
    ledger.cancels(open[1]);
    this.session.cancel(open[0]);
  }

  /** Takes what has happened. */
  poll(): void {
    const { takeAfter, clock } = this.shared;
    for (let event = this.session.poll(); event !== undefined; event = this.session.poll()) {
      if (takeAfter < 0 || !('number' in event)) {
        if (event.type === 'lost' || event.type === 'closed') this.endOfEra();
        this.on(event);
      } else if (this.untaken.push(event) === 1) clock.after(takeAfter, () => this.takeAll());
    }
    this.answer();
  }

  /** It is the application's alone now: the process has ended, or the session was thrown away. */
  leave(): void {
    this.over = true;
  }

  /** Tells for the session what it can't tell any more. */
  giveUp(): void {
    for (const text of this.texts.values())
      if (this.shared.ledger.get(text).told === undefined) this.tell(text, 'unknown');
    this.leave();
  }

  /** Goes on where a process before stood. @returns what it knows of what was said. */
  recall(saved: readonly SavedFrame[], open: readonly Uint64[]): ReadonlySet<string> {
    const known = new Set<string>();
    for (const { frame, ticket } of saved) {
      if (ticket === 0) continue;
      const text = textIn(frame);
      this.texts.set(ticket, text);
      known.add(text);
    }
    this.restored = known.size;
    const notes = this.disk?.told() ?? [];
    for (const note of notes) this.recount(note);
    for (const id of open) {
      const [, , text = '', parts = '0'] = notes
        .findLast((note) => note.startsWith(`asked ${id} `))!
        .split(' ');
      this.answers.push({ id, text, parts: Number(parts), sent: 0, ready: true });
    }
    return known;
  }

  private recount(note: string): void {
    const [what, text] = note.split(' ');
    if (what === 'part') this.parts.set(text!, (this.parts.get(text!) ?? 0) + 1);
    else if (what === 'first') this.parts.set(text!, 0);
    else if (what === 'lost') this.parts.clear();
  }

  private newText(): string {
    return `${this.side[0]}${this.name}.${this.shared.nextId()}`;
  }

  private said(ticket: number, text: string, said: Omit<Said, 'from' | 'line' | 'era'>): void {
    const era = `${this.id}.${this.session['era']}`;
    this.shared.ledger.say(text, { ...said, from: this.from, line: this.line, era });
    this.texts.set(ticket, text);
    if (!said.aside) this.disk?.note(`said ${text}`);
  }

  /** What was polled is done, and then taken. */
  private takeAll(): void {
    if (this.over) return;
    for (const event of this.untakenNow()) {
      this.on(event);
      this.session.take(event.number);
    }
    this.answer();
    this.shared.pump();
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
    if (this.shared.traced) this.shared.log(`${this.from}: ${told(event)}`);
    switch (event.type) {
      case 'command':
        return this.asked(event.id, event.args as CommandArgs);
      case 'cancel':
        return this.cancelled(event.id);
      case 'push':
        return this.does(event.args[0] as string);
      case 'part':
        return this.part(this.textOf(event.ticket), event.value as string);
      case 'reply':
        return this.replied(this.textOf(event.ticket), event.value as string);
      case 'failed':
        return this.tell(this.textOf(event.ticket), `${event.outcome} ${event.why}`);
      case 'undelivered':
        return this.tell(this.textOf(event.ticket), event.outcome);
      case 'lost':
        if (!this.shared.mayLose(this.name))
          throw new Broken(`the session of ${this.name} is lost for no reason`);
        this.line = this.shared.nextId();
        this.disk?.note('lost');
        this.parts.clear();
        this.answers = [];
        return;
      case 'closed':
        this.answers = [];
        return this.ended(event);
      case 'fault':
        throw new Broken(`a fault in what the other side wrote: ${String(event.error)}`);
      case 'broken':
        if (event.why === 'fault' && !this.shared.ledger.isForgiven(this.from))
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
    const { shared } = this;
    if (shared.ledger.isForgiven(this.from)) return;
    if (this.leaving() && by === 'us' && code === CloseCode.TIMEOUT)
      throw new Broken(`${this.from} could not finish in time`);
    const fine: readonly Uint64[] = [
      CloseCode.NORMAL,
      CloseCode.GOING_AWAY,
      CloseCode.OVERLOADED,
      CloseCode.TIMEOUT,
    ];
    if (fine.includes(code) || (code === CloseCode.SESSION_LOST && shared.mayLose(this.name))) return;
    throw new Broken(`the session of ${this.from} is closed by ${by} with ${code}`);
  }

  private textOf(ticket: number): string {
    const text = this.texts.get(ticket);
    if (text === undefined) throw new Broken(`the ticket ${ticket} was never given`);
    return text;
  }

  private tell(text: string, outcome: string): void {
    this.disk?.note(`told ${text}`);
    this.shared.ledger.tells(text, outcome);
  }

  private does(text: string): void {
    this.disk?.note(`did ${text}`);
    this.shared.ledger.does(text);
  }

  private asked(id: Uint64, [text, , parts, think, repeatable]: CommandArgs): void {
    const known = repeatable && this.store.has(text);
    if (!known) this.does(text);
    if (repeatable) this.store.set(text, `re ${text}`);
    this.disk?.note(`asked ${id} ${text} ${parts}`);
    const answer: Answer = { id, text, parts, sent: 0, ready: think === 0 };
    this.answers.push(answer);
    if (think === 0) return;
    this.shared.clock.after(think, () => {
      answer.ready = true;
      if (this.over) return;
      this.answer();
      this.shared.pump();
    });
  }

  private cancelled(id: Uint64): void {
    const answer = this.answers.find((other) => other.id === id);
    if (answer === undefined) return;
    answer.ready = true;
    answer.sent = answer.parts;
  }

  /** Answers what is ready, as far as there is room. */
  private answer(): void {
    if (this.over || this.session.state === 'closed') return;
    this.answers = this.answers.filter((answer) => !answer.ready || !this.finish(answer));
  }

  private finish(answer: Answer): boolean {
    const { session } = this;
    const { id, text, parts } = answer;
    for (; answer.sent < parts; answer.sent++)
      if (!session.part(id, `part ${answer.sent} of ${text}`)) return false;
    session.reply(id, `re ${text}`);
    return true;
  }

  private part(text: string, value: string): void {
    if (this.shared.ledger.get(text).forgiven) return;
    const seen = this.parts.get(text) ?? 0;
    // who crashed does not know how many parts it had sent
    if (value === `part 0 of ${text}` && this.shared.crashed()) {
      this.disk?.note(`first ${text}`);
      this.parts.set(text, 0);
    } else if (value !== `part ${seen} of ${text}`)
      throw new Broken(`${value} has come as part ${seen} of ${text}`);
    this.disk?.note(`part ${text}`);
    this.parts.set(text, (this.parts.get(text) ?? 0) + 1);
  }

  private replied(text: string, value: string): void {
    const { parts, cancelled, forgiven } = this.shared.ledger.get(text);
    if (forgiven) return this.tell(text, 'reply');
    if (value !== `re ${text}`) throw new Broken(`${text} has the reply of another: ${value}`);
    const seen = this.parts.get(text) ?? 0;
    if (seen !== parts && !cancelled)
      throw new Broken(`${seen} parts of ${parts} before the reply to ${text}`);
    this.tell(text, 'reply');
  }
}

type CommandArgs = readonly [
  text: string,
  filling: string,
  parts: number,
  think: number,
  repeatable: boolean,
];

/** A session that closes takes no new work, and says so by an Error. */
function unlessClosing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if ((error as Error).message.includes('closing or closed')) return undefined;
    throw error;
  }
}

export function textIn(frame: Uint8Array): string {
  const [{ args }] = decodeFrames(frame) as [Command];
  return (args as string[] | undefined)?.[0] ?? '';
}

function told(event: SessionEvent): string {
  return JSON.stringify(event, (key, value: unknown) => (key === 'error' ? String(value) : value instanceof Uint8Array || typeof value === 'bigint' ? String(value) : value));
} // prettier-ignore
