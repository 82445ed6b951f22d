/** The two applications of a simulated run: what a careful user of sessions writes, with a journal and without. */
import {
  Acceptor,
  ClientSession,
  type Link,
  type MemoryJournal,
  type ServerSession,
  type SessionEvent,
  type SessionOptions,
} from '../../src/session/index.ts';
import { decodeFrames, type Command } from '../../src/frame/index.ts';
import type { Clock } from './clock.ts';
import { Disk } from './disk.ts';
import { Broken, type Ledger } from './ledger.ts';
import type { Connection, End } from './network.ts';
import type { Action } from './plan.ts';
import type { Random } from './random.ts';

/** What all parts of a run share. */
export interface Shared {
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly options: SessionOptions;
  readonly journals: boolean;
  log(line: string): void;
}

/** How long until what was written is safe. */
const SYNC = 7;

/** A side of a run: a session's driver. */
abstract class App {
  protected readonly shared: Shared;
  stalledUntil = 0;
  protected up = true;

  constructor(shared: Shared) {
    this.shared = shared;
  }

  get now(): number {
    return this.shared.clock.now;
  }

  stall(time: number): void {
    this.stalledUntil = this.now + time;
    this.shared.clock.after(time, () => this.pump());
  }

  abstract pump(): void;

  /** Writes what a link has, and closes the connection of one that is over. */
  protected flush(link: Link, connection: Connection, isClient: boolean): void {
    const bytes = link.output(this.now);
    if (bytes !== undefined) connection.send(isClient, bytes);
    if (link.over) connection.close(isClient);
  }

  /** Makes safe what was written so far; then the session may go on. */
  protected sync(disk: Disk, session: ClientSession | ServerSession): void {
    disk.batch();
    const done = disk.sync();
    const checkpoint = session.checkpoint();
    this.shared.clock.after(SYNC, () => {
      if (!done()) return;
      session.durable(checkpoint);
      this.pump();
    });
  }
}

export class ClientApp extends App {
  session: ClientSession;
  private disk: Disk | undefined;
  private link: Link | undefined;
  private connection: Connection | undefined;
  private texts = new Map<number, string>();
  private news = new Set<string>();
  private readonly dialled: (connection: Connection) => void;
  private readonly connect: () => Connection;
  private timer = 0;
  private dialling = false;

  constructor(shared: Shared, connect: () => Connection, dialled: (connection: Connection) => void) {
    super(shared);
    this.connect = connect;
    this.dialled = dialled;
    this.disk = shared.journals ? new Disk() : undefined;
    this.session = new ClientSession(shared.options, this.disk);
  }

  act(action: Action & { do: 'command' | 'push' }, text: string): void {
    if (!this.up || this.session.state === 'closed') return;
    const { ledger } = this.shared;
    const body = [text, 'x'.repeat(action.size)];
    if (action.do === 'command') {
      const deadline = action.deadline > 0 ? this.now + action.deadline : Infinity;
      const ticket = this.session.command('SEND', [...body, action.parts, action.think, action.repeatable], { repeatable: action.repeatable, deadline });
      if (ticket === undefined) return;
      ledger.say(text, 'command', action.repeatable);
      this.texts.set(ticket, text);
    } else {
      if (this.session.state === 'idle' || this.session.state === 'greeting') return;
      const ticket = this.session.push('NEWS', body);
      if (ticket === undefined) return;
      ledger.say(text, 'push');
      this.texts.set(ticket, text);
    }
    this.pump();
  } // prettier-ignore

  /** Opens a link; one before it is dropped. */
  dial(): void {
    if (!this.up || this.session.state === 'closed') return;
    const connection = this.connect();
    const link = this.session.connect(this.now);
    this.connection?.close(true);
    this.link = link;
    this.connection = connection;
    const end: End = {
      receive: (chunk) => {
        if (this.up && this.link === link) {
          link.receive(chunk, this.now);
          this.pump();
        }
      },
      lost: () => {
        if (!this.up) return;
        link.lost(this.now);
        this.pump();
      },
    };
    connection.down.to = end;
    this.dialled(connection);
    this.pump();
  }

