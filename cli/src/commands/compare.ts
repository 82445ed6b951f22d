/** `petrel compare`: what a JSON document, or a conversation, costs in Petrel and in other formats. */
import { InvalidArgumentError, type Command } from 'commander';
import { withSource } from '../compare/input.ts';
import type { CompareOptions } from '../compare/run.ts';
import { withExamples } from '../help.ts';
import { withType } from '../proto/target.ts';
import { withColor } from '../style.ts';

const DETAILS = `
JSON is written without spaces, numbers as they are; gzip is at level 9, brotli at quality 11, deflate at level 9. RESP3
takes bulk strings and maps. MessagePack and CBOR take the shortest exact form of every integer, length and float.
Protobuf needs a schema: --proto names it, otherwise one is inferred from the document, which it fits and maybe no other.
Keys become fields, integers int64, sint64 or uint64, whichever is the smallest, floats double, objects of many like values
maps; what changes its type, a list with a null too, is a google.protobuf.Value. Members that are null or [] are left out,
keys lose their order; the schema's own size is stated apart. What is decoded is checked to be the document.

Petrel is the canonical form, "plain" the same without records and text references. Every number is counted on bytes
that were written; nothing is estimated.

A capture of RESP, Redis's protocol, is priced as it stands, as the frames that carry it, and as JSON (a line for each command
or reply), MessagePack and CBOR, which have the plain values and no ids; one of Petrel's frames also as the RESP that says the
same. Streams are read as they come, at any length; of them brotli is at quality 9. A fault anywhere leaves them without a
price. Inline commands need --protocol resp, frames that are all readable text --protocol petrel.`;

export function register(program: Command): void {
  const command = program
    .command('compare')
    .description(
      'Price JSON documents, and streams of RESP or frames, in Petrel, JSON, RESP, MessagePack, CBOR and protobuf.',
    )
    .argument('<file...>', 'JSON files, captures of RESP or of frames; - for standard input')
    .option(
      '--fields',
      'what each field costs in Petrel, of a stream what each command does; the most expensive first',
    )
    .option('--top <count>', 'how many fields (default: 20, with --json all)', fieldCount)
    .option('--json', 'one JSON object a line: the file, its sizes, and with --fields every field or command')
    .option('--svg <file>', 'draw the sizes as a bar chart')
    .option('--save-proto <file>', 'write the schema that is inferred for protobuf')
    .addHelpText('after', DETAILS)
    .action(async (files: readonly string[], options: CompareOptions) => {
      const { compare } = await import('../compare/run.ts');
      await compare(files, options);
    });
  withSource(command);
  withType(command);
  withColor(command);
  withExamples(command, [
    ['what would this document cost?', 'petrel compare package-lock.json'],
    ['which of its fields cost the most?', 'petrel compare --fields --top 10 package-lock.json'],
    ['several documents, and a chart of them', 'petrel compare --svg sizes.svg *.json'],
    ['against a protobuf schema of yours', 'petrel compare --proto chat.proto --type acme.Chat message.json'],
    ['what would these commands of Redis cost in Petrel?', 'petrel compare --fields commands.resp'],
    ['for a script', 'petrel compare --json package-lock.json | jq .sizes.petrel'],
  ]);
}

function fieldCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is a whole number of at least 1.');
  return Number(text);
}
