/** One simulated run of a plan: deterministic to the byte. */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { FrameKind } from '../../src/frame/index.ts';
import type { SessionOptions } from '../../src/session/index.ts';
import type { Shared } from './app.ts';
import { ClientApp } from './client-app.ts';
import { Clock } from './clock.ts';
import { Broken, Ledger } from './ledger.ts';
import { Connection, type Cut, type Medium } from './network.ts';
import type { Action, Plan } from './plan.ts';
import { Random } from './random.ts';
import { ServerApp } from './server-app.ts';

export interface Result {
  readonly trace: readonly string[];
  /** Of the trace, and of every byte that was sent. */
  readonly digest: string;
  readonly fault: string | undefined;
}

/** The clients have closed: this long until all must be settled. */
const SETTLE = 3_000_000;
/** After the last step the network is good; this long all are given time to finish what they do. */
const REST = 600_000;
const MOST_EVENTS = 300_000;

/** @param traced left out, the trace is too, which takes a good part of the time. */
export function simulate(plan: Plan, traced = true): Result {
  const trace: string[] = [];
  const world = new World(plan, traced ? (line) => trace.push(line) : undefined);
  const fault = world.run();
  const hash = createHash('sha256');
  for (const line of trace) hash.update(line);
  return { trace, digest: hash.digest('hex'), fault };
}

class World {
  private readonly plan: Plan;
  private readonly clock = new Clock();
  private readonly random: Random;
  private readonly ledger = new Ledger();
  private readonly medium: Medium;
  private readonly clients: readonly ClientApp[];
  private readonly server: ServerApp;
  /** What happens to the next link of a client. */
  private readonly cuts = new Map<number, Cut>();
  private readonly connections: Connection[][];
  private readonly log: (line: string) => void;
  private readonly traced: boolean;
  /** Clients whose sessions the run has thrown away, or contradicted. */
  private readonly losable = new Set<string>();
  /** Clients that have closed a session. */
  private readonly closers = new Set<number>();
  private crashes = 0;
  private ids = 0;

  constructor(plan: Plan, write: ((line: string) => void) | undefined) {
    const { clock } = this;
    const { seed, delay, buffer, journals, takeAfter, sync } = plan;
    this.plan = plan;
    this.random = new Random(seed ^ 0x5eed);
    this.traced = write !== undefined;
    this.log = (line) => write?.(`${clock.now} ${line}`);
    this.medium = { clock, random: this.random, delay, buffer };
    const shared: Shared = {
      clock,
      random: this.random,
      ledger: this.ledger,
      options: optionsOf(plan),
      journals,
      takeAfter,
      sync,
      nextId: () => ++this.ids,
      crashed: () => this.crashes > 0,
      mayLose: (name) => this.losable.has(name),
      pump: () => this.pump(),
      traced: this.traced,
      log: this.log,
    };
    const names = Array.from({ length: plan.clients }, (_, i) => `${i}`);
    this.connections = names.map(() => []);
    this.server = new ServerApp(shared, names);
    this.clients = names.map((name, i) => new ClientApp(shared, name, (late) => this.connect(i, late)));
  }

  /** @returns what was broken. */
  run(): string | undefined {
    try {
      this.perform();
      return undefined;
    } catch (error) {
      return error instanceof Broken ? error.message : String((error as Error).stack);
    }
  }

  private perform(): void {
    const { clock, clients, server } = this;
    const { steps } = this.plan;
    for (const { at, client, action } of steps)
      clock.after(at, () => {
        this.log(`${client} ${JSON.stringify(action)}`);
        this.act(client, action);
      });
    for (const client of clients) client.dial();
    const end = (steps.at(-1)?.at ?? 0) + REST;
    clock.after(end, () => {
      this.log('the end');
      for (const client of clients) client.leave();
    });
    let events = 0;
    while (clock.step(end + SETTLE)) if (++events > MOST_EVENTS) throw new Broken('it does not come to rest');
    for (const { session } of clients)
      if (session.state !== 'closed') throw new Broken(`a client is ${session.state} at the end`);
    server.end();
    this.ledger.close();
  }