  pump(): void {
    if (!this.up) return;
    const { session, disk, link, connection } = this;
    if (this.now >= this.stalledUntil)
      for (let event = session.poll(); event !== undefined; event = session.poll()) this.on(event);
    if (disk?.dirty === true) this.sync(disk, session);
    if (link !== undefined && connection !== undefined) this.flush(link, connection, true);
    if (link?.over !== false && session.state !== 'closed') this.redial();
    this.schedule();
  }

  /** Wants to close. */
  close(): void {
    this.session.close({}, this.now);
    this.pump();
  }

  /** The process ends, and comes back a while later with what was safe. */
  crash(down: number): void {
    const { disk } = this;
    if (!this.up || disk === undefined || this.session.state === 'closed') return;
    this.up = false;
    this.connection?.reset();
    const { journal, notes } = disk.crash(this.shared.random.below(3));
    this.shared.log('client crashes');
    this.shared.clock.after(down, () => this.restart(disk, journal, new Set(notes)));
  }

  private restart(disk: Disk, journal: MemoryJournal, notes: ReadonlySet<string>): void {
    const { ledger, options } = this.shared;
    for (const [text, { told }] of ledger.of('command'))
      if (told !== undefined && !notes.has(`told ${text}`)) ledger.untells(text);
    for (const [text, { told }] of ledger.of('push'))
      if (told !== undefined && !notes.has(`told ${text}`)) ledger.untells(text);
    for (const [text, { done }] of ledger.of('serverPush'))
      if (done > 0 && !notes.has(`did ${text}`)) ledger.undoes(text);
    this.up = true;
    this.dialling = false;
    this.disk = disk;
    this.link = this.connection = undefined;
    this.session = new ClientSession(options, disk);
    this.texts = new Map();
    const saved = journal.saved();
    const known = new Set<string>();
    if (saved !== undefined) {
      this.session.restore(saved);
      for (const { frame, ticket } of [...saved.unanswered, ...saved.waiting, ...saved.orphans, ...saved.frames]) {
        const text = textIn(frame);
        if (ticket === 0) continue;
        this.texts.set(ticket, text);
        known.add(text);
      }
    }
    this.shared.log(`client restarts ${saved === undefined ? 'anew' : 'with its session'}`);
    for (const [text, { told, done, kind }] of [...ledger.of('command'), ...ledger.of('push')]) {
      if (told !== undefined || known.has(text)) continue;
      // acknowledged pushes are with the server, whatever the client still knows
      if (kind === 'push' && done > 0) continue;
      ledger.forgets(text);
    }
    this.dial();
  }

  private redial(): void {
    if (this.dialling) return;
    this.dialling = true;
    this.shared.clock.after(this.shared.random.from(1, 300), () => {
      this.dialling = false;
      if (this.up && this.link?.over !== false) this.dial();
    });
  }

  private schedule(): void {
    const at = this.session.nextTimeout();
    const timer = ++this.timer;
    if (at === Infinity) return;
    this.shared.clock.after(at - this.now, () => {
      if (timer !== this.timer || !this.up) return;
      this.session.handleTimeout(this.now);
      this.pump();
    });
  }

  private on(event: SessionEvent): void {
    const { ledger } = this.shared;
    this.shared.log(`client ${told(event)}`);
    switch (event.type) {
      case 'reply': {
        const text = this.texts.get(event.ticket)!;
        if (event.value !== `re ${text}`) throw new Error(`${text} has the reply of another: ${String(event.value)}`);
        this.tell(text, 'reply');
        return;
      }
      case 'failed':
        this.tell(this.texts.get(event.ticket)!, `${event.outcome} ${event.why}`);
        return;
      case 'undelivered':
        this.tell(this.texts.get(event.ticket)!, event.outcome);
        return;
      case 'push': {
        const text = event.args[0] as string;
        this.disk?.note(`did ${text}`);
        ledger.does(text);
        return;
      }
      default:
        return;
    }
  }

