/** The server of a simulated run: sessions of all clients on one acceptor, and a store that outlives them. */
import {
  Acceptor,
  CloseCode,
  type Link,
  type MemoryJournal,
  type ServerSession,
} from '../../src/session/index.ts';
import { App, type Shared } from './app.ts';
import { demandBounds } from './bounds.ts';
import { Disk } from './disk.ts';
import { Broken } from './ledger.ts';
import type { Connection } from './network.ts';
import { Talk } from './talk.ts';
import { textIn } from './words.ts';

/** What the server keeps of a session. */
interface Kept {
  readonly talk: Talk;
  readonly session: ServerSession;
  readonly disk: Disk | undefined;
}

/** What a server finds after a crash. */
interface Found {
  readonly line: number;
  readonly name: string;
  readonly disk: Disk;
  readonly journal: MemoryJournal;
  readonly notes: readonly string[];
}

export class ServerApp extends App {
  private acceptor: Acceptor;
  private sessions: Kept[] = [];
  private links: { readonly link: Link; readonly connection: Connection }[] = [];
  private timer = 0;
  private refuseUntil = 0;
  private readonly clients: readonly string[];
  /** Notes of sessions that are gone. */
  private past: string[] = [];
  /** Replies by message id: what a durable store has. */
  private readonly store = new Map<string, string>();

  constructor(shared: Shared, clients: readonly string[]) {
    super(shared);
    this.clients = clients;
    this.acceptor = this.newAcceptor();
  }

  /** Somebody connects. */
  take(connection: Connection): void {
    if (!this.up) return connection.close(false);
    const { acceptor } = this;
    const link = acceptor.open(this.now);
    this.links.push({ link, connection });
    const alive = (): boolean => this.up && this.acceptor === acceptor;
    connection.up.to = {
      receive: (chunk) => {
        if (!alive()) return;
        link.receive(chunk, this.now);
        this.pump();
      },
      lost: () => {
        connection.close(false);
        if (!alive()) return;
        link.lost(this.now);
        this.pump();
      },
      drained: () => this.pump(),
    };
    this.pump();
  }

  /** The latest session of a client. */
  talkOf(name: string): Talk | undefined {
    return this.up ? this.sessions.findLast(({ talk }) => talk.party.name === name)?.talk : undefined;
  }

  close(name: string, abort: boolean): void {
    const session = this.talkOf(name)?.party.session;
    if (session === undefined) return;
    const closing = { code: CloseCode.GOING_AWAY, text: 'restart', after: 50 };
    if (abort) session.abort(closing);
    else session.close(closing, this.now);
    this.pump();
  }

  refuse(time: number): void {
    this.refuseUntil = this.now + time;
  }

  /** All sessions are lost, with what they held: the store is not. */
  forget(): void {
    if (!this.up) return;
    this.shared.log('server forgets');
    for (const { talk, disk } of this.sessions) {
      // who said something is told nothing by a session that is gone: it knows that itself
      talk.words.giveUp();
      talk.leave();
      // what its application did stays done
      if (disk !== undefined) this.past.push(...disk.told());
    }
    this.sessions = [];
    for (const { connection } of this.links) connection.reset();
    this.links = [];
    this.acceptor = this.newAcceptor();
  }

  pump(): void {
    if (!this.up) return;
    this.welcome();
    for (const { talk, session, disk } of this.sessions) {
      if (!this.stalled) talk.poll();
      if (disk?.dirty === true) this.sync(disk, session);
      demandBounds(session, talk.words.restored);
    }
    for (const { link, connection } of this.links) this.flush(link, connection, false);
    this.links = this.links.filter(({ link }) => !link.over);
    this.schedule();
  }

  /** All is over: what is left was to be told. */
  end(): void {
    for (const { session, talk } of this.sessions)
      if (session.state !== 'closed')
        throw new Broken(`a session of ${talk.party.name} with the server is ${session.state} at the end`);
  }

