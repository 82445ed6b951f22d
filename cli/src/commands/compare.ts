/** `petrel compare`: what a JSON document, a stream or a captured conversation costs in Petrel and in other formats. */
import { InvalidArgumentError, type Command } from 'commander';
import { grouped } from '../amounts.ts';
import { withSource } from '../compare/input.ts';
import type { CompareOptions } from '../compare/run.ts';
import { HEADER_BYTES, RECORD_BYTES, SEAL_BYTES, SEGMENT_BYTES } from '../compare/transport.ts';
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

Petrel is the canonical form, "plain" the same without records and text references. Every size is counted on bytes
that were written; nothing is estimated but what carries a capture.

A stream of RESP, Redis's protocol, is priced as it stands, as the frames that carry it, and as JSON (a line for each command
or reply), MessagePack and CBOR, which have the plain values and no ids; one of Petrel's frames also as the RESP that says the
same. Streams are read as they come, at any length; of them brotli is at quality 9. A fault anywhere leaves them without a
price. Inline commands need --protocol resp, frames that are all readable text --protocol petrel.

A capture of packets, pcap or pcapng, is priced with what carries it. What one side said in one segment is one write, in every
format, and goes in segments of at most ${grouped(SEGMENT_BYTES)} bytes with ${HEADER_BYTES} bytes of headers each (MTU 1,500, IPv4, TCP with timestamps).
Segments without bytes (begins, ends, acknowledgements) are as many as captured, ${HEADER_BYTES} bytes each. TLS 1.3 takes ${SEAL_BYTES} bytes for
each record of up to ${grouped(RECORD_BYTES)} bytes; its handshake, the same for all, is left out, as is the link layer. RESP or Petrel, whichever
was captured, has its bytes as they were; Petrel otherwise HELLOs and ACKs as its rules have them, beside the frames. MQTT 5 has a
CONNECT, and for each item a PUBLISH at QoS 1 (topic: the verb; a response topic and the id for requests; MessagePack inside)
and a PUBACK in the other side's next write. Protobuf has a message type for each command, reply and push, inferred from all of
them, in a oneof behind a length; more than 32 MiB are not priced in it. With --json, --svg and --fields as for streams.`;

export function register(program: Command): void {
  const command = program
    .command('compare')
    .description(
      'Price JSON documents, streams and captures of RESP or frames in Petrel, JSON, RESP, MessagePack, CBOR, protobuf, MQTT.',
    )
    .argument(
      '<file...>',
      'JSON files, streams of RESP or of frames, captures of packets; - for standard input',
    )
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
    [
      'what would this traffic cost, TCP/IP and TLS included?',
      'petrel compare --svg sizes.svg capture.pcapng',
    ],
    ['for a script', 'petrel compare --json package-lock.json | jq .sizes.petrel'],
  ]);
}

function fieldCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is a whole number of at least 1.');
  return Number(text);
}
