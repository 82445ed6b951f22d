/** `petrel connect` as it runs. */
import {
  connect as connectTo,
  LinkError,
  type ConnectOptions,
  type LinkClient,
  type LinkState,
} from 'petrel/link/connect';
import { endpointKey } from 'petrel/link/policy';
import manifest from '../../package.json' with { type: 'json' };
import { fromExactJson } from '../exact-json.ts';
import { CommandError, complain, Exit, usage } from '../exit.ts';
import { parseJson } from '../json.ts';
import { signalled } from '../listening.ts';
import { styleFor, type ColorMode } from '../style.ts';
import type { RouteFlags } from './flags.ts';
import { linesOf } from './lines.ts';
import { historyPath, Prompt } from './prompt.ts';
import { isAddress } from './addresses.ts';
import { demandAddress, readFile, routeOptions } from './routes.ts';
import { printLine, stateLine, Talk } from './talk.ts';
import { parseLine, parseWords, type Said } from './words.ts';

export interface ConnectFlags extends RouteFlags {
  readonly json?: true;
  readonly color: ColorMode;
  readonly within: number;
  readonly ready: number;
  readonly credentials?: string;
  readonly learned?: string;
  readonly history?: string | false;
  readonly follow?: true;
  readonly verbose?: true;
}

export async function connect(words: readonly string[], options: ConnectFlags): Promise<void> {
  const split = words.findIndex((word) => !isAddress(word));
  const endpoints = split < 0 ? words : words.slice(0, split);
  if (endpoints.length === 0) throw usage('an address comes first: tcp://host:port');
  for (const each of endpoints) demandAddress(each);
  const command = split < 0 ? undefined : parseWords(words.slice(split));
  const asks = command === undefined && process.stdin.isTTY && process.stdout.isTTY;
  if (asks) await converse(endpoints, options);
  else await recite(endpoints, options, command);
}

/** Commands one after the other. */
async function recite(
  endpoints: readonly string[],
  options: ConnectFlags,
  command: Said | undefined,
): Promise<void> {
  const held: Held = {};
  const client = await open(endpoints, options, {
    onPush: (verb, args) => held.talk?.push(verb, args),
    onState: (state) => {
      if (options.verbose) complain(stateLine(state));
    },
  });
  const talk = new Talk(client, talkOptions(options, printLine));
  held.talk = talk;
  if (command !== undefined) await talk.say(command);
  else for await (const line of linesOf(undefined)) await sayLine(line, talk);
  if (options.follow) await Promise.race([signalled(), closing(client)]);
  await client.close({ within: LAST_WORDS });
  process.exitCode = talk.exitCode;
}

async function sayLine(line: string, talk: Talk): Promise<void> {
  try {
    const said = parseLine(line);
    if (said !== undefined) await talk.say(said);
  } catch (error) {
    await talk.wrong(error);
  }
}

/** What is there when the client is, which tells of things before. */
interface Held {
  talk?: Talk;
  prompt?: Prompt;
}

/** A prompt. */
async function converse(endpoints: readonly string[], options: ConnectFlags): Promise<void> {
  const held: Held = {};
  const say = (line: string): void =>
    held.prompt === undefined ? void printLine(line) : held.prompt.print(line);
  const style = styleFor(options.color);
  const client = await open(endpoints, options, {
    onPush: (verb, args) => held.talk?.push(verb, args),
    onState: (state) => {
      if (held.prompt !== undefined || options.verbose) say(style('note', stateLine(state)));
      if (state.state === 'closed') held.prompt?.close();
    },
  });
  const talk = new Talk(client, talkOptions(options, say));
  const prompt = new Prompt({
    history: options.history === false ? undefined : historyOf(options),
    name: () => `${client.endpoint === undefined ? 'offline' : endpointKey(client.endpoint)}> `,
    state: () => stateLine(client.state),
  });
  Object.assign(held, { talk, prompt });
  await prompt.run(talk);
  await client.close({ within: LAST_WORDS });
}

function historyOf({ history }: ConnectFlags): string {
  return typeof history === 'string' ? history : historyPath();
}

/** Somebody looks on: dials follow each other faster than those of an app in a pocket. */
const SOON = { fresh: 1000, recent: 2000, foreground: 5000, background: 5000, inactive: 5000 };

/** Milliseconds for what is under way when somebody leaves. */
const LAST_WORDS = 2000;

async function open(
  endpoints: readonly string[],
  options: ConnectFlags,
  told: Pick<ConnectOptions, 'onPush' | 'onState'>,
): Promise<LinkClient> {
  const { credentials, insecure, learned, ready } = options;
  try {
    return await connectTo({
      endpoints,
      ...routeOptions(options),
      ...told,
      ready: ready * 1000,
      pacing: { work: SOON, idle: SOON, jitter: 1000 },
      // who types or scripts says with --within how long it may take
      timeouts: false,
      ...(learned !== undefined && { historyFile: learned }),
      ...(insecure && { plainCredentials: true }),
      session: {
        agent: `petrel-cli/${manifest.version}`,
        lossless: true,
        ...(credentials !== undefined && {
          credentials: fromExactJson(parseJson(String(readFile(credentials)))),
        }),
      },
      onFault: (error) => complain(error.message),
    });
  } catch (error) {
    if (error instanceof LinkError)
      throw new CommandError(`${error.message}: ${endpoints.join(' ')}`, Exit.UNREACHABLE);
    if (error instanceof TypeError || error instanceof RangeError) throw usage(error.message);
    throw error;
  }
}

function talkOptions(
  { json, color, within }: ConnectFlags,
  print: (line: string) => Promise<void> | void,
): ConstructorParameters<typeof Talk>[1] {
  return { json: json === true, style: styleFor(json ? 'never' : color), within: within * 1000, print };
}

async function closing(client: LinkClient): Promise<void> {
  for await (const state of client.states()) if (isClosed(state)) return;
}

function isClosed({ state }: LinkState): boolean {
  return state === 'closed';
}
