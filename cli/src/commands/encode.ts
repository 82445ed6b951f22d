/** `petrel encode`: the text form, or JSON, to bytes. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { DEFAULT_LIMITS, encode as encodeValue, encodeFrame } from 'petrel';
import { splitPack } from 'petrel/frame/pack';
import { zlib } from '../compressor.ts';
import { withDictionaries, type DictionaryOptions } from '../dictionaries.ts';
import { encoderFor, saysResp, type Encoder, type Output } from '../encoders.ts';
import { CommandError, Exit, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import { readText, readTextChunks, withOutput, writeBytes, writesRaw, type OutputOptions } from '../io.ts';
import { JsonError } from '../json-error.ts';
import { parseJson } from '../json.ts';
import { respFromJson } from '../resp-json.ts';
import { TextLines, type TextPiece } from '../text-lines.ts';

interface EncodeOptions extends OutputOptions, DictionaryOptions {
  readonly protocol: 'auto' | 'petrel' | 'resp';
  readonly value?: true;
  readonly json?: true;
  readonly plain?: true;
  readonly maxDepth: number;
  readonly pack?: true;
}

const HIGHEST_DEPTH = 1000;

const DETAILS = `
The text form is what petrel decode prints; spec/text.md defines it. Marks (!590500) and raw h'..' write bytes that are not
well-formed; text that comes to such bytes without them is written too, with a warning. Long text is written as it comes: what
stands before a fault may have been.

Text whose first line is "protocol resp" becomes RESP, Redis's protocol: COMMANDs as a client sends them, REPLYs and PUSHes as
a server does, in the order of their ids, which are not written. What petrel decode prints of RESP comes to the same bytes
again. Marks, other frames and values that RESP has nothing for are refused, with line, column and path.

--json takes one document, or a document a line (NDJSON), and writes canonical values one after the other; with
--protocol resp the RESP3 replies that they are, which petrel compare prices: decimals that are no doubles are refused.`;

export function register(program: Command): void {
  const command = program
    .command('encode')
    .description('Write frames, or values, from the text form or from JSON.')
    .argument('[file]', 'a file, or - for standard input (the default)')
    .option('--value', 'the text is of values, not of frames')
    .addOption(
      new Option('--protocol <name>', 'what is written; auto: what the first line says, otherwise frames')
        .choices(['auto', 'petrel', 'resp'])
        .default('auto'),
    )
    .option('--json', 'the text is JSON: values, exactly')
    .option('--plain', 'with --json: no records, no references, no UTF-16')
    .option('--max-depth <levels>', 'with --json: deepest nesting', depth, 100)
    .option('--pack', 'the frames in one PACK, deflated')
    .addHelpText('after', DETAILS)
    .action(encode);
  withDictionaries(command, 'with --pack: deflated with chat, or a file; 70=file: its id is 70');
  withOutput(command);
  withExamples(command, [
    ['a command, as hex', `echo 'COMMAND 7 SEND "alice" {"text": "hi"}' | petrel encode --output hex`],
    ['a document, and back', 'petrel encode --json package.json | petrel decode --value --json'],
    ['a value', `echo '{"id": 7, "price": 1995e-2d}' | petrel encode --value > value.bin`],
    [
      'a command of Redis',
      `echo 'COMMAND 1 SET "key" "value"' | petrel encode --protocol resp | nc localhost 6379`,
    ],
    [
      'a batch, deflated with the dictionary that ships',
      'petrel encode --pack --dict chat batch.txt > pack.bin',
    ],
    ['an integer in more bytes than it needs, to test a decoder', `echo 'REPLY 7 5!590500' | petrel encode`],
  ]);
}

function depth(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > HIGHEST_DEPTH)
    throw new InvalidArgumentError(`It is a whole number from 0 to ${HIGHEST_DEPTH}.`);
  return Number(text);
}

async function encode(file: string | undefined, options: EncodeOptions): Promise<void> {
  const { plain, json, value, protocol } = options;
  if (plain && !json) throw usage('--plain goes with --json; in the text form, write plain before a value');
  if (options.pack && (json || value || protocol === 'resp')) throw usage('--pack is of frames');
  if (!options.pack && options.dict !== undefined) throw usage('--dict goes with --pack');
  if ((options.dict?.length ?? 0) > 1) throw usage('a PACK has one dictionary');
  if (protocol === 'resp' && (plain || value)) throw usage(`--${plain ? 'plain' : 'value'} is of Petrel`);
  const out = new Collector(options);
  if (json) await out.add(fromJson(await readText(file), options));
  else await fromText(file, options, out);
  await out.finish();
}

async function fromText(file: string | undefined, options: EncodeOptions, out: Collector): Promise<void> {
  const lines = new TextLines();
  let encoder: Encoder | undefined;
  const add = async (piece: TextPiece): Promise<void> => {
    if (encoder === undefined && !SAYS_SOMETHING.test(piece.text)) return;
    encoder ??= encoderFor(outputOf(options, piece));
    await out.add(encoder.encode(piece));
  };
  for await (const chunk of readTextChunks(file)) await add(lines.push(chunk));
  await add(lines.finish());
  encoder?.finish();
}

/** A line that is more than a comment. */
const SAYS_SOMETHING = /^[ \t\r]*[^#\s]/m;

/** What is written: what the options say, or else the text's own first line. */
function outputOf({ value, protocol }: EncodeOptions, first: TextPiece): Output {
  if (value) return 'values';
  return protocol === 'resp' || (protocol === 'auto' && saysResp(first)) ? 'resp' : 'frames';
}

/** So much is collected before it is written: of short text with a fault, nothing is. */
const BATCH = 1 << 16;

/** Writes raw bytes in batches; digits are one line, at the end. */
class Collector {
  private readonly options: EncodeOptions;
  private held: Uint8Array[] = [];
  private size = 0;

  constructor(options: EncodeOptions) {
    this.options = options;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.held.push(bytes);
    this.size += bytes.length;
    const { pack } = this.options;
    if (pack && this.size > DEFAULT_LIMITS.maxPayload)
      throw new CommandError(`a PACK holds ${DEFAULT_LIMITS.maxPayload} bytes at the most`, Exit.LIMIT);
    if (this.size >= BATCH && !pack && writesRaw(this.options)) await this.finish();
  }

  async finish(): Promise<void> {
    const all = Buffer.concat(this.held);
    const bytes = this.options.pack ? packed(all, this.options) : all;
    this.held = [];
    this.size = 0;
    await writeBytes(bytes, this.options);
  }
}

/** Frames as one PACK. @throws ProtocolError for what may not stand in one. [FRAME-17] */
function packed(frames: Uint8Array, { dict = [] }: DictionaryOptions): Uint8Array {
  splitPack(frames, frames.length);
  const [{ id: dictionary, bytes } = { id: 0, bytes: undefined }] = dict;
  const deflated = zlib.deflate(frames, bytes);
  return encodeFrame({ kind: 'PACK', dictionary, length: frames.length, deflated });
}

function fromJson(text: string, { plain, maxDepth, protocol }: EncodeOptions): Uint8Array {
  const form = plain ? 'plain' : 'canonical';
  const values = jsonTexts(text).map(({ json, line }) => {
    try {
      const value = parseJson(json);
      return protocol === 'resp' ? respFromJson(value, maxDepth) : encodeValue(value, { form, maxDepth });
    } catch (error) {
      throw atLine(error, line);
    }
  });
  return Buffer.concat(values);
}

/** One document, or one a line. */
function jsonTexts(text: string): { json: string; line: number }[] {
  const lines = text.split('\n').map((json, i) => ({ json, line: i + 1 }));
  const full = lines.filter(({ json }) => json.trim() !== '');
  const [first] = full;
  return full.length > 1 && first !== undefined && isJson(first.json) ? full : [{ json: text, line: 0 }];
}

/** A line that is a document on its own is one of several: none may follow a document. */
function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch (error) {
    if (error instanceof JsonError) return false;
    throw error;
  }
}

/** @param line of the document in NDJSON, 0 where there is one alone. */
function atLine(error: unknown, line: number): unknown {
  const place = line === 0 ? '' : `line ${line}: `;
  if (error instanceof CommandError) return new CommandError(place + error.message, error.exitCode);
  if (error instanceof RangeError) return new CommandError(place + error.message, Exit.LIMIT);
  return error;
}
