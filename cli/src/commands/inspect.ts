/** `petrel inspect`: what every byte means. */
import { InvalidArgumentError, type Command } from 'commander';
import { FrameInspector, inspectValue, type InspectOptions, type Row } from 'petrel/inspect';
import { RespInspector } from 'petrel/inspect/resp';
import { grouped } from '../amounts.ts';
import { inflaterOf, OPENS_PACKS, withDictionaries, type DictionaryOptions } from '../dictionaries.ts';
import { FIELDS } from '../capture/filter.ts';
import { openMaybeCapture } from '../capture/input.ts';
import { inspectCapture } from '../capture/inspect.ts';
import { readSecrets, type TlsSecrets } from '../capture/tls.ts';
import type { CaptureViewOptions } from '../capture/view.ts';
import { usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import { RowPrinter, withRows, type RowOptions } from '../inspect/printer.ts';
import {
  FRAMES,
  MOST_FRAMES,
  reportCapture,
  reportRows,
  reportStream,
  TEXT_UNITS,
  type Inspector,
} from '../report/run.ts';
import type { ReportOptions } from '../report/options.ts';
import { registeredBy, withMessages, type MessageOptions } from '../proto/messages.ts';
import { openInput, withProtocol, type ProtocolInput, type ProtocolOptions } from '../resp-input.ts';
import { limitsOf, readInput, withInput, withLimits, type InputOptions, type LimitOptions } from '../io.ts';

interface Options
  extends InputOptions, ProtocolOptions, LimitOptions, RowOptions, MessageOptions, DictionaryOptions {
  readonly value?: true;
  readonly showCredentials?: true;
  readonly skip: number;
  readonly frames?: number;
  readonly limit?: number;
  readonly filter?: string;
  readonly follow?: true;
  readonly html?: string;
  readonly keylog?: string;
}

const DETAILS = `
A frame in the input begins a block; offsets are hex. Bytes are coloured by what they are: the first of a head, the number
that goes on after it, content. #n numbers the texts and shapes of a value that references and records go back to. What a
PACK holds stands below it, its offsets (+) counting from the first inflated byte, unless it takes a dictionary that is not
at hand.

A message in a value has its protobuf fields below it: by name where --message gives its type, otherwise by number, as
petrel proto inspect shows them.

Of RESP, Redis's protocol, each type is a row. What begins with an array of bulk strings is read as commands, unless --side
says server; inline commands are no RESP to auto. Any fault of it ends the reading.

Of a capture (pcap or pcapng, as tcpdump and Wireshark write them) each frame of each TCP connection is a line, in the order
of time: when, connection and direction, kind and request id, bytes, what it says, and how long a reply took. At the end
stands what it all comes to. TLS is named, with its version and the server's name; with --keylog it is read through tshark.

--filter shows some lines of a capture: field operator value, with and, or, not and brackets; operators are = != < <= > >=
and ~ (contains). Fields: ${Object.keys(FIELDS).join(', ')}.

--html writes a page that needs no network and no other file, for any input: ${grouped(FRAMES)} frames of it
unless --limit says otherwise, ${grouped(MOST_FRAMES)} at most. What it leaves out, it says.

A malformed payload does not hide the frames after it; bad framing ends the reading. Credentials and session tokens are not
shown unless asked for; nor are passwords of Redis: those of AUTH, HELLO, ACL SETUSER, CONFIG SET, MIGRATE and SENTINEL.`;

export function register(program: Command): void {
  const command = program
    .command('inspect')
    .description('Show what every byte of frames, or of a value, means.')
    .option('--value', 'the input is one value, not frames')
    .option('--show-credentials', 'also credentials, session tokens and passwords in commands')
    .option('--skip <frames>', 'leave out the first ones', count, 0)
    .option('--frames <count>', 'show so many frames at most', count)
    .option('--limit <count>', 'the same', count)
    .option('--filter <expression>', 'which frames of a capture are shown')
    .option('--follow', 'of a capture that still grows: go on as it does')
    .option(
      '--html <file>',
      'write a report: a page with timeline, conversation and bytes, in one file (- prints it)',
    )
    .option('--keylog <file>', 'of a capture: keys of TLS, as SSLKEYLOGFILE has them; takes tshark')
    .addHelpText('after', DETAILS)
    .action(inspect);
  withInput(command);
  withProtocol(command);
  withLimits(command);
  withMessages(command);
  withDictionaries(command, OPENS_PACKS);
  withRows(command);
  withExamples(command, [
    ['see what every byte of a capture means', 'petrel inspect capture.bin'],
    ['a few bytes from a log', 'echo 1a 02 02 a6 66 61 6d 69 6c 79 26 | petrel inspect'],
    ['a value without a frame', 'echo e1 a1 61 01 | petrel inspect --value'],
    [
      'with the names of messages in values',
      'petrel inspect --proto chat.proto --message 5=acme.Chat capture.bin',
    ],
    ['a capture of Redis, what a server says', 'petrel inspect --protocol resp --side server replies.resp'],
    ['where are the faults?', `petrel inspect --json capture.bin | jq -c 'select(.error)'`],
    ['with the dictionary that PACKs were made with', 'petrel inspect --dict our.dict capture.bin'],
    ['what was said on the wire', 'petrel inspect capture.pcapng'],
    ['as it is said', 'tcpdump -i lo -U -w - port 7000 | petrel inspect'],
    ['slow replies and errors of a capture', `petrel inspect --filter 'took > 0.1 or error' capture.pcapng`],
    ['as a page: timeline, conversation, every byte', 'petrel inspect --html report.html capture.pcapng'],
    ['in TLS, with the keys of a client', 'petrel inspect --keylog keys.log capture.pcapng'],
    ['the tenth frame, every byte of it', 'petrel inspect --skip 9 --frames 1 --full capture.bin'],
  ]);
}

function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a whole number of frames.');
  return Number(text);
}

