/** What is priced: a JSON document, a stream of RESP or of frames, or a capture of packets. */
import { isUtf8 } from 'node:buffer';
import { Option, type Command } from 'commander';
import { isCapture } from 'petrel/capture';
import type { Side } from 'petrel/exchange';
import { CommandError, Exit, usage } from '../exit.ts';
import { readInputChunks } from '../io.ts';
import { looksLikeResp } from '../resp-input.ts';
import { before, listen } from '../speaker.ts';

export interface SourceOptions {
  readonly protocol: 'auto' | 'json' | 'petrel' | 'resp';
  readonly side: Side | 'auto';
}

export type Compared =
  | { readonly protocol: 'json'; readonly text: string }
  | { readonly protocol: 'resp'; readonly side: Side; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly protocol: 'petrel'; readonly chunks: AsyncIterable<Uint8Array> }
  | CaptureSource;

/** A capture of packets, in which connections speak what is said, or each what it is found to. */
interface CaptureSource {
  readonly protocol: 'capture';
  readonly speaks: 'petrel' | 'resp' | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** So many bytes tell what the input is in. */
const SNIFFED = 65_536;

/** Adds `--protocol` and `--side`. */
export function withSource(command: Command): Command {
  const about =
    "what files are in; auto: RESP where they begin with a line of it, frames where they can't be JSON text; what connections of a capture speak";
  return command
    .addOption(
      new Option('--protocol <name>', about).choices(['auto', 'json', 'petrel', 'resp']).default('auto'),
    )
    .addOption(
      new Option(
        '--side <side>',
        'who speaks RESP; auto: what begins with an array of bulk strings is a client',
      )
        .choices(['auto', 'client', 'server'])
        .default('auto'),
    );
}

/** @throws CommandError when the file can't be read, for text that is not UTF-8, and for a side where nobody speaks RESP. */
export async function openCompared(file: string, { protocol, side }: SourceOptions): Promise<Compared> {
  const source = readInputChunks(file, { input: 'bin' })[Symbol.asyncIterator]();
  const held = protocol === 'json' ? [] : await beginning(source);
  const first = Buffer.concat(held).subarray(0, SNIFFED);
  const chunks = before(held, source);
  if (isCapture(first)) {
    if (side !== 'auto') throw usage('a capture says who is the client: --side is for a stream');
    return {
      protocol: 'capture',
      speaks: protocol === 'auto' || protocol === 'json' ? undefined : protocol,
      chunks,
    };
  }
  const found = protocol === 'auto' ? protocolOf(first) : protocol;
  if (found !== 'resp' && side !== 'auto') throw usage('--side is of RESP; say --protocol resp');
  if (found === 'json') return { protocol: found, text: await textOf(chunks) };
  if (found === 'petrel') return { protocol: found, chunks };
  if (side !== 'auto') return { protocol: found, side, chunks };
  return { protocol: found, ...(await listen(chunks)) };
}

async function beginning(source: AsyncIterator<Uint8Array>): Promise<Uint8Array[]> {
  const held: Uint8Array[] = [];
  for (let length = 0; length < SNIFFED;) {
    const { done, value } = await source.next();
    if (done === true) break;
    held.push(value);
    length += value.length;
  }
  return held;
}

/** What bytes are that a file begins with. A frame that begins as an object or an array of JSON does is none that is sent. */
function protocolOf(first: Uint8Array): 'json' | 'petrel' | 'resp' {
  if (looksLikeResp(first)) return 'resp';
  const text = Buffer.from(first).toString('latin1');
  if (/^(?:\xef\xbb\xbf)?\s*[[{]/.test(text)) return 'json';
  return first.some(isControl) || !isUtf8(wholeCharacters(first)) ? 'petrel' : 'json';
}

/** No byte of JSON text: a control character that is no tab and no line's end. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d;
}

/** Bytes without a character of UTF-8 that their end may cut. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  if (end < SNIFFED) return bytes;
  while (end > bytes.length - 4 && bytes[end - 1]! >= 0x80) end--;
  return bytes.subarray(0, end);
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(all));
  } catch {
    throw new CommandError('the input is not UTF-8 text', Exit.MALFORMED);
  }
}
