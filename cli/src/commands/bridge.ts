/** `petrel bridge`: Redis's clients and servers over a link of Petrel's. */
import { Option, type Command } from 'commander';
import type { BridgeFlags } from '../bridge/run.ts';
import { withExamples } from '../help.ts';
import { withLimits } from '../io.ts';
import { withRoutes } from '../link/flags.ts';
import { wholeNumber } from '../whole-number.ts';

const DETAILS = `
Redis client <-RESP-> petrel bridge --resp-to-petrel <-Petrel-> petrel bridge --petrel-to-resp <-RESP-> Redis server

Each client has a connection of its own all the way. Pipelines, transactions, subscriptions, MONITOR, blocking commands,
client tracking, HELLO and CLIENT REPLY keep their meaning; replies come in order, whatever order Petrel brings them in. Who
doesn't read stops who writes: nothing is buffered without bound. Replication (SYNC, PSYNC, REPLCONF) is refused.

A link that breaks between the halves, or is silent for --dead-after (before it stands, --hello-within), is followed by another, and
nothing is lost with it: no command, no reply, no message, and none runs twice. When none stands for --resume-within, or a half is
started anew, clients are told so.

An address is [HOST:]PORT, with 127.0.0.1 where no host is given. Between the halves it may be tcp://host:port, tls://host:port,
ws:// or wss:// too, and be given several times: the half at the server listens at all of them, the one at the clients takes
the first that it reaches, and the next where the network blocks it. The certificate of the half at the server is verified,
unless --insecure is given. With --ca the half at the server takes only those that have a certificate signed by one of these:
without, let nobody reach it who may not reach the server itself.

SIGINT and SIGTERM end connections with nothing pending, and the others when their replies have come, at the latest with errors after
5 seconds; a second one ends all at once.`;

export function register(program: Command): void {
  const command = program
    .command('bridge')
    .description('Carry Redis connections over Petrel: one half at the clients, one at the server.')
    .addOption(new Option('--resp-to-petrel', 'the half at the clients').conflicts('petrelToResp'))
    .addOption(new Option('--petrel-to-resp', 'the half at the server'))
    .requiredOption('--listen <address>', 'where to listen; port 0 takes a free one', collect)
    .requiredOption('--to <address>', 'the other half, or the Redis server', collect)
    .option('--cert <file>', 'the certificate of this half, for tls and wss; the one at the server needs one')
    .option('--key <file>', 'its key')
    .option('--max-clients <count>', 'most connections at a time', wholeNumber, 10_000)
    .option('--max-pending <count>', 'most commands of a connection that await their replies', wholeNumber, 65_536)
    .option('--window-bytes <bytes>', 'what the other half may send unacknowledged', wholeNumber, 1 << 20)
    .option('--window-frames <count>', 'the same in frames', wholeNumber, 4096)
    .option('--ping-after <seconds>', 'send a PING after so much silence', wholeNumber, 15)
    .option('--dead-after <seconds>', 'take the other half for dead after so much silence', wholeNumber, 45)
    .option('--hello-within <seconds>', 'give up a link that does not stand by then', wholeNumber, 5)
    .option('--resume-within <seconds>', 'give up a connection whose link is missing for so long', wholeNumber, 60)
    .option('--report <seconds>', 'report so often (default: every second on a terminal, otherwise at the end)', wholeNumber)
    .option('--json', 'report as lines of JSON on stdout')
    .addHelpText('after', DETAILS)
    .action(bridge);
  withRoutes(command);
  withLimits(command);
  withExamples(command, [
    ['the half at the server', 'petrel bridge --petrel-to-resp --listen 7000 --to 6379'],
    ['the half at the clients', 'petrel bridge --resp-to-petrel --listen 6380 --to 7000'],
    ['any client of Redis then works', 'redis-cli -p 6380'],
    ['over the internet: TLS, at the server', 'petrel bridge --petrel-to-resp --listen tls://:443 --cert cert.pem --key key.pem --to 6379'],
    ['and at the clients', 'petrel bridge --resp-to-petrel --listen 6380 --to tls://bridge.example'],
    ['see what it saves', 'petrel bridge --resp-to-petrel --listen 6380 --to 7000 --report 1 --json'],
  ]);
} // prettier-ignore

/** One more each time that an option is given. */
function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Sockets and sessions are loaded where they are wanted. */
async function bridge(options: BridgeFlags): Promise<void> {
  await (await import('../bridge/run.ts')).bridge(options);
}
