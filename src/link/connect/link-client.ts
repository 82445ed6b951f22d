/** What an application asks of a client that reaches its server and stays, and what it is told. `connect` makes it. */
import { CloseCode, type Closing, type SessionEvent } from '../../session/index.ts';
import type { Encodable } from '../../value/index.ts';
import { after, cancel } from '../clock.ts';
import {
  readEndpoints,
  type AppState,
  type AttemptReport,
  type Endpoint,
  type LatencyReport,
  type NetworkClass,
} from '../policy/index.ts';
import type { Signal } from '../transport/transport.ts';
import { Waits } from '../waits.ts';
import { Allowance } from './allowance.ts';
import type { CallOptions, PushOptions } from './calls.ts';
import { clock } from './clock.ts';
import { LinkError } from './errors.ts';
import { Feed, type FeedLimit } from './feed.ts';
import { KeptSession, type SessionOwner, type SessionParts } from './kept-session.ts';
import type { LinkState } from './link-state.ts';
import type { CloseOptions, ConnectOptions } from './options.ts';
import { weightOf } from './weight.ts';

/** A push of the server's. */
export interface Push {
  readonly verb: string;
  readonly args: readonly Encodable[];
}

/** What a client stands on; `connect` puts it together. */
export interface LinkParts extends SessionParts {
  /** All is over: what was opened is closed. */
  readonly released: () => Promise<void>;
}

export class LinkClient {
  private readonly parts: LinkParts;
  private readonly options: ConnectOptions;
  private readonly kept: KeptSession;
  private readonly allowance: Allowance;
  private readonly pushFeed = new Feed<Push>(({ verb, args }) => weightOf(verb, ...args));
  private readonly stateFeed = new Feed<LinkState>();
  private readonly opening: Waits = new Waits();
  private latest: LinkState = { state: 'dialling' };
  private begun = false;
  private leaving: Promise<void> | undefined;

  /** Use `connect`. */
  constructor(parts: LinkParts, options: ConnectOptions) {
    this.parts = parts;
    this.options = options;
    this.allowance = new Allowance(options.budgets ?? {}, parts.keeper.appState);
    this.kept = new KeptSession(parts, options.pollAfter, this.sessionOwner());
  }

  /** Begins to dial; `connect` does. */
  start(): void {
    this.kept.start();
  }

  /** How the link stands. */
  get state(): LinkState {
    return this.latest;
  }

  /** Where the link stands, if there is one. */
  get endpoint(): Endpoint | undefined {
    return this.kept.keeper.endpoint;
  }

  /** The latest dial: who was tried when, and what became of it. */
  get attempts(): readonly AttemptReport[] {
    return this.kept.keeper.report;
  }

  /**
   * Sends a command; where there is no link it waits for one, and it is sent once, over any number of links.
   * @returns the reply. Rejects with `ReplyError` where that is an error; with `LinkError`, whose `outcome` says whether it may have been
   *   done; with `BudgetError`; with the signal's reason; with a TypeError or RangeError for what no frame can say, or what the
   *   server does not take.
   */
  async command(
    verb: string,
    args: readonly Encodable[] = [],
    options: CallOptions = {},
  ): Promise<Encodable> {
    this.demandOpen();
    this.allowance.take('COMMAND', verb, args, this.kept.keeper.network);
    const within = options.within ?? this.options.within ?? Infinity;
    return this.kept.calls.command(verb, args, { ...options, within });
  }

  /**
   * Sends what nobody answers.
   * @returns when the session has it: then it is delivered once. Rejects as `command`.
   */
  async push(verb: string, args: readonly Encodable[] = [], options: PushOptions = {}): Promise<void> {
    this.demandOpen();
    this.allowance.take('PUSH', verb, args, this.kept.keeper.network);
    await this.kept.calls.push(verb, args, options);
    this.kept.client.driver.wake();
  }

  /**
   * The server's pushes from now on, until the signal or the end. Where too many wait for who does not go on, or too many bytes of them, it throws a
   * `LinkError` `OVERFLOW` behind those that fitted; `limit` says how many. The session has taken what was not told: synchronise it.
   * @throws RangeError for a limit that is not at least 1.
   */
  pushes({
    signal,
    limit,
  }: { readonly signal?: Signal; readonly limit?: FeedLimit } = {}): AsyncIterableIterator<Push, undefined> {
    return this.pushFeed.iterate(signal, limit);
  }

  /** How the link stands, whenever that changes; bounded as `pushes` by default. */
  states({ signal }: { readonly signal?: Signal } = {}): AsyncIterableIterator<LinkState, undefined> {
    return this.stateFeed.iterate(signal);
  }

