/** `petrel serve`: a server to talk to. */
import type { Command } from 'commander';
import { withExamples } from '../help.ts';
import type { ServeFlags } from '../link/run-serve.ts';
import { wholeNumber } from '../whole-number.ts';

const DETAILS = `
An address is tcp://host:port, tls://, ws://, wss://, http:// or https://; port 0 takes a free one. WebSocket and HTTP may share a
port. All of them reach the same sessions: a client crosses from one to another and loses nothing.

With --echo each command is answered with its argument, or with all of them where there are several. But for these:
  PUSH verb argument...    pushes that to who asks
  PUBLISH verb argument... pushes it to everybody, and says to how many
  WAIT milliseconds        answers then, at most after a minute
  PARTS count              answers in so many parts, at most 10,000
  FAIL text                answers with that error

With --json each line has event and time, and what is of a session its number: listening, session (agent), command (id, verb, number of arguments,
bytes of the frame), reply (id, verb, error, bytes, took in milliseconds), cancel, push (verb and arguments), link (resumed, broken and why), fault,
closed (by, code, text). Arguments of commands, replies and credentials are never in it. Lines that nobody reads are dropped, and counted.

With --workers, connections go to the workers in turns; a client that comes back is passed on to the one that holds its session, --max-connections
is of each of them, and PUBLISH reaches the sessions of one.

SIGINT and SIGTERM end it in good order: what was asked is answered, and clients are told to come back; a second one ends it at once.`;

export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('A server to talk to, over any transport.')
    .argument('<address...>', 'where to listen')
    .option('--echo', 'answer commands with what they say')
    .option('--cert <file>', 'the certificate, for tls, wss and https')
    .option('--key <file>', 'its key')
    .option('--max-connections <count>', 'most connections at a time', wholeNumber, 10_000)
    .option('--workers <count>', 'so many processes, each with sessions of its own, at most 256', wholeNumber)
    .option('--drain <seconds>', 'time for what is under way at the end', wholeNumber, 10)
    .option('--json', 'say on stdout what happens, in lines of JSON')
    .addHelpText('after', DETAILS)
    .action(serve);
  withExamples(command, [
    ['a server on the loopback', 'petrel serve --echo tcp://127.0.0.1:5222'],
    ['talk to it', 'petrel connect tcp://127.0.0.1:5222 ECHO hello'],
    ['every transport', 'petrel serve --echo --cert cert.pem --key key.pem tcp://:5222 tls://:443 ws://:80 http://:80'],
    ['a worker for each of two cores', 'petrel serve --echo --workers 2 tcp://127.0.0.1:5222'],
    ['what happens, as JSON', 'petrel serve --echo --json tcp://127.0.0.1:0'],
    ['the slow commands of it', `petrel serve --echo --json tcp://:5222 | jq 'select(.event == "reply" and .took > 100)'`],
  ]);
} // prettier-ignore

/** Sockets and sessions are loaded where they are wanted. */
async function serve(at: readonly string[], options: ServeFlags): Promise<void> {
  await (await import('../link/run-serve.ts')).serve(at, options);
}
