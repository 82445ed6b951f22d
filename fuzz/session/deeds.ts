/** What the other side of a session wants done: the application does it, thinks about commands, and answers them as far as there is room. */
import type { Uint64 } from '../../src/frame/index.ts';
import type { Party } from './party.ts';

export type CommandArgs = readonly [
  text: string,
  filling: string,
  parts: number,
  think: number,
  repeatable: boolean,
];

/** A command that is being answered. */
interface Answer {
  readonly id: Uint64;
  readonly text: string;
  readonly parts: number;
  sent: number;
  /** Whether it has thought enough. */
  ready: boolean;
}

export class Deeds {
  private readonly party: Party;
  private answers: Answer[] = [];
  private over = false;

  constructor(party: Party) {
    this.party = party;
  }

  push(text: string): void {
    this.does(text);
  }

  command(id: Uint64, [text, , parts, think, repeatable]: CommandArgs): void {
    const { shared, disk, store } = this.party;
    const known = repeatable && store.has(text);
    if (!known) this.does(text);
    if (repeatable) store.set(text, `re ${text}`);
    disk?.note(`asked ${id} ${text} ${parts}`);
    const answer: Answer = { id, text, parts, sent: 0, ready: think === 0 };
    this.answers.push(answer);
    if (think === 0) return;
    shared.clock.after(think, () => {
      answer.ready = true;
      if (this.over) return;
      this.answer();
      shared.pump();
    });
  }

  /** The answer is not wanted any more. */
  cancel(id: Uint64): void {
    const answer = this.answers.find((other) => other.id === id);
    if (answer === undefined) return;
    answer.ready = true;
    answer.sent = answer.parts;
  }

  /** Answers what is ready, as far as there is room. */
  answer(): void {
    if (this.over || this.party.session.state === 'closed') return;
    this.answers = this.answers.filter((answer) => !answer.ready || !this.finish(answer));
  }

  /** Nobody waits for an answer any more. */
  forget(): void {
    this.answers = [];
  }

  /** The process has ended, or the session was thrown away. */
  stop(): void {
    this.over = true;
  }

  /** Goes on where a process before stood. @param open commands without a reply. */
  recall(open: readonly Uint64[]): void {
    const notes = this.party.disk?.told() ?? [];
    for (const id of open) {
      const [, , text = '', parts = '0'] = notes
        .findLast((note) => note.startsWith(`asked ${id} `))!
        .split(' ');
      this.answers.push({ id, text, parts: Number(parts), sent: 0, ready: true });
    }
  }

  private does(text: string): void {
    this.party.disk?.note(`did ${text}`);
    this.party.shared.ledger.does(text);
  }

  private finish(answer: Answer): boolean {
    const { session } = this.party;
    const { id, text, parts } = answer;
    for (; answer.sent < parts; answer.sent++)
      if (!session.part(id, `part ${answer.sent} of ${text}`)) return false;
    session.reply(id, `re ${text}`);
    return true;
  }
}
