/** `petrel connect`: talk to a server. */
import { InvalidArgumentError, type Command } from 'commander';
import { withExamples } from '../help.ts';
import { withRoutes } from '../link/flags.ts';
import type { ConnectFlags } from '../link/run-connect.ts';
import { withColor } from '../style.ts';

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

/** Sockets and sessions are loaded where they are wanted. */
async function connect(words: readonly string[], options: ConnectFlags): Promise<void> {
  await (await import('../link/run-connect.ts')).connect(words, options);
}
