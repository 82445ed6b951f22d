/** A client of a simulated run: it dials, and dials again, crashes, and comes back. */
import { ClientSession, type Link, type MemoryJournal } from '../../src/session/index.ts';
import { App, type Shared } from './app.ts';
import { demandBounds } from './bounds.ts';
import { Disk, type Remains } from './disk.ts';
import { Broken } from './ledger.ts';
import type { Connection } from './network.ts';
import { Talk } from './talk.ts';

export class ClientApp extends App {
  talk: Talk;
  session: ClientSession;
  private readonly name: string;
  private readonly disk: Disk | undefined;
  private readonly store = new Map<string, string>();
  private link: Link | undefined;
  private connection: Connection | undefined;
  private readonly connect: (late: number) => Connection;
  private timer = 0;
  private dialling = false;
  /** It shall not come back. */
  private leaving = false;

  constructor(shared: Shared, name: string, connect: (late: number) => Connection) {
    super(shared);
    this.name = name;
    this.connect = connect;
    this.disk = shared.journals ? new Disk() : undefined;
    this.session = this.newSession();
    this.talk = this.newTalk();
  }

  /** Whether the process runs. */
  get isUp(): boolean {
    return this.up;
  }

  /** Opens a link; one before it is dropped. */
  dial(late = 0, abandon = false): void {
    if (!this.up || this.session.state === 'closed') return;
    if (abandon) this.connection?.abandon();
    const before = this.connection;
    const connection = this.connect(late);
    const { session } = this;
    const link = session.connect(this.now);
    before?.close(true);
    this.link = link;
    this.connection = connection;
    const alive = (): boolean => this.up && this.session === session;
    connection.down.to = {
      // also what an older link still brings: it must have no effect
      receive: (chunk) => {
        if (!alive()) return;
        link.receive(chunk, this.now);
        this.pump();
      },
      lost: () => {
        if (!alive()) return;
        link.lost(this.now);
        this.pump();
      },
      drained: () => this.pump(),
    };
    this.pump();
  }

  pump(): void {
    if (!this.up) return;
    const { session, disk, link, connection, talk } = this;
    if (!this.stalled) talk.poll();
    if (disk?.dirty === true) this.sync(disk, session);
    if (link !== undefined && connection !== undefined) this.flush(link, connection, true);
    demandBounds(session, talk.words.restored);
    if (session.state === 'closed') this.renew();
    else if (link?.over !== false) this.redial();
    this.schedule();
  }

  /** Wants to close for good. */
  leave(): void {
    this.leaving = true;
    this.session.close({}, this.now);
    this.pump();
  }

  close(abort: boolean): void {
    if (!this.up) return;
    if (abort) this.session.abort();
    else this.session.close({}, this.now);
    this.pump();
  }

  /** The process ends, and comes back a while later with what was safe. */
  crash(down: number): void {
    const { disk, shared } = this;
    if (this.mayEnd(disk)) this.stop(disk.crash(shared.random.below(3)), down);
  }

  /** The process ends, and goes on from a backup. */
  rollback(batches: number, down: number): void {
    const { disk, name } = this;
    if (!this.mayEnd(disk)) return;
    this.shared.ledger.forgives(`${name} client`, `${name} server`);
    this.stop(disk.rollback(batches), down);
  }

  private mayEnd(disk: Disk | undefined): disk is Disk {
    return this.up && disk !== undefined && this.session.state !== 'closed';
  }

  private stop({ journal, notes }: Remains, down: number): void {
    this.up = false;
    this.talk.leave();
    this.connection?.reset();
    this.shared.log(`${this.name} crashes`);
    this.shared.clock.after(down, () => this.restart(journal, new Set(notes)));
  }

  private newSession(): ClientSession {
    const { options } = this.shared;
    return new ClientSession({ ...options, credentials: this.name }, this.disk);
  }

  private newTalk(): Talk {
    const { shared, name, session, disk, store } = this;
    return new Talk({ shared, side: 'client', name, session, disk, store, leaving: () => this.leaving });
  }

  private restart(journal: MemoryJournal, notes: ReadonlySet<string>): void {
    this.up = true;
    this.dialling = false;
    this.link = this.connection = undefined;
    this.session = this.newSession();
    const { line } = this.talk.words;
    this.talk = this.newTalk();
    this.unlearn(notes);
    const saved = journal.saved();
    if (saved?.tokens !== undefined) this.talk.words.line = line;
    if (saved !== undefined) this.session.restore(saved);
    const { unanswered = [], waiting = [], orphans = [], frames = [], open = [] } = saved ?? {};
    const known = this.talk.recall([...unanswered, ...waiting, ...orphans, ...frames], open);
    this.shared.log(`${this.name} restarts ${saved === undefined ? 'anew' : 'with its session'}`);
    this.forget(known, notes);
    if (this.leaving) this.session.close({}, this.now);
    this.dial();
    this.pump();
  }

  /** What was not written down was neither told nor done. */
  private unlearn(notes: ReadonlySet<string>): void {
    const { ledger } = this.shared;
    for (const [text, { told }] of ledger.of(`${this.name} client`))
      if (told !== undefined && !notes.has(`told ${text}`)) ledger.untells(text);
    for (const [text, { done }] of ledger.of(`${this.name} server`))
      if (done > 0 && !notes.has(`did ${text}`)) ledger.undoes(text);
  }

  /** What was not safe was never said. */
  private forget(known: ReadonlySet<string>, notes: ReadonlySet<string>): void {
    const { ledger } = this.shared;
    for (const [text, { told, kind, done, forgiven }] of ledger.of(`${this.name} client`)) {
      if (told !== undefined || known.has(text)) continue;
      // a push that was acknowledged is with the server, whatever the client still knows
      if (kind === 'push' && done > 0) continue;
      if (notes.has(`said ${text}`) && !forgiven) throw new Broken(`${text} was safe, and is forgotten`);
      ledger.forgets(text);
    }
  }

  /** A session is over: the next one begins when its end is safe. */
  private renew(): void {
    if (this.leaving || this.dialling || this.stalled) return;
    this.later(() => {
      if (this.session.state !== 'closed') return this.redial();
      this.talk.leave();
      this.link = this.connection = undefined;
      this.session = this.newSession();
      this.talk = this.newTalk();
      this.dial();
    });
  }

  private redial(): void {
    if (!this.dialling)
      this.later(() => {
        if (this.link?.over !== false) this.dial();
      });
  }

  private later(run: () => void): void {
    const { talk } = this;
    this.dialling = true;
    this.shared.clock.after(this.shared.random.from(10, 300), () => {
      if (this.talk !== talk) return;
      this.dialling = false;
      if (this.up) run();
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
}