async function inspect(file: string | undefined, options: Options): Promise<void> {
  const registered = await registeredBy(options);
  const printer = new RowPrinter(options);
  const { textUnits } = printer;
  const inspectOptions: InspectOptions = {
    limits: limitsOf(options),
    inflate: inflaterOf(options),
    showSecrets: options.showCredentials ?? false,
    ...(textUnits !== undefined && { textUnits }),
    ...(registered && { messages: registered.ids }),
  };
  if (options.value && options.protocol === 'resp') throw usage('--value is of Petrel');
  if (options.html !== undefined)
    return report(file, options, options.html, { ...inspectOptions, textUnits: TEXT_UNITS });
  if (options.value) {
    await printer.print(valueRows(file, options, inspectOptions), 'value');
    return;
  }
  const opened = await openMaybeCapture(file, options.follow ?? false);
  if (opened.isCapture) {
    const secrets = await secretsOf(file, options);
    return inspectCapture(opened, { ...viewOf(options, printer.width), secrets });
  }
  refuseMisplaced(options);
  const input = await openInput(opened.chunks, options);
  if (input.isResp) await printer.print(respRows(input, options, inspectOptions), 'resp');
  else await printer.print(frameRows(input, options, inspectOptions), 'frames');
}

/** `--html` */
async function report(
  file: string | undefined,
  options: Options,
  html: string,
  inspectOptions: InspectOptions,
): Promise<void> {
  const target = { html, file };
  const settings = reportOptions(options, inspectOptions);
  if (options.value)
    return reportRows(
      inspectValue(await readInput(file, options), inspectOptions),
      'value',
      target,
      settings,
    );
  const opened = await openMaybeCapture(file, options.follow ?? false);
  if (opened.isCapture) return reportCapture(opened, target, settings);
  refuseMisplaced(options);
  const input = await openInput(opened.chunks, options);
  const inspector = input.isResp ? respInspector(input, inspectOptions) : new FrameInspector(inspectOptions);
  return reportStream(input.chunks, inspector, input.isResp ? 'resp' : 'frames', target, settings);
}