  /** The process ends, and comes back a while later with what was safe. */
  crash(down: number): void {
    if (!this.up || !this.shared.journals) return;
    this.up = false;
    this.shared.log('server crashes');
    for (const { connection } of this.links) connection.reset();
    this.links = [];
    const extra = this.shared.random.below(3);
    const found = this.sessions.map(({ talk, disk }) => {
      talk.leave();
      return { name: talk.party.name, line: talk.words.line, disk: disk!, ...disk!.crash(extra) };
    });
    this.shared.clock.after(down, () => this.restart(found));
  }

  private newAcceptor(): Acceptor {
    const { options, random } = this.shared;
    return new Acceptor(options, (length) => random.bytes(length));
  }

  private welcome(): void {
    for (let event = this.acceptor.poll(); event !== undefined; event = this.acceptor.poll()) {
      this.shared.log(`acceptor: ${event.type}`);
      if (event.type !== 'hello' || event.link.over) continue;
      if (this.now < this.refuseUntil)
        this.acceptor.refuse(event.link, { code: CloseCode.OVERLOADED, after: 100 });
      else this.accept(event.link, event.offer.credentials as string);
    }
  }

  private accept(link: Link, name: string): void {
    const disk = this.shared.journals ? new Disk() : undefined;
    this.keep(this.acceptor.accept(link, this.now, disk), name, disk);
  }

  private keep(session: ServerSession, name: string, disk: Disk | undefined): Kept {
    const { shared, store } = this;
    const talk = new Talk({ shared, side: 'server', name, session, disk, store, leaving: () => false });
    const kept = { talk, session, disk };
    this.sessions.push(kept);
    return kept;
  }

  private restart(found: readonly Found[]): void {
    const notes = new Set([...this.past, ...found.flatMap(({ notes: all }) => all)]);
    this.up = true;
    this.acceptor = this.newAcceptor();
    this.sessions = [];
    this.shared.log('server restarts');
    this.unlearn(notes);
    const known = new Set<string>();
    for (const { name, line, disk, journal } of found) {
      const saved = journal.saved();
      if (saved?.tokens === undefined) {
        this.past.push(...disk.told());
        for (const { frame } of saved?.orphans ?? []) this.orphaned(textIn(frame));
        continue;
      }
      const { talk } = this.keep(this.acceptor.restore(saved, this.now, disk), name, disk);
      talk.words.line = line;
      for (const text of talk.recall([...saved.unanswered, ...saved.orphans, ...saved.frames], saved.open))
        known.add(text);
    }
    this.forgetUnsafe(known, notes);
    this.pump();
  }

  /** What was not written down was neither done nor told. */
  private unlearn(notes: ReadonlySet<string>): void {
    const { ledger } = this.shared;
    for (const name of this.clients) {
      for (const [text, { done }] of ledger.of(`${name} client`)) {
        if (done === 0 || notes.has(`did ${text}`)) continue;
        ledger.undoes(text);
        this.store.delete(text);
      }
      for (const [text, { told }] of ledger.of(`${name} server`))
        if (told !== undefined && !notes.has(`told ${text}`)) ledger.untells(text);
    }
  }

  /** Of a session that was over, and not told of it. */
  private orphaned(text: string): void {
    this.shared.ledger.tells(text, 'unknown');
    this.past.push(`told ${text}`);
  }

  /** What was not safe was never said. */
  private forgetUnsafe(known: ReadonlySet<string>, notes: ReadonlySet<string>): void {
    const { ledger } = this.shared;
    for (const name of this.clients)
      for (const [text, { told, done, kind, forgiven }] of ledger.of(`${name} server`)) {
        if (told !== undefined || known.has(text) || (kind === 'push' && done > 0)) continue;
        if (notes.has(`said ${text}`) && !forgiven) throw new Broken(`${text} was safe, and is forgotten`);
        ledger.forgets(text);
      }
  }

  private schedule(): void {
    const timer = ++this.timer;
    const at = Math.min(
      this.acceptor.nextTimeout(),
      ...this.sessions.map(({ session }) => session.nextTimeout()),
    );
    if (at === Infinity) return;
    this.shared.clock.after(at - this.now, () => {
      if (timer !== this.timer || !this.up) return;
      this.acceptor.handleTimeout(this.now);
      for (const { session } of this.sessions) session.handleTimeout(this.now);
      this.pump();
    });
  }
}
