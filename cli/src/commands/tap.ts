/** `petrel tap`: a proxy that shows what passes. */
import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { Option, type Command } from 'commander';
import { LINKTYPE_RAW, pcapngHeader, pcapngPacket } from 'petrel/capture';
import { endpoint, spelled, type Endpoint } from '../bridge/endpoint.ts';
import { FIELDS } from '../capture/filter.ts';
import { create } from '../capture/output.ts';
import { Tap, type PacketSink } from '../capture/tap.ts';
import { CaptureView } from '../capture/view.ts';
import { inflaterOf, OPENS_PACKS, withDictionaries, type DictionaryOptions } from '../dictionaries.ts';
import { complain } from '../exit.ts';
import { withExamples } from '../help.ts';
import { PIPE_WIDTH } from '../inspect/printer.ts';
import { limitsOf, withLimits, type LimitOptions } from '../io.ts';
import { signalled } from '../listening.ts';
import { withColor, type ColorMode } from '../style.ts';

interface Options extends LimitOptions, DictionaryOptions {
  readonly listen: Endpoint;
  readonly to: Endpoint;
  readonly record?: string;
  readonly filter?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly protocol: 'auto' | 'petrel' | 'resp';
  readonly showCredentials?: true;
  readonly color: ColorMode;
}

const DETAILS = `
Every byte is passed on as it is, malformed ones too; the end of one direction, and a reset, as well. What is shown is what
petrel inspect shows of a capture, and --record writes such a capture: its packets are made, since a proxy sees none, and say
who spoke with whom, when, and what.

Fields of --filter: ${Object.keys(FIELDS).join(', ')}; see petrel inspect --help.`;

export function register(program: Command): void {
  const command = program
    .command('tap')
    .description('Pass connections on to a server, and show what both sides say.')
    .requiredOption('--listen <[host:]port>', 'where to listen; port 0 takes a free one', (text) =>
      endpoint(text, 0),
    )
    .requiredOption('--to <[host:]port>', 'the server', (text) => endpoint(text, 1))
    .option('--record <file>', 'write what passes as a capture (pcapng)')
    .option('--filter <expression>', 'which frames are shown')
    .addOption(
      new Option('--protocol <name>', 'what is spoken').choices(['auto', 'petrel', 'resp']).default('auto'),
    )
    .option('--show-credentials', 'also credentials, session tokens and passwords in commands')
    .option('--json', 'a JSON object a line, for programs')
    .option('--quiet', 'show what it all comes to, and no frames')
    .addHelpText('after', DETAILS)
    .action(tap);
  withLimits(command);
  withDictionaries(command, OPENS_PACKS);
  withColor(command);
  withExamples(command, [
    ['what does this client say to Redis?', 'petrel tap --listen 6380 --to 6379'],
    ['then, elsewhere', 'redis-cli -p 6380'],
    ['keep it', 'petrel tap --listen 7001 --to example.org:7000 --record talk.pcapng'],
    ['slow replies alone', `petrel tap --listen 6380 --to 6379 --filter 'took > 0.05'`],
  ]);
}

async function tap(options: Options): Promise<void> {
  const {
    listen,
    to,
    record,
    json = false,
    quiet,
    protocol,
    filter,
    color,
    showCredentials = false,
  } = options;
  const view = new CaptureView({
    json,
    width: process.stdout.isTTY ? process.stdout.columns : PIPE_WIDTH,
    color,
    showSecrets: showCredentials,
    limits: limitsOf(options),
    inflate: inflaterOf(options),
    protocol: protocol === 'auto' ? undefined : protocol,
    filter,
    skip: 0,
    limit: quiet ? 0 : Infinity,
  });
  const file = record === undefined ? undefined : await create(record);
  const header = pcapngHeader(LINKTYPE_RAW);
  file?.write(header);
  await view.push(header);
  const proxy = new Tap(listen, to, sinkOf(view, file));
  const where = await proxy.listen();
  complain(`listening on ${where}, to ${spelled(to)}`);
  await signalled();
  proxy.stop();
  view.finish();
  await view.summarize();
  if (file !== undefined) await once(file.end(), 'close');
}

/** Packets are shown one after the other, in the order in which they came. */
function sinkOf(view: CaptureView, file: WriteStream | undefined): PacketSink {
  let shown: Promise<void> = Promise.resolve();
  let waiting = 0;
  let drained: Promise<unknown> | undefined;
  const drain = async (to: WriteStream): Promise<void> => {
    await once(to, 'drain');
    drained = undefined;
  };
  const show = async (before: Promise<void>, block: Uint8Array): Promise<void> => {
    await before;
    await view.push(block);
    waiting--;
  };
  return (packet, time) => {
    const block = pcapngPacket(packet, time);
    if (file?.write(block) === false) drained ??= drain(file);
    waiting++;
    shown = show(shown, block);
    return drained === undefined && waiting < MOST_WAITING ? undefined : both(shown, drained);
  };
}

async function both(one: Promise<unknown>, other: Promise<unknown> | undefined): Promise<void> {
  await one;
  await other;
}

/** Packets that may wait to be shown before the proxy waits. */
const MOST_WAITING = 64;
