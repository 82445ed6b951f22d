/** `petrel inspect`: what every byte means. */
import { InvalidArgumentError, type Command } from 'commander';
import { FrameInspector, inspectValue, type InspectOptions, type Row } from 'petrel/inspect';
import { withExamples } from '../help.ts';
import { inflate } from '../inspect/inflate.ts';
import { RowPrinter, withRows, type RowOptions } from '../inspect/printer.ts';
import { registeredBy, withMessages, type MessageOptions } from '../proto/messages.ts';
import {
  limitsOf,
  readInput,
  readInputChunks,
  withInput,
  withLimits,
  type InputOptions,
  type LimitOptions,
} from '../io.ts';

interface Options extends InputOptions, LimitOptions, RowOptions, MessageOptions {
  readonly value?: true;
  readonly showCredentials?: true;
  readonly skip: number;
  readonly frames?: number;
}

const DETAILS = `
A frame in the input begins a block; offsets are hex. Bytes are coloured by what they are: the first of a head, the number
that goes on after it, content. #n numbers the texts and shapes of a value that references and records go back to. What a
PACK holds stands below it, its offsets (+) counting from the first inflated byte.

A message in a value has its protobuf fields below it: by name where --message gives its type, otherwise by number, as
petrel proto inspect shows them.

A malformed payload does not hide the frames after it; bad framing ends the reading. Credentials and session tokens are not
shown unless asked for.`;

export function register(program: Command): void {
  const command = program
    .command('inspect')
    .description('Show what every byte of frames, or of a value, means.')
    .option('--value', 'the input is one value, not frames')
    .option('--show-credentials', 'also credentials, session tokens and the arguments of AUTH')
    .option('--skip <frames>', 'leave out the first ones', count, 0)
    .option('--frames <count>', 'show so many frames at most', count)
    .addHelpText('after', DETAILS)
    .action(inspect);
  withInput(command);
  withLimits(command);
  withMessages(command);
  withRows(command);
  withExamples(command, [
    ['see what every byte of a capture means', 'petrel inspect capture.bin'],
    ['a few bytes from a log', 'echo 1a 02 02 a6 66 61 6d 69 6c 79 26 | petrel inspect'],
    ['a value without a frame', 'echo e1 a1 61 01 | petrel inspect --value'],
    [
      'with the names of messages in values',
      'petrel inspect --proto chat.proto --message 5=acme.Chat capture.bin',
    ],
    ['where are the faults?', `petrel inspect --json capture.bin | jq -c 'select(.error)'`],
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
    inflate,
    showSecrets: options.showCredentials ?? false,
    ...(textUnits !== undefined && { textUnits }),
    ...(registered && { messages: registered.ids }),
  };
  const rows = options.value
    ? valueRows(file, options, inspectOptions)
    : frameRows(file, options, inspectOptions);
  await printer.print(rows, options.value ? 'value' : 'frames');
}

/** The rows of the frames that are asked for, and of what follows the last one when nothing was left out. */
async function* frameRows(
  file: string | undefined,
  options: Options,
  inspectOptions: InspectOptions,
): AsyncGenerator<Row, void, void> {
  const inspector = new FrameInspector(inspectOptions);
  const end = options.skip + (options.frames ?? Infinity);
  let frames = 0;
  for await (const chunk of readInputChunks(file, options)) {
    for (const row of inspector.feed(chunk)) {
      if (row.kind === 'frame' && row.depth === 0) frames++;
      if (frames > end) return;
      if (frames > options.skip) yield row;
    }
  }
  for (const row of inspector.finish()) {
    if (row.kind === 'frame' && row.depth === 0) frames++;
    if (frames > end) return;
    if (frames > options.skip || row.kind === 'unread' || row.kind === 'fault') yield row;
  }
}

async function* valueRows(
  file: string | undefined,
  options: Options,
  inspectOptions: InspectOptions,
): AsyncGenerator<Row, void, void> {
  yield* inspectValue(await readInput(file, options), inspectOptions);
}
