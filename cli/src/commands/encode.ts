/** `petrel encode`: the text form, or JSON, to bytes. */
import { InvalidArgumentError, type Command } from 'commander';
import { decodeFirst, encode as encodeValue, parseFrame, readFrames, ProtocolError } from 'petrel';
import { parseText, TextError, type Parsed } from 'petrel/text';
import { CommandError, complain, Exit, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import { readText, withOutput, writeBytes, type OutputOptions } from '../io.ts';
import { JsonError } from '../json-error.ts';
import { parseJson } from '../json.ts';

interface EncodeOptions extends OutputOptions {
  readonly value?: true;
  readonly json?: true;
  readonly plain?: true;
  readonly maxDepth: number;
}

const HIGHEST_DEPTH = 1000;

const DETAILS = `
The text form is what petrel decode prints; spec/text.md defines it. Marks (!590500) and raw h'..' write bytes that are not
well-formed; text that comes to such bytes without them is written too, with a warning.

--json takes one document, or a document a line (NDJSON), and writes canonical values one after the other.`;

export function register(program: Command): void {
  const command = program
    .command('encode')
    .description('Write frames, or values, from the text form or from JSON.')
    .argument('[file]', 'a file, or - for standard input (the default)')
    .option('--value', 'the text is of values, not of frames')
    .option('--json', 'the text is JSON: values, exactly')
    .option('--plain', 'with --json: no records, no references, no UTF-16')
    .option('--max-depth <levels>', 'with --json: deepest nesting', depth, 100)
    .addHelpText('after', DETAILS)
    .action(encode);
  withOutput(command);
  withExamples(command, [
    ['a command, as hex', `echo 'COMMAND 7 SEND "alice" {"text": "hi"}' | petrel encode --output hex`],
    ['a document, and back', 'petrel encode --json package.json | petrel decode --value --json'],
    ['a value', `echo '{"id": 7, "price": 1995e-2d}' | petrel encode --value > value.bin`],
    ['an integer in more bytes than it needs, to test a decoder', `echo 'REPLY 7 5!590500' | petrel encode`],
  ]);
}

function depth(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > HIGHEST_DEPTH)
    throw new InvalidArgumentError(`It is a whole number from 0 to ${HIGHEST_DEPTH}.`);
  return Number(text);
}

async function encode(file: string | undefined, options: EncodeOptions): Promise<void> {
  if (options.plain && !options.json)
    throw usage('--plain goes with --json; in the text form, write plain before a value');
  const text = await readText(file);
  await writeBytes(options.json ? fromJson(text, options) : fromText(text, options), options);
}

function fromText(text: string, { value }: EncodeOptions): Uint8Array {
  const as = value ? 'values' : 'frames';
  let parsed: Parsed;
  try {
    parsed = parseText(text, { as });
  } catch (error) {
    if (error instanceof TextError) throw new CommandError(error.message, Exit.MALFORMED);
    throw error;
  }
  if (!parsed.deliberate) warn(parsed.bytes, as);
  return parsed.bytes;
}

/** Says what a decoder will refuse, unless the text asked for it. */
function warn(bytes: Uint8Array, as: 'frames' | 'values'): void {
  try {
    if (as === 'frames')
      for (const frame of readFrames(bytes, { limits: { maxPayload: 0xffff_ffff } })) parseFrame(frame);
    else for (let at = 0; at < bytes.length;) at = decodeFirst(bytes, at)?.end ?? bytes.length;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    complain(`warning: decoders will refuse what was written: ${error.message}`);
  }
}

function fromJson(text: string, { plain, maxDepth }: EncodeOptions): Uint8Array {
  const form = plain ? 'plain' : 'canonical';
  const values = jsonTexts(text).map(({ json, line }) => {
    try {
      return encodeValue(parseJson(json), { form, maxDepth });
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
