/** What the drivers of both sides have in common: time, transports and journals. */
import type { ClientSession, Link, ServerSession, SessionOptions } from '../../src/session/index.ts';
import type { Clock } from './clock.ts';
import type { Disk } from './disk.ts';
import type { Ledger } from './ledger.ts';
import type { Connection } from './network.ts';
import type { Random } from './random.ts';

/** What all parts of a run share. */
export interface Shared {
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly options: SessionOptions;
  readonly journals: boolean;
  readonly takeAfter: number;
  /** How long until what was written is safe. */
  readonly sync: number;
  nextId(): number;
  /** Whether a process has crashed so far. */
  crashed(): boolean;
  /** Whether a session of this client may be lost: by what the run has done to the server. */
  mayLose(name: string): boolean;
  /** Lets every driver see what there is to do. */
  pump(): void;
  /** Whether anybody reads the log. */
  readonly traced: boolean;
  log(line: string): void;
}

/** A side of a run: a driver of sessions. */
export abstract class App {
  protected readonly shared: Shared;
  private stalledUntil = 0;
  protected up = true;

  constructor(shared: Shared) {
    this.shared = shared;
  }

  get now(): number {
    return this.shared.clock.now;
  }

  get stalled(): boolean {
    return this.now < this.stalledUntil;
  }

  stall(time: number): void {
    this.stalledUntil = this.now + time;
    this.shared.clock.after(time, () => this.pump());
  }

  abstract pump(): void;

  /** Writes what a link has as far as the transport takes it, and closes the connection of one that is over. */
  protected flush(link: Link, connection: Connection, isClient: boolean): void {
    if (!connection.full(isClient) || link.over) {
      const bytes = link.output(this.now);
      if (bytes !== undefined) connection.send(isClient, bytes);
    }
    if (link.over) connection.close(isClient);
  }

  /** Makes safe what was written so far; then the session may go on. */
  protected sync(disk: Disk, session: ClientSession | ServerSession): void {
    disk.batch();
    const done = disk.sync();
    const checkpoint = session.checkpoint();
    this.shared.clock.after(this.shared.sync, () => {
      if (!done()) return;
      session.durable(checkpoint);
      this.pump();
    });
  }
}