  private tell(text: string, outcome: string): void {
    this.disk?.note(`told ${text}`);
    this.shared.ledger.tells(text, outcome);
  }
}

function textIn(frame: Uint8Array): string {
  const [{ args }] = decodeFrames(frame) as [Command];
  return (args as string[] | undefined)?.[0] ?? '';
}

function told(event: SessionEvent): string {
  return JSON.stringify(event, (key, value: unknown) => (key === 'error' ? String(value) : value instanceof Uint8Array || typeof value === 'bigint' ? String(value) : value));
} // prettier-ignore

/** What a server finds after a crash. */
interface Found {
  readonly disk: Disk;
  readonly journal: MemoryJournal;
  readonly notes: readonly string[];
}

/** What the server keeps of a session. */
interface Kept {
  readonly session: ServerSession;
  readonly disk: Disk | undefined;
  readonly pushes: Map<number, string>;
  timer: number;
}

export class ServerApp extends App {
  private acceptor: Acceptor;
  private sessions: Kept[] = [];
  private links: { readonly link: Link; readonly connection: Connection }[] = [];
  private timer = 0;
  private readonly past: string[] = [];
  /** Replies by message id: what a durable store has. */
  private readonly store = new Map<string, string>();

  constructor(shared: Shared) {
    super(shared);
    this.acceptor = new Acceptor(shared.options, (length) => shared.random.bytes(length));
  }

  /** Somebody connects. */
  take(connection: Connection): void {
    if (!this.up) return connection.close(false);
    const link = this.acceptor.open(this.now);
    this.links.push({ link, connection });
    connection.up.to = {
      receive: (chunk) => {
        if (!this.up) return;
        link.receive(chunk, this.now);
        this.pump();
      },
      lost: () => {
        if (!this.up) return;
        link.lost(this.now);
        connection.close(false);
        this.pump();
      },
    };
    this.pump();
  }

  push(size: number, text: string, news: boolean): void {
    const kept = this.sessions.at(-1);
    if (!this.up || kept === undefined || kept.session.state === 'closed') return;
    void news;
    const ticket = kept.session.push('NEWS', [text, 'x'.repeat(size)]);
    if (ticket === undefined) return;
    this.shared.ledger.say(text, 'serverPush');
    kept.pushes.set(ticket, text);
    this.pump();
  }

  /** All sessions are lost, with what they held: the store is not. */
  forget(): void {
    if (!this.up) return;
    this.shared.log('server forgets');
    for (const { pushes, disk } of this.sessions) {
      // what its application did stays done
      if (disk !== undefined) this.past.push(...disk.told());
      // who pushed is told nothing by a session that is gone: it knows that itself
      for (const text of pushes.values()) {
        if (this.shared.ledger.get(text).told !== undefined) continue;
        this.shared.ledger.tells(text, 'unknown');
        this.past.push(`told ${text}`);
      }
    }
    this.sessions = [];
    for (const { connection } of this.links) connection.reset();
    this.links = [];
    this.acceptor = new Acceptor(this.shared.options, (length) => this.shared.random.bytes(length));
  }

  pump(): void {
    if (!this.up) return;
    const { now } = this;
    for (let event = this.acceptor.poll(); event !== undefined; event = this.acceptor.poll()) {
      this.shared.log(`acceptor ${event.type}`);
      if (event.type !== 'hello' || event.link.over) continue;
      const disk = this.shared.journals ? new Disk() : undefined;
      const session = this.acceptor.accept(event.link, now, disk);
      this.sessions.push({ session, disk, pushes: new Map(), timer: 0 });
    }
    for (const kept of this.sessions) {
      if (now >= this.stalledUntil)
        for (let event = kept.session.poll(); event !== undefined; event = kept.session.poll()) this.on(kept, event);
      if (kept.disk?.dirty === true) this.sync(kept.disk, kept.session);
    }
    for (const { link, connection } of this.links) this.flush(link, connection, false);
    this.links = this.links.filter(({ link }) => !link.over);
    this.schedule();
  }

