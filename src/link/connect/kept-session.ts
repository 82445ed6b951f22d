/**
 * The session of a client, with its calls, kept on a link. Where the server ends it and wants its clients to come back, another
 * follows.
 */
import type { ClientSession, SessionEvent, Watch } from '../../session/index.ts';
import { SessionClient } from '../client.ts';
import type { TaskClocks } from '../policy/index.ts';
import { Calls } from './calls.ts';
import { Keeper, type KeeperOptions, type KeeperOwner } from './keeper.ts';
import type { LinkState } from './link-state.ts';
import type { LinkMemory } from './memory.ts';
import type { Routes } from './routes.ts';

/** What it stands on. */
export interface SessionParts {
  /** A session that begins; the first may be one that a process before had. */
  readonly newSession: (watch: Watch | undefined) => ClientSession;
  readonly routes: Routes;
  readonly memory: LinkMemory;
  readonly keeper: KeeperOptions;
  /** The times of commands; undefined: they have none. */
  readonly clocks: TaskClocks | undefined;
  /** After each step of the session; `wake` writes what has waited. */
  readonly settled: (session: ClientSession, wake: () => void) => void;
  /** Something was learned that may be saved. */
  readonly learned: () => void;
}

/** Whose session it is. */
export interface SessionOwner {
  /** Whether another session is to follow. */
  stays(): boolean;
  /** What happened in the session, which its calls know, and its keeper not yet. */
  on(event: SessionEvent): void;
  /** There is a session on a link. */
  opened(): void;
  told(state: LinkState): void;
  /** Bytes have come, whatever they say. */
  received(bytes: number): void;
}

export class KeptSession implements KeeperOwner {
  client: SessionClient;
  readonly calls: Calls;
  readonly keeper: Keeper;
  private readonly parts: SessionParts;
  private readonly pollAfter: number | undefined;
  private readonly owner: SessionOwner;

  /** @param pollAfter as `ConnectOptions` has it. */
  constructor(parts: SessionParts, pollAfter: number | undefined, owner: SessionOwner) {
    this.parts = parts;
    this.pollAfter = pollAfter;
    this.owner = owner;
    const { clocks } = parts;
    this.calls = new Calls(
      () => this.client.driver,
      clocks && { clocks, unheard: () => this.keeper.unheard() },
    );
    this.calls.linked(false);
    this.client = this.newClient();
    this.keeper = new Keeper(parts.routes, parts.memory, parts.keeper, this);
  }

  /** Begins to dial. */
  start(): void {
    this.client.driver.wake();
    this.keeper.start();
  }

  /** Ends without a word; calls that have no outcome fail. */
  stop(): void {
    this.keeper.stop();
    this.client.stop();
    this.calls.end();
  }

  // Of the keeper.

  renewed(): boolean {
    if (!this.owner.stays()) return false;
    this.client = this.newClient();
    return true;
  }

  told(state: LinkState): void {
    this.calls.linked(state.state === 'online');
    this.owner.told(state);
    if (state.state === 'closed') this.calls.end();
  }

  learned(): void {
    this.parts.learned();
  }

  passed(bytes: number, sent: boolean): void {
    if (!sent) this.owner.received(bytes);
  }

  // Within.

  private newClient(): SessionClient {
    const { pollAfter } = this;
    const client = new SessionClient(
      this.parts.newSession(this.parts.clocks && this.calls.watch),
      {
        open: noTransport,
        redialAfter: () => Infinity,
        ...(pollAfter !== undefined && { pollAfter }),
        failed: (error) => this.keeper.failedLink(error),
        settled: () => this.settled(),
      },
      (event) => {
        // the last words of a session that another has followed are its own
        if (client === this.client) this.on(event);
      },
    );
    return client;
  }

  private on(event: SessionEvent): void {
    this.calls.on(event);
    this.owner.on(event);
    this.keeper.on(event);
    if (event.type === 'open' || event.type === 'resumed') this.owner.opened();
  }

  private settled(): void {
    const { driver } = this.client;
    this.calls.settled();
    this.parts.settled(driver.session, () => driver.wake());
    this.keeper.settled();
  }
}

/** The keeper says where to dial. */
function noTransport(): never {
  throw new Error('nothing was dialled yet');
}
