/** `petrel bridge` as it runs. */
import type { TlsOptions } from 'node:tls';
import { InvalidArgumentError } from 'commander';
import type { BridgeOptions } from 'petrel/bridge';
import { quote } from 'petrel/wire';
import manifest from '../../package.json' with { type: 'json' };
import { complain, usage } from '../exit.ts';
import { limitsOf, write, type LimitOptions } from '../io.ts';
import type { RouteFlags } from '../link/flags.ts';
import { readFile, routeOptions } from '../link/routes.ts';
import { signalled } from '../listening.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { linkAddress } from './link-address.ts';
import { Bridge, type BridgeSettings } from './serve.ts';
import { jsonOf, lineOf } from './totals.ts';

export interface BridgeFlags extends LimitOptions, RouteFlags {
  readonly respToPetrel?: true;
  readonly petrelToResp?: true;
  readonly listen: readonly string[];
  readonly to: readonly string[];
  readonly cert?: string;
  readonly key?: string;
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

const DRAIN = 5000;
/** A frame larger than what is left of the window waits for an ACK: so long at most, in milliseconds, for a few bytes. */
const ACK_DELAY = 200;

export async function bridge(options: BridgeFlags): Promise<void> {
  const served = new Bridge(settingsOf(options));
  for (const where of await served.listen()) {
    if (options.json) await write(`${JSON.stringify({ listening: where, to: served.to })}\n`);
    complain(`listening on ${where}, to ${served.to}`);
  }
  const reports = reporting(served, options);
  await signalled();
  void signalled().then(() => served.destroy());
  await served.stop(DRAIN);
  clearInterval(reports);
  await say(served, options);
  process.exit();
}

function settingsOf(flags: BridgeFlags): BridgeSettings {
  const { respToPetrel, petrelToResp, listen, to, cert, key, maxClients } = flags;
  const options = optionsOf(flags);
  if ((cert === undefined) !== (key === undefined)) throw usage('--cert and --key go together');
  const own = cert === undefined ? undefined : { cert: readFile(cert), key: readFile(key!) };
  if (respToPetrel) {
    const { secure, ...routes } = routeOptions(flags);
    return { listens: 'resp', listen: only('--listen', listen, 0), to: all('--to', to, 1), routes: { ...routes, secure: { ...secure, ...own } }, maxClients, options };
  }
  if (!petrelToResp) throw usage('say --resp-to-petrel or --petrel-to-resp');
  const secret = listen.find((text) => /^(tls|wss):/i.test(text));
  if (secret !== undefined && own === undefined) throw usage(`${quote(secret)} needs --cert and --key`);
  const secure = own === undefined ? {} : { secure: { ...own, ...callersOf(flags) } };
  return { listens: 'petrel', listen: all('--listen', listen, 0), to: only('--to', to, 1), ...secure, maxClients, options };
} // prettier-ignore

/** Whom the half at the server takes: with `--ca`, who has a certificate that is signed by one of those. */
function callersOf({ ca, servername, insecure }: BridgeFlags): TlsOptions {
  if (insecure || servername !== undefined) throw usage('--insecure and --servername are for the half at the clients');
  return ca === undefined ? {} : { ca: readFile(ca), requestCert: true, rejectUnauthorized: true };
} // prettier-ignore

/** The addresses of one option, between the halves. */
function all(option: string, texts: readonly string[], lowest: 0 | 1): string[] {
  return texts.map((text) => judged(option, text, () => linkAddress(text, lowest)));
}

/** The one address of an option, on the side of Redis. */
function only(option: string, texts: readonly string[], lowest: 0 | 1): Endpoint {
  if (texts.length > 1) throw usage(`${option} has one address on the side of Redis, not ${texts.length}`);
  const [text] = texts as readonly [string];
  return judged(option, text, () => endpoint(text, lowest));
}

function judged<T>(option: string, text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw usage(`${option} ${quote(text)}: ${error.message}`);
    throw error;
  }
}

function optionsOf(options: BridgeFlags): BridgeOptions {
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

function reporting(served: Bridge, options: BridgeFlags): NodeJS.Timeout | undefined {
  const seconds = options.report ?? (process.stderr.isTTY ? 1 : undefined);
  return seconds === undefined ? undefined : setInterval(() => void say(served, options), seconds * 1000);
}

async function say({ totals }: Bridge, { json }: BridgeFlags): Promise<void> {
  if (json) await write(`${jsonOf(totals)}\n`);
  else complain(lineOf(totals));
}
