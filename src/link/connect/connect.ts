/** One call that puts sessions, transports, policies, history and journal together. */
import { ClientSession } from '../../session/index.ts';
import { HistoryFile } from '../history-file.ts';
import { NearestFirst } from '../policy/index.ts';
import { after, cancel, type Timer } from '../clock.ts';
import { parseAddress } from './address.ts';
import { clock } from './clock.ts';
import { SessionKeeper } from './journal.ts';
import type { KeeperOptions } from './keeper.ts';
import { LinkClient } from './link-client.ts';
import { LinkMemory } from './memory.ts';
import type { ConnectOptions } from './options.ts';
import { Routes } from './routes.ts';

/** Milliseconds that what was learned waits for more before it is saved. */
const SAVE_AFTER = 2000;

/**
 * Connects to a server, and stays connected.
 *
 * @example
 * const client = await connect({ endpoints: ['tcp://chat.example:5222', 'tls://chat.example', 'https://chat.example'] });
 * client.pushes()...
 * console.log(await client.command('GET', ['key'], { within: 5000 }));
 * await client.close();
 *
 * @returns the client when its session is open; at once with `ready: 0`. Rejects with a TypeError or RangeError for options that make no
 *   sense; `LinkError` `UNREACHABLE` when there is no session within `ready`, `CLOSED` when the server refuses one; the signal's reason; what opening the
 *   journal or reading the history fails with. Then nothing of it goes on.
 */
export async function connect(options: ConnectOptions): Promise<LinkClient> {
  const { signal, ready = Infinity } = options;
  if (signal?.aborted === true) throw signal.reason;
  const client = await assembled(options);
  client.start();
  if (ready === 0) return client;
  try {
    await client.ready({ within: ready, ...(signal !== undefined && { signal }) });
    return client;
  } catch (error) {
    await client.stop();
    throw error;
  }
}

async function assembled(options: ConnectOptions): Promise<LinkClient> {
  const routes = routesOf(options);
  const memory = new LinkMemory(routes.literal, options.ranking ?? new NearestFirst(), Math.random);
  const patience = options.heartbeat?.replyTimeout;
  const session = { ...(patience !== undefined && { patience }), ...options.session, pingInterval: Infinity };
  const history = options.historyFile === undefined ? undefined : new HistoryFile(options.historyFile);
  if (history !== undefined) memory.load(await history.load(), clock());
  const { journalFile } = options;
  const kept = journalFile === undefined ? undefined : await SessionKeeper.open(journalFile, options.journal);
  const clientSession = new ClientSession(session, kept?.journal);
  kept?.restore(clientSession);
  const saver = new Saver(history, () => memory.save(clock()), options.onFault);
  return new LinkClient(
    {
      session: clientSession,
      routes,
      memory,
      keeper: keeperOptions(options),
      settled: (wake) => kept?.settle(clientSession, wake, (error) => options.onFault?.(error as Error)),
      learned: () => saver.learned(),
      released: async () => {
        await saver.end();
        await kept?.close();
      },
    },
    options,
  );
}

function routesOf(options: ConnectOptions): Routes {
  const addresses = options.endpoints.map((text) => parseAddress(text));
  if (addresses.length === 0) throw new RangeError('endpoints must name at least one');
  for (const { port } of addresses) if (port === 0) throw new RangeError('port 0 can not be dialled');
  return new Routes(addresses, options);
}

function keeperOptions(options: ConnectOptions): KeeperOptions {
  const { race = {}, pacing = {}, heartbeat = {}, returnAfter = 15_000 } = options;
  const { label = '', network = 'wifi', appState = 'foreground' } = options;
  if (!(returnAfter >= 0)) throw new RangeError(`returnAfter must be at least 0, not ${returnAfter}`);
  return { race, pacing, heartbeat, returnAfter, label, network, appState, random: Math.random };
}

/** Saves what was learned, some time after it was, and at the end. */
class Saver {
  private readonly file: HistoryFile | undefined;
  private readonly record: () => unknown;
  private readonly failed: ((error: Error) => void) | undefined;
  private timer: Timer | undefined;

  constructor(file: HistoryFile | undefined, record: () => unknown, failed: ((error: Error) => void) | undefined) {
    this.file = file;
    this.record = record;
    this.failed = failed;
  }

  learned(): void {
    if (this.file === undefined) return;
    this.timer ??= after(SAVE_AFTER, () => void this.save());
  }

  async end(): Promise<void> {
    if (this.timer !== undefined) await this.save();
  }

  private async save(): Promise<void> {
    cancel(this.timer);
    this.timer = undefined;
    try {
      await this.file?.save(this.record());
    } catch (error) {
      this.failed?.(error as Error);
    }
  }
}
