/** `petrel inspect`: what every byte means. */
import { InvalidArgumentError, type Command } from 'commander';
import { FrameInspector, inspectValue, type InspectOptions, type Row } from 'petrel/inspect';
import type { ProtocolError } from 'petrel';
import { CommandError, exitCodeOf } from '../exit.ts';
import { withExamples } from '../help.ts';
import { wrap } from '../inspect/cells.ts';
import { inflate } from '../inspect/inflate.ts';
import { rowJson } from '../inspect/json.ts';
import { Summary } from '../inspect/summary.ts';
import { Table } from '../inspect/table.ts';
import {
  limitsOf,
  readInput,
  readInputChunks,
  withInput,
  withLimits,
  write,
  type InputOptions,
  type LimitOptions,
} from '../io.ts';
import { styleFor, withColor, type ColorMode } from '../style.ts';

interface Options extends InputOptions, LimitOptions {
  readonly value?: true;
  readonly json?: true;
  readonly full?: true;
  readonly rules?: true;
  readonly showCredentials?: true;
  readonly skip: number;
  readonly frames?: number;
  readonly width?: number;
  readonly color: ColorMode;
}

const DETAILS = `
A frame in the input begins a block; offsets are hex. Bytes are coloured by what they are: the first of a head, the number
that goes on after it, content. #n numbers the texts and shapes of a value that references and records go back to. What a
PACK holds stands below it, its offsets (+) counting from the first inflated byte.

A malformed payload does not hide the frames after it; bad framing ends the reading. Credentials and session tokens are not
shown unless asked for.`;

const PIPE_WIDTH = 100;
const BATCH = 1 << 16;

export function register(program: Command): void {
  const command = program
    .command('inspect')
    .description('Show what every byte of frames, or of a value, means.')
    .option('--value', 'the input is one value, not frames')
    .option('--json', 'a JSON object a row, for programs')
    .option('--full', 'all bytes, and all of long texts')
    .option('--rules', 'the rule of PROTOCOL.md that describes each row')
    .option('--show-credentials', 'also credentials, session tokens and the arguments of AUTH')
    .option('--skip <frames>', 'leave out the first ones', count, 0)
    .option('--frames <count>', 'show so many frames at most', count)
    .option(
      '--width <columns>',
      `cells of a line (default: the terminal's, ${PIPE_WIDTH} in a pipe)`,
      columns,
    )
    .addHelpText('after', DETAILS)
    .action(inspect);
  withInput(command);
  withLimits(command);
  withColor(command);
  withExamples(command, [
    ['see what every byte of a capture means', 'petrel inspect capture.bin'],
    ['a few bytes from a log', 'echo 1a 02 02 a6 66 61 6d 69 6c 79 26 | petrel inspect'],
    ['a value without a frame', 'echo e1 a1 61 01 | petrel inspect --value'],
    ['where are the faults?', `petrel inspect --json capture.bin | jq -c 'select(.error)'`],
    ['the tenth frame, every byte of it', 'petrel inspect --skip 9 --frames 1 --full capture.bin'],
  ]);
}

function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a whole number of frames.');
  return Number(text);
}

function columns(text: string): number {
  if (!/^\d{2,4}$/.test(text))
    throw new InvalidArgumentError('It is a whole number of columns from 10 to 9999.');
  return Number(text);
}

async function inspect(file: string | undefined, options: Options): Promise<void> {
  const width = options.width ?? (process.stdout.isTTY ? process.stdout.columns : PIPE_WIDTH);
  const table = new Table({
    width,
    style: styleFor(options.color),
    full: options.full ?? false,
    rules: options.rules ?? false,
  });
  const inspectOptions: InspectOptions = {
    limits: limitsOf(options),
    inflate,
    showSecrets: options.showCredentials ?? false,
    ...(options.full && { textUnits: Infinity }),
    ...(!options.full && !options.json && { textUnits: 2 * table.meaningCells }),
  };
  const rows = options.value
    ? valueRows(file, options, inspectOptions)
    : frameRows(file, options, inspectOptions);
  const summary = new Summary();
  const printer = new RowPrinter(table, options.json ?? false, options.full ?? false);
  for await (const row of rows) {
    summary.add(row);
    await printer.add(row);
  }
  const lines = summary.text(options.value === undefined).split('\n');
  const last = lines.flatMap((line) => wrap(line, width)).join('\n');
  await printer.finish(options.json ? '' : `${last}\n`);
  const { fault } = summary;
  if (fault !== undefined) throw new CommandError(fault.message, exitCodeOf(fault));
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

/** Writes rows; each waits for the faults that belong to it. */
class RowPrinter {
  private readonly table: Table;
  private readonly json: boolean;
  private readonly full: boolean;
  private row: Row | undefined;
  private faults: ProtocolError[] = [];
  private out = '';

  constructor(table: Table, json: boolean, full: boolean) {
    this.table = table;
    this.json = json;
    this.full = full;
  }

  async add(row: Row): Promise<void> {
    if (this.json) this.out += rowJson(row, this.full);
    else if (row.fault !== undefined) this.faults.push(row.fault);
    else {
      this.render();
      this.row = row;
    }
    if (this.out.length >= BATCH) await this.flush();
  }

  async finish(last: string): Promise<void> {
    const any = this.render();
    this.out += any && last !== '' ? `\n${last}` : last;
    await this.flush();
  }

  /** @returns whether there was a row. */
  private render(): boolean {
    if (this.row === undefined && this.faults.length === 0) return false;
    this.out += this.table.render(this.row, this.faults);
    this.row = undefined;
    this.faults = [];
    return true;
  }

  private async flush(): Promise<void> {
    const { out } = this;
    this.out = '';
    await write(out);
  }
}
