/** `petrel bridge`: Redis's clients and servers over a link of Petrel's. */
import { Option, type Command } from 'commander';
import type { BridgeOptions } from 'petrel/bridge';
import manifest from '../../package.json' with { type: 'json' };
import { endpoint, spelled, type Endpoint } from '../bridge/endpoint.ts';
import { Bridge } from '../bridge/serve.ts';
import { jsonOf, lineOf } from '../bridge/totals.ts';
import { complain, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import { limitsOf, withLimits, write, type LimitOptions } from '../io.ts';
import { signalled } from '../listening.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options extends LimitOptions {
  readonly respToPetrel?: true;
  readonly petrelToResp?: true;
  readonly listen: Endpoint;
  readonly to: Endpoint;
  readonly maxClients: number;
  readonly maxPending: number;
  readonly windowBytes: number;
  readonly windowFrames: number;
  readonly pingAfter: number;
  readonly deadAfter: number;
  readonly helloWithin: number;
  readonly resumeWithin: number;
  readonly report?: number;
  readonly json?: true;
}

const DETAILS = `
Redis client <-RESP-> petrel bridge --resp-to-petrel <-Petrel-> petrel bridge --petrel-to-resp <-RESP-> Redis server

Each client has a connection of its own all the way. Pipelines, transactions, subscriptions, MONITOR, blocking commands,
client tracking, HELLO and CLIENT REPLY keep their meaning; replies come in order, whatever order Petrel brings them in. Who
doesn't read stops who writes: nothing is buffered without bound. Replication (SYNC, PSYNC, REPLCONF) is refused.

A link that breaks between the halves is followed by another, and nothing is lost with it: no command, no reply, no message, and
none runs twice. When none stands for --resume-within, or a half is started anew, clients are told so. There is no TLS: use it on
the loopback, or through a tunnel.

HOST is 127.0.0.1 where none is given. SIGINT and SIGTERM end connections with nothing pending, and the others when their replies
have come, at the latest with errors after 5 seconds; a second one ends all at once.`;

const DRAIN = 5000;
/** A frame larger than what is left of the window waits for an ACK: so long at most, in milliseconds, for a few bytes. */
const ACK_DELAY = 200;

export function register(program: Command): void {
  const command = program
    .command('bridge')
    .description('Carry Redis connections over Petrel: one half at the clients, one at the server.')
    .addOption(new Option('--resp-to-petrel', 'the half at the clients').conflicts('petrelToResp'))
    .addOption(new Option('--petrel-to-resp', 'the half at the server'))
    .requiredOption('--listen <[host:]port>', 'where to listen; port 0 takes a free one', (text) => endpoint(text, 0))
    .requiredOption('--to <[host:]port>', 'the other half, or the Redis server', (text) => endpoint(text, 1))
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
  withLimits(command);
  withExamples(command, [
    ['the half at the server', 'petrel bridge --petrel-to-resp --listen 7000 --to 6379'],
    ['the half at the clients', 'petrel bridge --resp-to-petrel --listen 6380 --to 7000'],
    ['any client of Redis then works', 'redis-cli -p 6380'],
    ['see what it saves', 'petrel bridge --resp-to-petrel --listen 6380 --to 7000 --report 1 --json'],
  ]);
} // prettier-ignore

async function bridge(options: Options): Promise<void> {
  const { respToPetrel, petrelToResp, listen, to, maxClients } = options;
  if (!respToPetrel && !petrelToResp) throw usage('say --resp-to-petrel or --petrel-to-resp');
  const served = new Bridge({
    listens: respToPetrel ? 'resp' : 'petrel',
    listen,
    to,
    maxClients,
    options: optionsOf(options),
  });
  const where = await served.listen();
  if (options.json) await write(`${JSON.stringify({ listening: where, to: spelled(to) })}\n`);
  complain(`listening on ${where}, to ${spelled(to)}`);
  const reports = reporting(served, options);
  await signalled();
  void signalled().then(() => served.destroy());
  await served.stop(DRAIN);
  clearInterval(reports);
  await say(served, options);
  process.exit();
}

function optionsOf(options: Options): BridgeOptions {
  const { maxPending, windowBytes, windowFrames, pingAfter, deadAfter, helloWithin, resumeWithin } = options;
  return {
    limits: limitsOf(options),
    maxPending,
    windowBytes,
    windowFrames,
    pingAfter: pingAfter * 1000,
    deadAfter: deadAfter * 1000,
    helloWithin: helloWithin * 1000,
    resumeWithin: resumeWithin * 1000,
    ackDelay: ACK_DELAY,
    agent: `petrel-cli/${manifest.version}`,
  };
}

function reporting(served: Bridge, options: Options): NodeJS.Timeout | undefined {
  const seconds = options.report ?? (process.stderr.isTTY ? 1 : undefined);
  return seconds === undefined ? undefined : setInterval(() => void say(served, options), seconds * 1000);
}

async function say({ totals }: Bridge, { json }: Options): Promise<void> {
  if (json) await write(`${jsonOf(totals)}\n`);
  else complain(lineOf(totals));
}
