/** `petrel redact`: a capture that can be shown to others. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, type WriteStream } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CaptureAnalyzer, CaptureError, type PacketCounts } from 'petrel/capture';
import { grouped } from '../amounts.ts';
import { openMaybeCapture, type Opened } from '../capture/input.ts';
import { create } from '../capture/output.ts';
import {
  deflaterOf,
  inflaterOf,
  OPENS_PACKS,
  withDictionaries,
  type DictionaryOptions,
} from '../dictionaries.ts';
import { CommandError, Exit, usage } from '../exit.ts';
import { withExamples } from '../help.ts';
import { limitsOf, withLimits, write, type LimitOptions } from '../io.ts';
import { CaptureRedactor, type RedactCounts } from '../redact/capture.ts';
import { Filler, KEY_BYTES } from '../redact/filler.ts';

interface Options extends LimitOptions, DictionaryOptions {
  readonly out: string;
  readonly numbers?: true;
  readonly addresses?: true;
  readonly key?: Uint8Array;
  readonly protocol: 'auto' | 'petrel' | 'resp';
  readonly json?: true;
}

const DETAILS = `
Texts and bytes are replaced by filler of the same length: the same everywhere for the same text, another for another, and
not to be turned back without the key, which is drawn for each run and forgotten unless --key gives it. Texts that begin with
the same 8 characters or more have fillers that do, since texts may be written by the beginning of others; and each character
gets one that takes as many bytes.

What stays: frames and their heads, request ids, verbs, counters, records, references, lengths; the codes that errors begin
with; the words by which Redis's own protocol goes on (OK, QUEUED, subscribe, message); what HELLO and CLOSE count; numbers,
booleans and times in values, unless --numbers replaces the numbers (those whose bytes read as a text are replaced in any case:
where a peer gets a text's head wrong, its characters are small numbers). Session tokens are replaced as bytes are, so that it can
be seen which connections belong together. Credentials, and the arguments of AUTH and its like, are stars.

The fields of protobuf messages are replaced one by one, their tags and lengths stay; without a schema it is guessed which of
them hold messages. PACKs are opened and made anew, which changes their size; one that can't be opened is filler.

What can't be read - unknown protocols, TLS, HTTP, frames and RESP that are malformed or cut off - is filler as a whole, and
told of. Packets are made anew, with the times, addresses and segments of the old ones: what carried nothing, acknowledgements
and what was sent again, is left out, and so is all that is not TCP.`;

export function register(program: Command): void {
  const command = program
    .command('redact')
    .description('Write a capture anew, with filler for what people said.')
    .argument('<capture>', 'a pcap or pcapng file, or - for standard input')
    .requiredOption('-o, --out <file>', 'where the new capture (pcapng) is written')
    .option('--numbers', 'replace numbers in values as well')
    .option('--addresses', 'replace addresses as well; ports stay')
    .option(
      '--key <hex>',
      `${KEY_BYTES} bytes: the same filler for the same text as with this key before`,
      keyOf,
    )
    .addOption(
      new Option('--protocol <name>', 'what is spoken').choices(['auto', 'petrel', 'resp']).default('auto'),
    )
    .option('--json', 'what was done, as JSON')
    .addHelpText('after', DETAILS)
    .action(redact);
  withLimits(command);
  withDictionaries(command, OPENS_PACKS);
  withExamples(command, [
    ['a capture for a bug report', 'petrel redact capture.pcapng -o redacted.pcapng'],
    ['with nothing but its form', 'petrel redact --numbers --addresses capture.pcapng -o redacted.pcapng'],
    ['is it still the same?', 'petrel inspect redacted.pcapng'],
    [
      'two captures, in which the same text has the same filler',
      'K=$(openssl rand -hex 32); petrel redact --key $K a.pcap -o a.pcapng; petrel redact --key $K b.pcap -o b.pcapng',
    ],
  ]);
}

function keyOf(hex: string): Uint8Array {
  if (!/^[0-9a-f]*$/i.test(hex) || hex.length !== 2 * KEY_BYTES)
    throw new InvalidArgumentError(`It is ${2 * KEY_BYTES} hex digits.`);
  return Buffer.from(hex, 'hex');
}

async function redact(file: string, options: Options): Promise<void> {
  const { out, protocol, numbers = false, addresses = false, key = randomBytes(KEY_BYTES), json } = options;
  if (isSame(file, out)) throw usage(`${out} is the capture itself`);
  const opened = await openMaybeCapture(file, false);
  if (!opened.isCapture) throw usage('it is no capture: pcap and pcapng files are');
  const redactor = new CaptureRedactor({
    filler: new Filler(key),
    numbers,
    addresses,
    limits: limitsOf(options),
    packing: { inflate: inflaterOf(options), deflate: deflaterOf(options) },
    protocol: protocol === 'auto' ? undefined : protocol,
  });
  const analyzer = new CaptureAnalyzer(redactor);
  const to = await create(out);
  const fault = await copy(opened, analyzer, redactor, to);
  await once(to.end(), 'close');
  const { counts } = redactor;
  await write(
    json ? `${JSON.stringify(jsonOf(counts, analyzer.counts))}\n` : textOf(counts, analyzer.counts),
  );
  if (fault !== undefined) throw new CommandError(fault.message, Exit.MALFORMED);
}

function isSame(file: string, out: string): boolean {
  try {
    return realpathSync(file) === realpathSync(out);
  } catch {
    return false; // one of them is not there
  }
}

/** @returns what ended the reading early; all that was read before is written. */
async function copy(
  { chunks }: Opened,
  analyzer: CaptureAnalyzer,
  redactor: CaptureRedactor,
  to: WriteStream,
): Promise<CaptureError | undefined> {
  let fault: CaptureError | undefined;
  const step = async (read: () => void): Promise<void> => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      fault ??= error;
    }
    for (const block of redactor.take()) if (!to.write(block)) await once(to, 'drain');
  };
  for await (const chunk of chunks) {
    await step(() => analyzer.push(chunk));
    if (fault !== undefined) break;
  }
  await step(() => analyzer.finish());
  return fault;
}

function jsonOf({ blanked, ...counts }: RedactCounts, read: PacketCounts): object {
  return {
    ...counts,
    blanked: Object.fromEntries(blanked),
    read: read.packets,
    left: read.packets - read.tcp,
  };
}

function textOf(counts: RedactCounts, read: PacketCounts): string {
  const { connections, frames, items, packets, packs, packedBefore, packedAfter, closedPacks, malformed } =
    counts;
  const lines = [
    `${grouped(connections)} connections, ${grouped(frames)} frames and ${grouped(items)} items of RESP redacted; ${grouped(read.packets)} packets read, ${grouped(packets)} written`,
    packs > 0 &&
      `${grouped(packs)} PACKs made anew: ${grouped(packedBefore)} bytes, now ${grouped(packedAfter)}`,
    closedPacks > 0 && `${grouped(closedPacks)} PACKs that can't be opened: filler`,
    malformed > 0 && `${grouped(malformed)} malformed frames: filler`,
    ...Array.from(counts.blanked, ([why, size]) => `${grouped(size)} bytes, ${why}: filler`),
    read.tcp < read.packets && `${grouped(read.packets - read.tcp)} packets that are not TCP: left out`,
  ];
  return lines
    .filter((line) => line !== false)
    .map((line) => `${line}\n`)
    .join('');
}
