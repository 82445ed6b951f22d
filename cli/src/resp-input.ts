/** Which protocol input is in: told by an option, or by its first bytes. */
import { Option, type Command } from 'commander';
import { ProtocolError } from 'petrel';
import type { Side } from 'petrel/exchange';
import { RespReader } from 'petrel/resp';
import { usage } from './exit.ts';
import { readInputChunks, type InputOptions, type Source } from './io.ts';
import { before, listen } from './speaker.ts';

export interface ProtocolOptions {
  readonly protocol: 'auto' | 'petrel' | 'resp';
  readonly side: Side | 'auto';
}

/**
 * A whole line of RESP's at the beginning. No frame that is well-formed begins so: of each type's byte as a frame's head,
 * the payload would hold a small integer and bytes after it.
 */
const RESP =
  /^(?:[*$%~>|=!](?:0|[1-9]\d{0,14})|[*$]-1|[*$%~]\?|[+-][\x20-\x7e]{1,200}|:[+-]?\d{1,19}|\([+-]?\d{1,80}|_|#[tf]|,[-+.\w]{1,60})\r\n/;
/** What such a line begins as. Other bytes are let through at once: who follows a live stream waits for nothing. */
const BEGUN =
  /^(?:[*$%~>|=!][-?\d]{0,15}|[+-][\x20-\x7e]{0,200}|[:(][-+\d]{0,81}|_|#[tf]?|,[-+.\w]{0,60})\r?$/;
const LONGEST = 204;

/** Adds `--protocol` and `--side`. */
export function withProtocol(command: Command): Command {
  const about =
    "what the input is in; auto: RESP where it begins with a line of it, otherwise Petrel's frames";
  return command
    .addOption(new Option('--protocol <name>', about).choices(['auto', 'petrel', 'resp']).default('auto'))
    .addOption(
      new Option(
        '--side <side>',
        'who speaks RESP; auto: what begins with an array of bulk strings is a client',
      )
        .choices(['auto', 'client', 'server'])
        .default('auto'),
    );
}

/** Whether bytes begin as RESP does and no Petrel. */
export function looksLikeResp(bytes: Uint8Array): boolean {
  return RESP.test(Buffer.from(bytes.subarray(0, LONGEST)).toString('latin1'));
}

export interface ProtocolInput {
  readonly isResp: boolean;
  /** Who speaks RESP, and whether an option said so. */
  readonly side: Side;
  readonly sideWasSaid: boolean;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Opens the input. RESP that was asked for is bytes unless the option says otherwise: much of it looks like base64.
 * @throws CommandError for a side where nobody speaks RESP, or when the input can't be read.
 */
export async function openInput(
  file: Source,
  { input, protocol, side }: InputOptions & ProtocolOptions,
): Promise<ProtocolInput> {
  const format = protocol === 'resp' && input === 'auto' ? 'bin' : input;
  const isBinary = protocol === 'auto' ? isWholeResp : undefined;
  const source = readInputChunks(file, { input: format }, isBinary)[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let isResp = protocol === 'resp';
  for (let begun = protocol === 'auto'; begun;) {
    const { done, value } = await source.next();
    if (done === true) break;
    held.push(value);
    const first = Buffer.concat(held);
    isResp = looksLikeResp(first);
    begun = !isResp && BEGUN.test(first.subarray(0, LONGEST).toString('latin1'));
  }
  if (!isResp && side !== 'auto') throw usage('--side is of RESP; say --protocol resp');
  const chunks = before(held, source);
  if (!isResp || side !== 'auto')
    return { isResp, side: side === 'client' ? 'client' : 'server', sideWasSaid: side !== 'auto', chunks };
  return { isResp, sideWasSaid: false, ...(await listen(chunks)) };
}

/** Whether text that may be of base64 digits is rather RESP, such as `+OK`. */
function isWholeResp(bytes: Uint8Array): boolean {
  if (!looksLikeResp(bytes)) return false;
  try {
    const reader = new RespReader();
    reader.feed(Uint8Array.from(bytes));
    while (reader.next() !== undefined);
    reader.finish();
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
