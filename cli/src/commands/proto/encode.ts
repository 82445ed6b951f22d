/** `petrel proto encode`: JSON to protobuf messages. */
import { Command } from 'commander';
import { MessageWriter } from 'petrel/message';
import { CommandError } from '../../exit.ts';
import { withExamples } from '../../help.ts';
import {
  readText,
  withLimits,
  withOutput,
  writeBytes,
  type LimitOptions,
  type OutputOptions,
} from '../../io.ts';
import { targetOf, withType, type TypeOptions } from '../../proto/target.ts';

interface Options extends OutputOptions, TypeOptions, LimitOptions {
  readonly delimited?: true;
  readonly ignoreUnknown?: true;
}

const DETAILS = `
The JSON is protobuf's own mapping, as petrel proto decode prints it; names may also be those of the .proto file. The same
JSON always becomes the same bytes: fields in the order of their numbers, maps in the order of their keys.`;

/** The command, for its parent. */
export function encodeCommand(): Command {
  const command = new Command('encode')
    .description("Write a message from protobuf's JSON.")
    .argument('[file]', 'a file, or - for standard input (the default)')
    .option('--delimited', 'a message a line (NDJSON); each is written behind its length')
    .option('--ignore-unknown', 'leave out keys and enum names that the schema does not have')
    .addHelpText('after', DETAILS)
    .action(encode);
  withType(command);
  withOutput(command);
  withLimits(command, { maxDepth: '' });
  return withExamples(command, [
    [
      'a message, as hex',
      `echo '{"text": "hi"}' | petrel proto encode --proto chat.proto --type acme.Chat --output hex`,
    ],
    [
      'a message a line',
      'petrel proto encode --proto chat.proto --type acme.Chat --delimited lines.ndjson > log.bin',
    ],
  ]);
}

async function encode(file: string | undefined, options: Options): Promise<void> {
  const target = await targetOf(options);
  const { bytesFromText } = await import('../../proto/bytes.ts');
  const { ignoreUnknown = false, maxDepth } = options;
  const jsonOptions = { ignoreUnknown, ...(maxDepth !== undefined && { maxDepth }) };
  const bytesOf = (text: string): Uint8Array => bytesFromText(target, text, jsonOptions);
  const text = await readText(file);
  await writeBytes(options.delimited ? stream(text, bytesOf) : bytesOf(text), options);
}

function stream(text: string, bytesOf: (text: string) => Uint8Array): Uint8Array {
  const writer = new MessageWriter();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      writer.delimited(bytesOf(line));
    } catch (error) {
      throw error instanceof CommandError
        ? new CommandError(`line ${i + 1}: ${error.message}`, error.exitCode)
        : error;
    }
  }
  return writer.take();
}