  /** All is over: what is left was to be told. */
  end(): void {
    for (const { session } of this.sessions)
      if (session.state !== 'closed') throw new Broken(`a session of the server is ${session.state} at the end`);
  }

  /** The process ends, and comes back a while later with what was safe. */
  crash(down: number): void {
    if (!this.up || !this.shared.journals) return;
    this.up = false;
    this.shared.log('server crashes');
    for (const { connection } of this.links) connection.reset();
    this.links = [];
    const found = this.sessions.map(({ disk }) => ({ disk: disk!, ...disk!.crash(this.shared.random.below(3)) }));
    this.shared.clock.after(down, () => this.restart(found));
  }

  private restart(found: readonly Found[]): void {
    const { ledger, options, random } = this.shared;
    const notes = new Set([...this.past, ...found.flatMap(({ notes: all }) => all)]);
    this.up = true;
    this.acceptor = new Acceptor(options, (length) => random.bytes(length));
    this.sessions = [];
    this.shared.log('server restarts');
    for (const kind of ['command', 'push'] as const)
      for (const [text, { done }] of ledger.of(kind))
        if (done > 0 && !notes.has(`did ${text}`)) {
          ledger.undoes(text);
          this.store.delete(text);
        }
    const known = new Set<string>();
    for (const { disk, journal, notes: own } of found) {
      const saved = journal.saved();
      if (saved === undefined) continue;
      const session = this.acceptor.restore(saved, this.now, disk);
      const kept: Kept = { session, disk, pushes: new Map(), timer: 0 };
      this.sessions.push(kept);
      for (const { frame, ticket } of saved.frames) {
        const text = textIn(frame);
        if (ticket === 0) continue;
        kept.pushes.set(ticket, text);
        known.add(text);
      }
      for (const id of saved.open) {
        const text = own.findLast((note) => note.startsWith(`asked ${id} `))!.split(' ')[2]!;
        session.reply(id, `re ${text}`);
      }
    }
    for (const [text, { told, done }] of ledger.of('serverPush')) {
      if (told !== undefined && !notes.has(`told ${text}`)) ledger.untells(text);
      if (ledger.get(text).told === undefined && done === 0 && !known.has(text)) ledger.forgets(text);
    }
    this.pump();
  }

  private schedule(): void {
    const timer = ++this.timer;
    const at = Math.min(this.acceptor.nextTimeout(), ...this.sessions.map(({ session }) => session.nextTimeout()));
    if (at === Infinity) return;
    this.shared.clock.after(at - this.now, () => {
      if (timer !== this.timer || !this.up) return;
      this.acceptor.handleTimeout(this.now);
      for (const { session } of this.sessions) session.handleTimeout(this.now);
      this.pump();
    });
  }

  private on(kept: Kept, event: SessionEvent): void {
    const { ledger } = this.shared;
    const { session, disk } = kept;
    this.shared.log(`server ${told(event)}`);
    switch (event.type) {
      case 'command': {
        const [text, , parts, think, repeatable] = event.args as [string, string, number, number, boolean];
        const known = repeatable ? this.store.get(text) : undefined;
        const reply = known ?? `re ${text}`;
        disk?.note(`did ${text}`);
        disk?.note(`asked ${event.id} ${text}`);
        if (known === undefined) {
          ledger.does(text);
          if (repeatable) this.store.set(text, reply);
        }
        const { id } = event;
        const answer = (): void => {
          if (session.state === 'closed' || !this.up || !this.sessions.includes(kept)) return;
          session.reply(id, reply);
        };
        for (let i = 0; i < parts; i++) session.part(id, `part ${i} of ${text}`);
        if (think === 0) answer();
        else
          this.shared.clock.after(think, () => {
            answer();
            this.pump();
          });
        return;
      }
      case 'push': {
        const text = event.args[0] as string;
        disk?.note(`did ${text}`);
        ledger.does(text);
        return;
      }
      case 'undelivered': {
        const text = kept.pushes.get(event.ticket);
        if (text === undefined) return;
        disk?.note(`told ${text}`);
        ledger.tells(text, event.outcome);
        return;
      }
      default:
        return;
    }
  }
}