  private pump(): void {
    for (const client of this.clients) client.pump();
    this.server.pump();
  }

  private connect(client: number, late: number): Connection {
    const { medium, random, clock, log } = this;
    const connection = new Connection(medium, this.cuts.get(client));
    this.cuts.delete(client);
    const number = this.connections[client]!.push(connection);
    if (this.traced)
      connection.told = (up, bytes) => log(`${client} link ${number} ${up ? 'up' : 'down'} ${hex(bytes)}`);
    clock.after(late + medium.delay + random.below(2 * medium.delay), () => this.server.take(connection));
    return connection;
  }

  private act(who: number, action: Action): void {
    const { server, clock } = this;
    const client = this.clients[who]!;
    const live = this.connections[who]!.at(-1);
    switch (action.do) {
      case 'command':
      case 'push':
      case 'cancel':
        return this.say(who, action);
      case 'cut':
        this.cuts.set(who, action);
        return live?.cutSoon(action);
      case 'freeze':
        if (action.up) live?.up.freeze(action.time);
        if (action.down) live?.down.freeze(action.time);
        return;
      case 'choke':
        return (action.up ? live?.up : live?.down)?.choke(action.rate, action.time);
      case 'reconnect':
        return clock.after(action.delay, () => client.dial(action.late, action.abandon));
      case 'replay':
        return this.replay(who, action.back);
      case 'stall':
        return (action.by === 'client' ? client : server).stall(action.time);
      case 'crash':
        this.crashes++;
        // it may come back with a session that it had closed
        if (action.by === 'client' && this.closers.has(who)) this.losable.add(String(who));
        return (action.by === 'client' ? client : server).crash(action.down);
      case 'rollback':
        this.crashes++;
        this.losable.add(String(who));
        return client.rollback(action.batches, action.down);
      case 'forget':
        for (const name of this.clients.keys()) this.losable.add(String(name));
        return server.forget();
      case 'close':
        if (action.by === 'server') this.losable.add(String(who));
        else this.closers.add(who);
        return action.by === 'client' ? client.close(action.abort) : server.close(String(who), action.abort);
      case 'refuse':
        return server.refuse(action.time);
    }
  }

  private say(who: number, action: Action & { do: 'command' | 'push' | 'cancel' }): void {
    const client = this.clients[who]!;
    const talk =
      action.by === 'server' ? this.server.talkOf(String(who)) : client.isUp ? client.talk : undefined;
    if (talk === undefined) return;
    if (action.do === 'command') talk.words.command(action);
    else if (action.do === 'push') talk.words.push(action);
    else talk.words.cancel();
    this.pump();
  }

  /**
   * Nobody is at the client's end: what the server answers is lost. Of a link that began with HELLO only that comes again:
   * behind it all would be done again, and only TLS stands against that.
   */
  private replay(who: number, back: number): void {
    const old = this.connections[who]!.at(-1 - back);
    if (old === undefined) return;
    const { carried } = old.up;
    const again = (carried[0]?.[0] ?? 0) >> 4 === FrameKind.RESUME ? carried : carried.slice(0, 1);
    const copy = new Connection(this.medium, undefined);
    copy.down.to = { receive: () => {}, lost: () => copy.close(true), drained: () => {} };
    for (const bytes of again) copy.send(true, bytes);
    this.server.take(copy);
  }
}

function optionsOf({
  windowFrames,
  windowBytes,
  outboxFrames,
  ackDelay,
  packs,
  takeAfter,
  ...plan
}: Plan): SessionOptions {
  // an answer takes the way, twice at worst, and both journals
  const slow = 4 * plan.delay + 3 * plan.sync + 500;
  return {
    window: { frames: windowFrames, bytes: windowBytes },
    outbox: { frames: outboxFrames },
    ackDelay,
    patience: slow,
    handshakeTimeout: 2 * slow,
    frameTimeout: 2 * slow,
    pingInterval: 30_000,
    manualTake: takeAfter >= 0,
    ...(packs && {
      deflate: (bytes) => deflateRawSync(bytes),
      inflate: (bytes, _, length) => inflateRawSync(bytes, { maxOutputLength: Math.max(1, length) }),
    }),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
