/** One call that puts sessions, transports, policies, history and journal together. */
import { ClientSession, type ClientOptions, type Watch } from '../../session/index.ts';
import { HistoryFile } from '../history-file.ts';
import { HEARTBEAT_DEFAULTS, NearestFirst, TaskClocks } from '../policy/index.ts';
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
  const memory = new LinkMemory(routes.literal, options.ranking ?? new NearestFirst(), Math.random, (each) =>
    routes.canOpen(each),
  );
  const history = options.historyFile === undefined ? undefined : new HistoryFile(options.historyFile);
  if (history !== undefined) memory.load(await history.load(), clock());
  const { journalFile } = options;
  // what is wrong with its options is found before a file is opened
  void new ClientSession(sessionOptions(options));
  const clocks = clocksOf(options);
  const kept = journalFile === undefined ? undefined : await SessionKeeper.open(journalFile, options.journal);
  try {
    return put(options, routes, memory, clocks, kept, history);
  } catch (error) {
    await kept?.close();
    throw error;
  }
}

function put(
  options: ConnectOptions,
  routes: Routes,
  memory: LinkMemory,
  clocks: TaskClocks | undefined,
  kept: SessionKeeper | undefined,
  history: HistoryFile | undefined,
): LinkClient {
  let restored = false;
  const newSession = (watch: Watch | undefined): ClientSession => {
    const session = new ClientSession(sessionOptions(options, watch), kept?.journal);
    if (!restored) kept?.restore(session);
    restored = true;
    return session;
  };
  const saver = new Saver(history, () => memory.save(clock()), options.onFault);
  return new LinkClient(
    {
      newSession,
      routes,
      memory,
      keeper: keeperOptions(options),
      clocks,
      settled: (session, wake) => kept?.settle(session, wake, (error) => options.onFault?.(error as Error)),
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
  const secureOnly = options.session?.credentials !== undefined && options.plainCredentials !== true;
  return new Routes(addresses, options, secureOnly);
}

function keeperOptions(options: ConnectOptions): KeeperOptions {
  const { race = {}, pacing = {}, returnAfter = 15_000 } = options;
  const heartbeat = { replyTimeout: patienceOf(options), ...options.heartbeat };
  const { label = '', network = 'wifi', appState = 'foreground' } = options;
  if (!(returnAfter >= 0)) throw new RangeError(`returnAfter must be at least 0, not ${returnAfter}`);
  return { race, pacing, heartbeat, returnAfter, label, network, appState, random: Math.random };
}

/** The heartbeat and the session give up a link together: what the one learns is what the other does. */
function sessionOptions(options: ConnectOptions, watch?: Watch): ClientOptions {
  const given = { ...options.session, patience: patienceOf(options), pingInterval: Infinity };
  return watch === undefined ? given : { ...given, watch };
}

function clocksOf({ timeouts = {}, network = 'wifi' }: ConnectOptions): TaskClocks | undefined {
  return timeouts === false ? undefined : new TaskClocks(network, timeouts);
}

function patienceOf({ heartbeat, session }: ConnectOptions): number {
  return heartbeat?.replyTimeout ?? session?.patience ?? HEARTBEAT_DEFAULTS.replyTimeout;
}

/** Saves what was learned, some time after it was, and at the end. */
class Saver {
  private readonly file: HistoryFile | undefined;
  private readonly record: () => unknown;
  private readonly failed: ((error: Error) => void) | undefined;
  private timer: Timer | undefined;

  constructor(
    file: HistoryFile | undefined,
    record: () => unknown,
    failed: ((error: Error) => void) | undefined,
  ) {
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
