/**
 * Links between the halves of a bridge that fall silent under an unmodified client of Redis: nobody is told, and nothing arrives any
 * more. The client counts with INCR: a command that is lost, or runs twice, shows in the next number.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Bridge } from '../../cli/src/bridge/serve.ts';
import type { Cut } from './plan.ts';
import { Proxy } from './proxy.ts';

const HOST = '127.0.0.1';
/** Milliseconds: a PING after so much silence, and the end after so much. */
const PING_AFTER = 100;
export const DEAD_AFTER = 500;
const ACK_DELAY = 50;
/** A busy machine may take a link for dead that is not: then the next cut is another's. */
const SPARE = 20;
const OPTIONS = { pingAfter: PING_AFTER, deadAfter: DEAD_AFTER, ackDelay: ACK_DELAY, redialAfter: () => 0 };
/** Commands that each client has under way. */
const PIPELINED = 8;
/** Bytes of a link before it falls silent: the handshake first, for who is not reached at once is told so. */
const LEAST = 120;
const MORE = 900;
const LOOK = 2;

export interface Silenced {
  /** Links that fell silent. */
  readonly silences: number;
  readonly commands: number;
  /** Commands whose number was too low or too high by so many, and what the server has in the end beyond them. */
  readonly lost: number;
  readonly doubled: number;
  /** Milliseconds from each silence to the next link, ascending. */
  readonly noticed: readonly number[];
  /** How late this process was for what it wanted to do each millisecond, in milliseconds, at the most. */
  readonly late: number;
}

/** A client of Redis with both halves and a proxy between them to itself. */
class Lane {
  readonly noticed: number[] = [];
  commands = 0;
  lost = 0;
  doubled = 0;
  private readonly key: string;
  private readonly proxy: Proxy;
  private readonly silences: number;
  private near: Bridge | undefined;
  private watching: Promise<void> | undefined;
  private client: Redis | undefined;
  /** When the link of now fell silent, and how many there were. */
  private silent: { readonly since: number; readonly links: number } | undefined;

  constructor(number: number, far: number, silences: number) {
    this.key = `lane ${number}`;
    this.proxy = new Proxy(far);
    this.silences = silences;
  }

  /** The client is connected, by a link that is good for that. */
  async open(): Promise<void> {
    const { proxy } = this;
    const at = await proxy.listen();
    this.near = new Bridge({
      listens: 'resp',
      listen: { host: HOST, port: 0 },
      to: [`tcp://${HOST}:${at}`],
      maxClients: 10,
      options: OPTIONS,
    });
    const [where] = await this.near.listen();
    const plan = this.plan();
    proxy.begin(plan, (cut) => {
      // the last bytes of a link that was left say nothing
      if (plan.indexOf(cut) === proxy.connections.length - 1)
        this.silent = { since: performance.now(), links: proxy.connections.length };
    });
    this.watching = this.watch();
    const port = Number(where!.split(':').at(-1));
    this.client = new Redis({ host: HOST, port, maxRetriesPerRequest: 0, retryStrategy: () => null });
    await this.client.ping();
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: PIPELINED }, () => this.count()));
    await this.watching;
    this.judge(Number(await this.client!.get(this.key)), this.commands);
  }

  async close(): Promise<void> {
    this.client?.disconnect();
    await this.near?.stop(0);
    await this.proxy.close();
  }

  /** In turns both ways, and one; counted upwards and downwards. */
  private plan(): Cut[] {
    return Array.from({ length: 2 * this.silences + SPARE }, (_, i) => ({
      up: i % 2 === 0,
      bytes: LEAST + ((i * 389) % MORE),
      how: i % 3 === 2 ? 'half silence' : 'silence',
    }));
  }

  /** A link after a silence: then that was noticed. */
  private async watch(): Promise<void> {
    for (; this.noticed.length < this.silences; await sleep(LOOK)) {
      const { silent, proxy } = this;
      if (silent === undefined || proxy.connections.length === silent.links) continue;
      this.noticed.push(performance.now() - silent.since);
      this.silent = undefined;
    }
  }

  /** Counts until the last silence was noticed, and once more. */
  private async count(): Promise<void> {
    for (let more = true; more;) {
      more = this.noticed.length < this.silences;
      const expected = ++this.commands;
      this.judge(await this.client!.incr(this.key), expected);
    }
  }

  private judge(found: number, expected: number): void {
    this.lost += Math.max(0, expected - found);
    this.doubled += Math.max(0, found - expected);
  }
}

/**
 * Counts through links that fall silent.
 * @param redis the port of a server that nobody else uses.
 */
export async function silence(redis: number, silences: number, lanes: number): Promise<Silenced> {
  const lateness = monitorEventLoopDelay({ resolution: 1 });
  lateness.enable();
  const far = new Bridge({
    listens: 'petrel',
    listen: [`tcp://${HOST}:0`],
    to: { host: HOST, port: redis },
    maxClients: 10 * lanes,
    options: OPTIONS,
  });
  const [where] = await far.listen();
  const each = Math.ceil(silences / lanes);
  const all = Array.from({ length: lanes }, (_, i) => new Lane(i, Number(where!.split(':').at(-1)), each));
  try {
    for (const lane of all) await lane.open();
    await Promise.all(all.map((lane) => lane.run()));
  } finally {
    await Promise.all(all.map((lane) => lane.close()));
    await far.stop(0);
    lateness.disable();
  }
  const sum = (of: (lane: Lane) => number): number => all.reduce((total, lane) => total + of(lane), 0);
  return {
    silences: each * lanes,
    commands: sum(({ commands }) => commands),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    noticed: all.flatMap(({ noticed }) => noticed).toSorted((a, b) => a - b),
    late: lateness.max / 1e6,
  };
}
