/** `petrel proto inspect`: what every byte of a protobuf message means, with its schema or without. */
import { Command } from 'commander';
import { inspectDelimited, inspectMessage } from 'petrel/inspect';
import { withExamples } from '../../help.ts';
import { usage } from '../../exit.ts';
import { RowPrinter, withRows, type RowOptions } from '../../inspect/printer.ts';
import {
  limitsOf,
  readInput,
  withInput,
  withLimits,
  type InputOptions,
  type LimitOptions,
} from '../../io.ts';
import { FRAMES, reportRows, TEXT_UNITS } from '../../report/run.ts';
import { optionalTarget, withType, type TypeOptions } from '../../proto/target.ts';

interface Options extends InputOptions, LimitOptions, RowOptions, TypeOptions {
  readonly delimited?: true;
  readonly html?: string;
}

const DETAILS = `
A row stands for a field: its offset (hex), its bytes, its number, and what it says. The first bytes are its tag and, where
it has one, its length. Fields of messages and groups stand below them.

Without a schema a varint is shown as it is, as a zigzag and, where it can be one, as a bool, a negative number or a time
between 2000 and 2100; four and eight bytes also as a float and a double. Bytes behind a length are read
  as text        if they are UTF-8 without control characters other than tabs and line breaks,
  as a message   if they are whole fields, down to the end, with no number in a longer spelling than it needs,
  as bytes       otherwise; "as varints" says what they are as a packed list.
Where they can be both, the likelier one is shown, with a bonus for text. A text is the likelier, the longer it is; a
message is, the lower its field numbers are, the more of them rise or repeat, the better its lengths fit, and the likelier
what it holds is. It is a guess: --proto knows.`;

/** The command, for its parent. */
export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('Show what every byte of a message means; without a schema, a guess.')
    .option('--delimited', 'messages one after the other, each behind its length')
    .option('--html <file>', 'write a report: a page with every byte, in one file (- prints it)')
    .addHelpText('after', DETAILS)
    .action(inspect);
  withInput(command);
  withType(command);
  withLimits(command, {
    maxDepth: 'deepest nesting; what is deeper is shown as bytes',
    maxElements: 'most fields that are shown of one',
  });
  withRows(command);
  return withExamples(command, [
    ['what is in these bytes?', 'petrel proto inspect message.bin'],
    ['a few bytes from a log', 'echo 08 96 01 12 07 0a 05 68 65 6c 6c 6f | petrel proto inspect'],
    ['with the names of the fields', 'petrel proto inspect --proto chat.proto --type acme.Chat message.bin'],
    ['a row for each field as JSON', `petrel proto inspect --json message.bin | jq -c '[.path, .meaning]'`],
  ]);
}

async function inspect(file: string | undefined, options: Options): Promise<void> {
  const target = await optionalTarget(options);
  const printer = new RowPrinter(options);
  const textUnits = options.html === undefined ? printer.textUnits : TEXT_UNITS;
  const bytes = await readInput(file, options);
  const inspectAll = options.delimited ? inspectDelimited : inspectMessage;
  const rows = inspectAll(bytes, {
    ...target,
    limits: limitsOf(options),
    ...(textUnits !== undefined && { textUnits }),
  });
  const subject = options.delimited ? 'messages' : 'message';
  if (options.html !== undefined) {
    if (options.json) throw usage('--json and --html are two ways to show the same: one at a time');
    return reportRows(rows, subject, { html: options.html, file }, { skip: 0, limit: FRAMES });
  }
  return printer.print(rows, subject);
}
