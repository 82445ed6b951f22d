/** `petrel proto decode`: protobuf messages to JSON. */
import { Command } from 'commander';
import { ProtocolError } from 'petrel';
import { decodeMessage } from 'petrel/message';
import { CommandError, complain, report, type ExitCode } from '../../exit.ts';
import { withExamples } from '../../help.ts';
import {
  limitsOf,
  readInput,
  readInputChunks,
  withInput,
  withLimits,
  write,
  type InputOptions,
  type LimitOptions,
} from '../../io.ts';
import { splitDelimited } from '../../proto/delimited.ts';
import { messageFault } from '../../proto/fault.ts';
import { targetOf, withType, type Target, type TypeOptions } from '../../proto/target.ts';
import { unknownReport } from '../../proto/unknown.ts';

interface Options extends InputOptions, LimitOptions, TypeOptions {
  readonly delimited?: true;
  readonly defaults?: true;
  readonly protoNames?: true;
  readonly enumNumbers?: true;
  readonly indent?: true;
  readonly compact?: true;
}

const INDENT = 2;

const DETAILS = `
The JSON is protobuf's own mapping: 64-bit integers are strings, bytes are base64, enums are names, Timestamp and the other
well-known types have forms of their own. It is indented on a terminal, one line in a pipe.

Unknown fields have no JSON; how many there are, and their numbers, stands on standard error. petrel proto inspect shows
them. With --delimited a message that is malformed does not hide those after it.`;

/** The command, for its parent. */
export function decodeCommand(): Command {
  const command = new Command('decode')
    .description("Print a message as protobuf's JSON.")
    .option('--delimited', 'messages one after the other, each behind its length; a JSON line each')
    .option('--defaults', 'also fields that hold their default')
    .option('--proto-names', 'names as in the .proto file: send_time, not sendTime')
    .option('--enum-numbers', 'enums as numbers')
    .option('--indent', 'indent also in a pipe')
    .option('--compact', 'one line also on a terminal')
    .addHelpText('after', DETAILS)
    .action(decode);
  withInput(command);
  withType(command);
  withLimits(command, {
    maxPayload: 'with --delimited: longest message',
    maxDepth: '',
    maxElements: 'most messages, map entries and runs of unknown fields',
  });
  return withExamples(command, [
    ['a message as JSON', 'petrel proto decode --proto chat.proto --type acme.Chat message.bin'],
    ['from hex in a log', 'echo 0a 02 68 69 | petrel proto decode --proto chat.proto --type acme.Chat'],
    [
      'a stream of messages',
      'petrel proto decode --proto chat.proto --type acme.Chat --delimited log.bin | jq .text',
    ],
    [
      'with a descriptor set of protoc or buf',
      'petrel proto decode --proto chat.binpb --type acme.Chat message.bin',
    ],
  ]);
}

async function decode(file: string | undefined, options: Options): Promise<void> {
  const target = await targetOf(options);
  const { textFromMessage } = await import('../../proto/json.ts');
  const pretty = !options.delimited && (options.indent ?? (process.stdout.isTTY && !options.compact));
  const { maxDepth } = options;
  const print = (message: object): string =>
    textFromMessage(target.type, message, {
      registry: target.registry,
      alwaysEmit: options.defaults ?? false,
      protoNames: options.protoNames ?? false,
      enumNumbers: options.enumNumbers ?? false,
      shortFloats: true,
      indent: pretty ? INDENT : 0,
      ...(maxDepth !== undefined && { maxDepth }),
    });
  if (options.delimited) await decodeStream(file, options, target, print);
  else await decodeOne(await readInput(file, options), 0, '', options, target, print);
}

/** Prints a message. @throws CommandError for what is malformed, and what JSON can't say. */
async function decodeOne(
  bytes: Uint8Array,
  offset: number,
  name: string,
  options: Options,
  target: Target,
  print: (message: object) => string,
): Promise<void> {
  let message: object;
  try {
    message = decodeMessage(target.type, bytes, { limits: limitsOf(options) });
  } catch (error) {
    throw error instanceof ProtocolError ? messageFault(error, bytes, offset) : error;
  }
  await write(`${print(message)}\n`);
  const unknown = unknownReport(target, message);
  if (unknown !== undefined) complain(`${name}${unknown}`);
}

/** A message that is at fault is reported where it stands; the exit code is that of the gravest. */
async function decodeStream(
  file: string | undefined,
  options: Options,
  target: Target,
  print: (message: object) => string,
): Promise<void> {
  let index = 0;
  const codes: ExitCode[] = [];
  for await (const { bytes, offset } of splitDelimited(readInputChunks(file, options), options.maxPayload)) {
    const name = `message ${index++}: `;
    try {
      await decodeOne(bytes, offset, name, options, target, print);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      codes.push(report(new CommandError(name + error.message, error.exitCode)));
    }
  }
  const [worst] = codes.toSorted((a, b) => a - b);
  if (worst !== undefined)
    throw new CommandError(`${codes.length} of ${index} messages could not be decoded`, worst);
}