  /**
   * Resolves when there is a session. Rejects with the signal's reason; with `LinkError`: `CLOSED`, or `UNREACHABLE` when there is none
   * in so many milliseconds. It goes on dialling all the same.
   */
  async ready({
    signal,
    within = Infinity,
  }: { readonly signal?: Signal; readonly within?: number } = {}): Promise<void> {
    const wait = { over: false };
    const timer = after(within, () => {
      wait.over = within < Infinity;
      this.opening.end();
    });
    try {
      while (!this.begun && !this.closed && !wait.over) await this.opening.wait(signal);
    } finally {
      cancel(timer);
    }
    if (this.begun && !this.closed) return;
    if (this.closed) throw this.refusal();
    throw new LinkError('UNREACHABLE', 'notDone');
  }

  /** The app came to the front, went to the background, or is about to be frozen: pacing and heartbeats follow. */
  become(state: AppState): void {
    this.kept.keeper.become(state);
    this.allowance.become(state);
  }

  /** The device is on another network: a new link is dialled at once, and what was learned there counts. @throws RangeError for a label longer than 128. */
  networkChanged(label: string, network: NetworkClass = this.kept.keeper.network): void {
    this.parts.clocks?.networkChanged(network);
    this.kept.keeper.networkChanged(label, network);
  }

  /**
   * A list of endpoints that the server has sent, in place of the one before: objects with `address`, `port` and maybe
   * `transport` (`tcp`, `tls`, `ws`, `wss`, `http`, `https`).
   * @throws RangeError naming what is wrong: then the list of before stays.
   */
  takeEndpoints(list: unknown): void {
    this.parts.memory.take(
      'server',
      readEndpoints(list).filter((each) => this.parts.routes.canOpen(each)),
    );
    this.parts.learned();
  }

  /** The server wants an address to be left alone, for 30 minutes. */
  ban(address: string): void {
    this.parts.memory.ranking.ban(address, clock());
    this.parts.learned();
  }

  /** What was measured of the endpoints on this network, nearest first: to be told to the server. Empty for rankings that don't measure. */
  latencies(): readonly LatencyReport[] {
    return this.parts.memory.latencies(clock());
  }

  /**
   * Measures the endpoints that were not measured for ten minutes, three at the most, without a session: for an idle moment, for it wakes the
   * radio up.
   * @returns `latencies`, then.
   */
  async measure(): Promise<readonly LatencyReport[]> {
    this.demandOpen();
    const due = this.parts.memory.unmeasured(clock());
    await Promise.all(due.map((each) => this.kept.keeper.probe(each)));
    return this.latencies();
  }

  /** Closes when all that is under way is done, or its time has passed. @returns when it is closed. Rejects with the signal's reason. */
  async close({ within = Infinity, signal, ...closing }: CloseOptions = {}): Promise<void> {
    this.leaving ??= this.leave(closing, within);
    const { leaving } = this;
    if (signal === undefined) return leaving;
    const waits = new Waits();
    void leaving.finally(() => waits.end()).catch(() => undefined);
    await waits.wait(signal);
    return leaving;
  }

  /** Ends at once and without a word; what has no outcome fails as unknown. */
  async stop(): Promise<void> {
    this.leaving ??= this.end();
    await this.leaving;
  }

  private async leave(closing: Closing, within: number): Promise<void> {
    const { driver } = this.kept.client;
    const timer = after(within, () => {
      driver.session.abort({ ...closing, code: CloseCode.TIMEOUT });
      driver.wake();
    });
    try {
      await this.kept.client.close(closing);
    } finally {
      cancel(timer);
      await this.end();
    }
  }

  private async end(): Promise<void> {
    this.kept.stop();
    this.pushFeed.end();
    this.stateFeed.end();
    if (this.latest.state !== 'closed') this.say({ state: 'closed', code: CloseCode.NORMAL, text: '' });
    await this.parts.released();
  }

  private get closed(): boolean {
    return this.leaving !== undefined || this.latest.state === 'closed';
  }

  private refusal(): LinkError {
    const { latest } = this;
    const detail =
      latest.state === 'closed' && latest.code > 0 ? `code ${latest.code} ${latest.text}`.trim() : '';
    return new LinkError('CLOSED', 'notDone', detail);
  }

  private demandOpen(): void {
    if (this.closed) throw this.refusal();
  }

  private on(event: SessionEvent): void {
    switch (event.type) {
      case 'push':
        this.options.onPush?.(event.verb, event.args);
        this.pushFeed.tell({ verb: event.verb, args: event.args });
        break;
      case 'undelivered':
        this.options.onFault?.(new LinkError('LOST', event.outcome, 'a push'));
        break;
      case 'fault':
        this.options.onFault?.(event.error);
        break;
      default:
    }
  }

  private say(state: LinkState): void {
    this.latest = state;
    this.options.onState?.(state);
    this.stateFeed.tell(state);
    if (state.state !== 'closed') return;
    this.opening.end();
    this.stateFeed.end();
    this.pushFeed.end();
  }

  private sessionOwner(): SessionOwner {
    return {
      stays: () => this.leaving === undefined,
      on: (event) => this.on(event),
      opened: () => {
        this.begun = true;
        this.opening.end();
      },
      told: (state) => this.say(state),
      received: (bytes) => this.allowance.received(bytes, this.kept.keeper.network),
    };
  }
}
