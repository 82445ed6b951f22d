/** An application that numbers all it says, and demands that what it hears is numbered without a gap: the same on both sides. */
import type { Socket } from 'node:net';
import type { Uint64 } from '../../src/frame/index.ts';
import type { FileJournal, JournalFile } from '../../src/link/journal/index.ts';
import type { ClientSession, Link, ServerSession, SessionEvent } from '../../src/session/index.ts';

/** Commands, and pushes, that each side says in all. */
export const TOTAL = 400;
/** Commands without an outcome. */
const IN_FLIGHT = 8;

/** What the application has to remember: with a journal, in its notes. */
type Count = 'sent' | 'pushed' | 'heard' | 'news';

export class Peer {
  readonly session: ClientSession | ServerSession;
  private readonly file: JournalFile | undefined;
  private readonly journal: FileJournal | undefined;
  private readonly counts = new Map<string, number>();
  /** Which commands have had their reply. */
  private readonly replied = new Set<number>();
  private readonly flush: () => void;

  /** @param flush writes what is due on the session's links. */
  constructor(
    session: ClientSession | ServerSession,
    flush: () => void,
    file?: JournalFile,
    journal?: FileJournal,
  ) {
    this.session = session;
    this.flush = flush;
    this.file = file;
    this.journal = journal;
    for (const [name, bytes] of journal?.notes ?? []) {
      const number = Number(Buffer.from(bytes).toString());
      if (name.startsWith('reply ')) this.replied.add(number);
      else this.counts.set(name, number);
    }
  }

  /** Answers what was asked of the process before. */
  recall(open: readonly Uint64[] = []): void {
    for (const id of open) this.answer(String(id));
  }

  /** Whether all was said, heard and answered, and is safe. */
  get done(): boolean {
    const { heard, news } = { heard: this.get('heard'), news: this.get('news') };
    return heard === TOTAL && news === TOTAL && this.replied.size === TOTAL && this.file?.dirty !== true;
  }

  /** How much has happened: to kill a process after some of it. */
  get progress(): number {
    return this.get('heard') + this.get('news') + this.replied.size;
  }

  pump(): void {
    const { session, file } = this;
    session.handleTimeout(Date.now());
    for (let event = session.poll(); event !== undefined; event = session.poll()) this.on(event);
    this.talk();
    if (file?.dirty === true) {
      file.commit(session).then(this.flush, fail);
    } else this.flush();
  }

  private talk(): void {
    const { session } = this;
    for (; this.get('sent') < TOTAL && this.get('sent') - this.replied.size < IN_FLIGHT; this.count('sent'))
      if (session.command('SEND', [this.get('sent') + 1]) === undefined) return;
    for (; this.get('pushed') < TOTAL; this.count('pushed'))
      if (session.push('NEWS', [this.get('pushed') + 1]) === undefined) return;
  }

  private on(event: SessionEvent): void {
    switch (event.type) {
      case 'command': {
        this.demandNext('heard', event.args[0]);
        const id = String(event.id);
        this.set(`asked ${id}`, this.get('heard'));
        // some answers are a while away: the process may be killed before
        if (this.get('heard') % 3 === 0) this.answer(id);
        else setTimeout(() => this.later(id), this.get('heard') % 7);
        return;
      }
      case 'push':
        return this.demandNext('news', event.args[0]);
      case 'reply': {
        const number = event.value as number;
        if (this.replied.has(number)) fail(new Error(`two replies to ${number}`));
        this.replied.add(number);
        this.note(`reply ${number}`, number);
        return;
      }
      case 'failed':
      case 'undelivered':
      case 'fault':
      case 'lost':
      case 'closed':
        return fail(new Error(`${event.type} ${JSON.stringify(event)}`));
      default:
        return;
    }
  }

  private later(id: string): void {
    this.answer(id);
    this.pump();
  }

  private answer(id: string): void {
    const number = this.get(`asked ${id}`);
    this.counts.delete(`asked ${id}`);
    this.journal?.note(`asked ${id}`, undefined);
    this.session.reply(Number(id), number);
  }

  private demandNext(name: Count, number: unknown): void {
    this.count(name);
    if (number !== this.get(name)) fail(new Error(`${name}: ${String(number)} instead of ${this.get(name)}`));
  }

  private count(name: Count): void {
    this.set(name, this.get(name) + 1);
  }

  private get(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  private set(name: string, number: number): void {
    this.counts.set(name, number);
    this.note(name, number);
  }

  private note(name: string, number: number): void {
    this.journal?.note(name, Buffer.from(String(number)));
  }
}

/** Carries what comes on a socket to a link. */
export function carry(link: Link, socket: Socket, pump: () => void): void {
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    link.receive(new Uint8Array(chunk), Date.now());
    pump();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    link.lost(Date.now());
    pump();
  });
}

/** Writes what a link has to say. */
export function flush(link: Link, socket: Socket): void {
  const bytes = link.output(Date.now());
  if (bytes !== undefined && socket.writable) socket.write(bytes);
  if (link.over) socket.end();
}

/** A promise was broken, in either process: its test has to see it. */
function fail(error: Error): void {
  faults.push(error.message);
  if (process.send !== undefined) {
    console.error(error.message);
    process.exit(3);
  }
}

export const faults: string[] = [];