/** @throws CommandError for what does not go with a report. */
function reportOptions(options: Options, { messages }: InspectOptions): ReportOptions {
  if (options.keylog !== undefined) throw usage('--keylog goes without --html: reports show no TLS');
  if (options.json) throw usage('--json and --html are two ways to show the same: one at a time');
  const limit = Math.min(options.frames ?? Infinity, options.limit ?? Infinity);
  if (limit > MOST_FRAMES && limit !== Infinity)
    throw usage(`--html shows ${MOST_FRAMES} frames at most; --skip and --filter choose them`);
  const { protocol, filter, showCredentials = false, skip } = options;
  return {
    limits: limitsOf(options),
    inflate: inflaterOf(options),
    showSecrets: showCredentials,
    messages,
    protocol: protocol === 'auto' ? undefined : protocol,
    filter,
    skip,
    limit: limit === Infinity ? FRAMES : limit,
  };
}

/** @throws CommandError for options of captures. */
function refuseMisplaced(options: Options): void {
  const misplaced = (['filter', 'follow', 'keylog'] as const).find((name) => options[name] !== undefined);
  if (misplaced !== undefined) throw usage(`--${misplaced} is of captures, and this is none`);
}

function viewOf(options: Options, width: number): CaptureViewOptions {
  const { protocol, filter, json = false, color, showCredentials = false, skip } = options;
  return {
    json,
    width,
    color,
    showSecrets: showCredentials,
    limits: limitsOf(options),
    inflate: inflaterOf(options),
    protocol: protocol === 'auto' ? undefined : protocol,
    filter,
    skip,
    limit: mostFrames(options),
  };
}

/** What a key log opens: tshark reads the whole file for itself. */
async function secretsOf(
  file: string | undefined,
  { keylog, follow }: Options,
): Promise<TlsSecrets | undefined> {
  if (keylog === undefined) return undefined;
  if (file === undefined || file === '-' || follow)
    throw usage('--keylog takes a capture that is a whole file');
  return readSecrets(file, keylog);
}

function mostFrames({ frames = Infinity, limit = Infinity }: Options): number {
  return Math.min(frames, limit);
}

const isFrame = ({ kind, depth }: Row): boolean => kind === 'frame' && depth === 0;
const isItem = ({ depth, kind }: Row): boolean => depth === 0 && kind !== 'fault' && kind !== 'unread';

/** The rows of RESP; its commands and replies are what --skip and --frames count. */
async function* respRows(
  input: ProtocolInput,
  options: Options,
  inspectOptions: InspectOptions,
): AsyncGenerator<Row, void, void> {
  yield* asked(input.chunks, respInspector(input, inspectOptions), isItem, options);
}

function respInspector({ side, sideWasSaid }: ProtocolInput, inspectOptions: InspectOptions): RespInspector {
  // of what nobody named, only commands are rows of another kind
  const known = sideWasSaid || side === 'client' ? side : undefined;
  return new RespInspector({ ...inspectOptions, side: known });
}

async function* frameRows(
  { chunks }: ProtocolInput,
  options: Options,
  inspectOptions: InspectOptions,
): AsyncGenerator<Row, void, void> {
  yield* asked(chunks, new FrameInspector(inspectOptions), isFrame, options);
}

/** The rows of the items that are asked for, and of what follows the last one when nothing was left out. */
async function* asked(
  chunks: AsyncIterable<Uint8Array>,
  inspector: Inspector,
  begins: (row: Row) => boolean,
  options: Options,
): AsyncGenerator<Row, void, void> {
  const { skip } = options;
  const end = skip + mostFrames(options);
  let items = 0;
  for await (const chunk of chunks) {
    for (const row of inspector.feed(chunk)) {
      if (begins(row)) items++;
      if (items > end) return;
      if (items > skip) yield row;
    }
  }
  for (const row of inspector.finish()) {
    if (begins(row)) items++;
    if (items > end) return;
    if (items > skip || row.kind === 'unread' || row.kind === 'fault') yield row;
  }
}

async function* valueRows(
  file: string | undefined,
  options: Options,
  inspectOptions: InspectOptions,
): AsyncGenerator<Row, void, void> {
  yield* inspectValue(await readInput(file, options), inspectOptions);
}
