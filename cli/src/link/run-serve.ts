/** `petrel serve` as it runs. */
import type { Encodable } from 'petrel';
import {
  listen,
  ReplyError,
  startWorkers,
  thisWorker,
  type Asked,
  type Handler,
  type LinkServer,
  type ServedPeer,
  type Workers,
} from 'petrel/link/connect';
import { quote } from 'petrel/wire';
import { WebSocketServer } from 'ws';
import manifest from '../../package.json' with { type: 'json' };
import { complain, usage } from '../exit.ts';
import { write } from '../io.ts';
import { signalled } from '../listening.ts';
import { withHost } from './addresses.ts';
import { demandAddress, readFile } from './routes.ts';
import { ServeLog } from './serve-log.ts';

export interface ServeFlags {
  readonly echo?: true;
  readonly cert?: string;
  readonly key?: string;
  readonly maxConnections: number;
  readonly workers?: number;
  readonly drain: number;
  readonly json?: true;
}

export async function serve(at: readonly string[], options: ServeFlags): Promise<void> {
  const { echo, cert, key, maxConnections, drain } = options;
  if (!echo) throw usage('say what it answers: --echo');
  if ((cert === undefined) !== (key === undefined)) throw usage('--cert and --key go together');
  const addresses = at.map(withHost);
  for (const each of addresses) demandAddress(each);
  const worker = thisWorker();
  const log = options.json ? new ServeLog(write, worker?.number) : undefined;
  if (options.workers !== undefined && worker === undefined)
    return serveInWorkers(options, options.workers, log);
  const running: { server?: LinkServer } = {};
  const server = await opened({
    at: addresses,
    WebSocketServer,
    ...(cert !== undefined && { secure: { cert: readFile(cert), key: readFile(key!) } }),
    maxConnections,
    siblings: worker,
    agent: `petrel-cli/${manifest.version}`,
    lossless: true,
    commands: { ...COMMANDS, PUBLISH: (args) => publish(args, running.server) },
    onCommand: (args) => (args.length === 1 ? args[0]! : [...args]),
    ...(log !== undefined && { onEvent: log.on, onReply: log.onReply }),
    onFault: (error) => complain(error instanceof Error ? error.message : String(error)),
  });
  running.server = server;
  if (worker === undefined) sayWhere(log, server.addresses);
  await signalled();
  void signalled().then(() => server.stop());
  await server.drain({ within: drain * 1000 });
}

/** Processes that do the same, each with its sessions; this one starts them, and ends them. */
async function serveInWorkers(
  { drain }: ServeFlags,
  count: number,
  log: ServeLog | undefined,
): Promise<void> {
  const workers = await started(count, log);
  sayWhere(log, workers.addresses);
  await signalled();
  void signalled().then(() => workers.stop());
  await workers.drain({ within: drain * 1000 });
}

async function started(count: number, log: ServeLog | undefined): Promise<Workers> {
  try {
    return await startWorkers({
      count,
      onEnd: (number, why) => {
        complain(`worker ${number} ended with ${why}: its sessions are lost`);
        log?.say('lost', { worker: number, why });
      },
    });
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function sayWhere(log: ServeLog | undefined, addresses: readonly string[]): void {
  for (const address of addresses) {
    complain(`listening on ${address}`);
    log?.say('listening', { address });
  }
}

async function opened(options: Parameters<typeof listen>[0]): Promise<LinkServer> {
  try {
    return await listen(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(`can't listen: ${code === undefined ? message : `${code} ${message}`}`);
  }
}

/** Milliseconds, and parts, that may be asked for. */
const LONGEST_WAIT = 60_000;
const MOST_PARTS = 10_000;

const COMMANDS: { readonly [verb: string]: Handler } = {
  PUSH: async ([verb, ...args], { peer }) => {
    await peer.push(textOf(verb), args);
    return null;
  },
  WAIT: async ([time], { signal }) => {
    await pause(numberOf(time, LONGEST_WAIT), signal);
    return null;
  },
  PARTS: async ([parts], asked) => sendParts(numberOf(parts, MOST_PARTS), asked),
  FAIL: ([text]) => {
    throw new ReplyError(textOf(text));
  },
};

async function sendParts(parts: number, { part }: Asked): Promise<number> {
  for (let i = 1; i <= parts; i++) await part(i);
  return parts;
}

async function publish(
  [verb, ...args]: readonly Encodable[],
  server: LinkServer | undefined,
): Promise<number> {
  const name = textOf(verb);
  const all: ServedPeer[] = [...(server?.peers ?? [])];
  for (const peer of all) void peer.push(name, args, { news: name }).catch(() => undefined);
  return all.length;
}

function textOf(value: Encodable | undefined): string {
  if (typeof value === 'string' && value.length > 0) return value;
  throw new ReplyError('ERR it takes a text');
}

function numberOf(value: Encodable | undefined, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new ReplyError(`ERR it takes a whole number from 0 to ${most}, not ${quote(typeof value)}`);
}

function pause(milliseconds: number, signal: Asked['signal']): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
