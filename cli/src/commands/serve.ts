/** `petrel serve`: a server to talk to. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Encodable } from 'petrel';
import {
  listen,
  ReplyError,
  type Asked,
  type Handler,
  type LinkServer,
  type ServedPeer,
} from 'petrel/link/connect';
import { quote } from 'petrel/wire';
import { WebSocketServer } from 'ws';
import manifest from '../../package.json' with { type: 'json' };
import { exactJson } from '../exact-json.ts';
import { complain, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import { write } from '../io.ts';
import { demandAddress, readFile } from '../link/routes.ts';
import { signalled } from '../listening.ts';

interface Options {
  readonly echo?: true;
  readonly cert?: string;
  readonly key?: string;
  readonly maxConnections: number;
  readonly drain: number;
  readonly json?: true;
}

const DETAILS = `
An address is tcp://host:port, tls://, ws://, wss://, http:// or https://; port 0 takes a free one. WebSocket and HTTP may share a
port. All of them reach the same sessions: a client crosses from one to another and loses nothing.

With --echo each command is answered with its argument, or with all of them where there are several. But for these:
  PUSH verb argument...    pushes that to who asks
  PUBLISH verb argument... pushes it to everybody, and says to how many
  WAIT milliseconds        answers then, at most after a minute
  PARTS count              answers in so many parts, at most 10,000
  FAIL text                answers with that error

SIGINT and SIGTERM end it in good order: what was asked is answered, and clients are told to come back; a second one ends it at once.`;

export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('A server to talk to, over any transport.')
    .argument('<address...>', 'where to listen')
    .option('--echo', 'answer commands with what they say')
    .option('--cert <file>', 'the certificate, for tls, wss and https')
    .option('--key <file>', 'its key')
    .option('--max-connections <count>', 'most connections at a time', count, 10_000)
    .option('--drain <seconds>', 'time for what is under way at the end', count, 10)
    .option('--json', 'say on stdout what happens, in lines of JSON')
    .addHelpText('after', DETAILS)
    .action(serve);
  withExamples(command, [
    ['a server on the loopback', 'petrel serve --echo tcp://127.0.0.1:5222'],
    ['talk to it', 'petrel connect tcp://127.0.0.1:5222 ECHO hello'],
    ['every transport', 'petrel serve --echo --cert cert.pem --key key.pem tcp://:5222 tls://:443 ws://:80 http://:80'],
    ['what happens, as JSON', 'petrel serve --echo --json tcp://127.0.0.1:0'],
  ]);
} // prettier-ignore

function count(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < 1) throw new InvalidArgumentError('It is a whole number from 1 to 999999999.');
  return value;
} // prettier-ignore

async function serve(at: readonly string[], options: Options): Promise<void> {
  const { echo, cert, key, maxConnections, drain } = options;
  if (!echo) throw usage('say what it answers: --echo');
  if ((cert === undefined) !== (key === undefined)) throw usage('--cert and --key go together');
  // `tcp://:5222` is every address of this machine
  const addresses = at.map((text) => text.replace(/^([a-z]+:\/\/):/i, '$1[::]:'));
  for (const each of addresses) demandAddress(each);
  let server: LinkServer | undefined;
  server = await opened({
    at: addresses,
    WebSocketServer,
    ...(cert !== undefined && { secure: { cert: readFile(cert), key: readFile(key!) } }),
    maxConnections,
    agent: `petrel-cli/${manifest.version}`,
    lossless: true,
    commands: { ...COMMANDS, PUBLISH: (args) => publish(args, server!) },
    onCommand: (args) => (args.length === 1 ? args[0]! : [...args]),
    onSession: (peer) => void say(options, 'session', { agent: peer.offer.agent ?? null }),
    onPush: (verb, args) => void say(options, 'push', { verb, args: [...args] }),
    onFault: (error) => complain(error instanceof Error ? error.message : String(error)),
  });
  for (const address of server.addresses) {
    complain(`listening on ${address}`);
    await say(options, 'listening', { address });
  }
  await signalled();
  void signalled().then(() => server.stop());
  await server.drain({ within: drain * 1000 });
}

async function opened(options: Parameters<typeof listen>[0]): Promise<LinkServer> {
  try {
    return await listen(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(`can't listen: ${code === undefined ? message : `${code} ${message}`}`);
  }
}

async function say(
  { json }: Options,
  what: string,
  fields: { readonly [name: string]: Encodable },
): Promise<void> {
  if (json) await write(`${exactJson({ event: what, ...fields })}\n`);
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

async function publish([verb, ...args]: readonly Encodable[], { peers }: LinkServer): Promise<number> {
  const name = textOf(verb);
  const all: ServedPeer[] = [...peers];
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
