/** `petrel decode`: bytes to the text form, or to JSON. */
import { InvalidArgumentError, type Command } from 'commander';
import { ProtocolError } from 'petrel';
import { FramePrinter, printValues, type PrintOptions, type TextLine } from 'petrel/text';
import { RespPrinter } from 'petrel/text/resp';
import { openInput, withProtocol, type ProtocolOptions } from '../resp-input.ts';
import { CommandError, exitCodeOf, graver, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import {
  limitsOf,
  readInput,
  withInput,
  withLimits,
  write,
  type InputOptions,
  type LimitOptions,
} from '../io.ts';
import { frameJson, valueJson } from '../line-json.ts';
import {
  commentsOf,
  membersOf,
  MessageDescriber,
  registeredBy,
  withMessages,
  type Described,
  type MessageOptions,
} from '../proto/messages.ts';
import { styleFor, withColor, type ColorMode, type Style } from '../style.ts';

interface DecodeOptions extends InputOptions, ProtocolOptions, LimitOptions, MessageOptions {
  readonly value?: true;
  readonly json?: true;
  readonly width?: number;
  readonly color: ColorMode;
}

const DETAILS = `
The text form says every byte, whatever the input: petrel encode makes the same bytes of it again. What is not well-formed
stands as marks (!590500) or as raw h'..', with the fault in a comment. spec/text.md defines it.

Of RESP, Redis's protocol, each command, reply or push is the frame that carries it, as petrel transcode writes it; offsets
are those in RESP. Its text begins with "protocol resp", so that petrel encode makes RESP of it again; from a fault on it is
raw. What begins with an array of bulk strings is taken for commands, unless --side says server; inline commands and other
RESP that does not begin with a line of it need --protocol resp.

Nothing is lost, and so nothing is hidden: passwords stand in the text. petrel inspect hides them.

With --message each message in a value has a comment below it: as protobuf's JSON where its type is given, as raw fields
otherwise; with --json the line has "messages".

--json prints a line per frame: offset, length, kind, and fields or error. What JSON has no word for stands there as an object
with one key: {"$bytes": "ff00"}, {"$status": "OK"}; spec/text.md has them all. With --value it is an error.`;

export function register(program: Command): void {
  const command = program
    .command('decode')
    .description('Print frames, or values, in the text form or as JSON.')
    .option('--value', 'the input is values, not frames')
    .option('--json', 'one JSON object a line instead of the text form')
    .option(
      '--width <columns>',
      "break longer lines; 0: never (default: the terminal's width, 0 in a pipe)",
      columns,
    )
    .addHelpText('after', DETAILS)
    .action(decode);
  withInput(command);
  withProtocol(command);
  withLimits(command);
  withMessages(command);
  withColor(command);
  withExamples(command, [
    ['read a capture', 'petrel decode capture.bin'],
    [
      'change a byte of it by hand',
      "petrel decode capture.bin | sed 's/hello/hullo/' | petrel encode > changed.bin",
    ],
    ['read hex from a log', 'echo b3 68 65 79 | petrel decode'],
    ['read a capture of Redis', 'petrel decode --side server replies.resp'],
    ['with messages in values as JSON', 'petrel decode --proto chat.proto --message 5=acme.Chat capture.bin'],
    ['only the commands', `petrel decode --json capture.bin | jq -c 'select(.kind == "COMMAND").fields'`],
  ]);
}

function columns(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number of columns.');
  return Number(text);
}

async function decode(file: string | undefined, options: DecodeOptions): Promise<void> {
  const width = options.width ?? (process.stdout.isTTY ? process.stdout.columns : 0);
  const printOptions: PrintOptions = { limits: limitsOf(options), width: width > 0 ? width : Infinity };
  const printer = new LinePrinter(options, await describer(options));
  if (options.value) {
    if (options.protocol === 'resp') throw usage('--value is of Petrel');
    await printer.add(printValues(await readInput(file, options), printOptions));
  } else {
    const { isResp, side, chunks } = await openInput(file, options);
    if (isResp && !options.json) await write('protocol resp\n');
    const items = isResp ? new RespPrinter(side, printOptions) : new FramePrinter(printOptions);
    for await (const chunk of chunks) await printer.add(items.push(chunk));
    await printer.add(items.finish());
  }
  printer.finish();
}

/** Describes messages in values, where their types are given. */
async function describer(options: DecodeOptions): Promise<MessageDescriber | undefined> {
  const registered = await registeredBy(options);
  if (registered === undefined) return undefined;
  const { textFromMessage } = await import('../proto/json.ts');
  return new MessageDescriber(registered, textFromMessage);
}

/** So much is collected before it is written: a call to the system costs more than a frame. */
const BATCH = 1 << 16;

/** Writes lines, and ends with the gravest fault that they told. */
class LinePrinter {
  private readonly render: (line: TextLine) => string;
  private out = '';
  private fault: ProtocolError | undefined;

  constructor({ json, value, color }: DecodeOptions, messages: MessageDescriber | undefined) {
    const style = styleFor(color);
    const described = (line: TextLine): readonly Described[] => messages?.describe(line) ?? [];
    if (!json) this.render = (line) => textLine(line, style) + style('note', commentsOf(described(line)));
    else if (value) this.render = valueJson;
    else this.render = (line) => frameJson(line, membersOf(described(line)));
  }

  /** Writes all lines before it answers: who follows a live stream sees every frame that is whole. */
  async add(lines: Iterable<TextLine>): Promise<void> {
    try {
      for (const line of lines) {
        this.fault = graver(this.fault, line.fault);
        this.out += this.render(line);
        if (this.out.length >= BATCH) await this.flush();
      }
    } finally {
      await this.flush();
    }
  }

  /** @throws CommandError for the gravest fault that the lines told. */
  finish(): void {
    if (this.fault !== undefined) throw new CommandError(this.fault.message, exitCodeOf(this.fault));
  }

  private async flush(): Promise<void> {
    const { out } = this;
    this.out = '';
    await write(out);
  }
}

function textLine({ text, fault }: TextLine, style: Style): string {
  return fault === undefined ? `${text}\n` : `${text} ${style('error', `# ${fault.message}`)}\n`;
}
