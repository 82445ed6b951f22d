/** `petrel connect`: talk to a server. */
import { InvalidArgumentError, type Command } from 'commander';
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
import { withExamples } from '../help.ts';
import { parseJson } from '../json.ts';
import { linesOf } from '../link/lines.ts';
import { historyPath, Prompt } from '../link/prompt.ts';
import {
  demandAddress,
  isAddress,
  readFile,
  routeOptions,
  withRoutes,
  type RouteFlags,
} from '../link/routes.ts';
import { printLine, stateLine, Talk } from '../link/talk.ts';
import { parseLine, parseWords, type Said } from '../link/words.ts';
import { signalled } from '../listening.ts';
import { styleFor, withColor, type ColorMode } from '../style.ts';

interface Options extends RouteFlags {
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

const DETAILS = `
An address is tcp://host:port, tls://host, wss://host/path or https://host/path, also ws:// and http://. Of several the better tier
is taken, in this order, and the next where the network blocks it; a session outlives its links, and moves back when it can.

A line, or the words behind the addresses, is a verb and its arguments. What is JSON is that value: numbers, true, false, null,
"texts", [arrays], {objects}; every other word is a text, and so is what stands in 'quotes'. What JSON has no word for is an object with
one key: {"$bytes": "ff00"}; spec/text.md has them all. Words that begin with - come behind --.

On a terminal there is a prompt, with a history (not of AUTH) and completion of verbs; pushes are shown as they come. Otherwise
each line of standard input is a command, one after the other; # begins a comment. --json prints a line of JSON for each
reply, part, push and error. No control character that a server sends reaches the terminal.

Certificates are verified, unless --insecure is given. Credentials are only said over TLS, unless it is.`;

export function register(program: Command): void {
  const command = program
    .command('connect')
    .description('Talk to a server: a prompt, a command, or commands from standard input.')
    .argument('<endpoint...>', 'addresses of the server, and a command behind them')
    .option('--json', 'a line of JSON for all that comes')
    .option('--within <seconds>', 'wait so long for a reply', seconds, Infinity)
    .option('--ready <seconds>', 'wait so long for a session', seconds, 30)
    .option('--credentials <file>', 'say who you are: JSON in a file')
    .option('--learned <file>', 'keep what is learned of endpoints and networks')
    .option('--history <file>', 'where typed lines are remembered (default: .petrel_history at home)')
    .option('--no-history', 'remember nothing that is typed')
    .option('--follow', 'stay, and show pushes, when all commands are answered')
    .option('--verbose', 'say on stderr how the link stands')
    .addHelpText('after', DETAILS)
    .action(connect);
  withRoutes(command);
  withColor(command);
  withExamples(command, [
    ['a server to talk to', 'petrel serve --echo tcp://127.0.0.1:5222'],
    ['a prompt', 'petrel connect tcp://127.0.0.1:5222'],
    ['one command', 'petrel connect tcp://127.0.0.1:5222 ECHO hello'],
    ['commands from a script, replies as JSON', `printf 'ECHO 1\\nECHO [2]\\n' | petrel connect --json tcp://127.0.0.1:5222`],
    ['whatever the network lets through', 'petrel connect tcp://chat.example:5222 tls://chat.example https://chat.example'],
    ['stay and watch pushes', 'petrel connect --follow --json tls://chat.example SUBSCRIBE news'],
  ]);
} // prettier-ignore

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(text) || value <= 0) throw new InvalidArgumentError('It is a number of seconds, more than 0.');
  return value;
} // prettier-ignore

async function connect(words: readonly string[], options: Options): Promise<void> {
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
  options: Options,
  command: Said | undefined,
): Promise<void> {
  let talk: Talk | undefined;
  const client = await open(endpoints, options, {
    onPush: (verb, args) => talk?.push(verb, args),
    onState: (state) => {
      if (options.verbose) complain(stateLine(state));
    },
  });
  talk = new Talk(client, talkOptions(options, printLine));
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

/** A prompt. */
async function converse(endpoints: readonly string[], options: Options): Promise<void> {
  let prompt: Prompt | undefined;
  let talk: Talk | undefined;
  let client: LinkClient | undefined;
  const say = (line: string): void => (prompt === undefined ? void printLine(line) : prompt.print(line));
  const style = styleFor(options.color);
  client = await open(endpoints, options, {
    onPush: (verb, args) => talk?.push(verb, args),
    onState: (state) => {
      if (prompt !== undefined || options.verbose) say(style('note', stateLine(state)));
      if (state.state === 'closed') prompt?.close();
    },
  });
  const live = client;
  talk = new Talk(live, talkOptions(options, say));
  prompt = new Prompt({
    history: options.history === false ? undefined : historyOf(options),
    name: () => `${live.endpoint === undefined ? 'offline' : endpointKey(live.endpoint)}> `,
    state: () => stateLine(live.state),
  });
  await prompt.run(talk);
  await live.close({ within: LAST_WORDS });
}

function historyOf({ history }: Options): string {
  return typeof history === 'string' ? history : historyPath();
}

/** Milliseconds for what is under way when somebody leaves. */
const LAST_WORDS = 2000;

async function open(
  endpoints: readonly string[],
  options: Options,
  told: Pick<ConnectOptions, 'onPush' | 'onState'>,
): Promise<LinkClient> {
  const { credentials, insecure, learned, ready } = options;
  try {
    return await connectTo({
      endpoints,
      ...routeOptions(options),
      ...told,
      ready: ready * 1000,
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
  { json, color, within }: Options,
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
