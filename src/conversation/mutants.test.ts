import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CaptureAnalyzer } from '../capture/capture.ts';
import { CaptureError } from '../capture/errors.ts';
import { chatDictionary } from '../dictionary/index.ts';
import { Conversations } from './conversations.ts';
import { describe as tell } from './describe.ts';
import type { ConversationHandler } from './said.ts';

/** Of each capture. */
const RUNS = Number(process.env['MUTANTS'] ?? 800);

interface Capture {
  readonly header: Uint8Array;
  readonly records: readonly Uint8Array[];
}

function captureOf(name: string): Capture {
  const file = readFileSync(new URL(`../../spec/captures/${name}`, import.meta.url));
  const records: Uint8Array[] = [];
  for (let at = 24; at < file.length;) {
    const end = at + 16 + file.readUInt32LE(at + 8);
    records.push(file.subarray(at, end));
    at = end;
  }
  return { header: file.subarray(0, 24), records };
}

/** Bounded as the command's: a PACK says how much it inflates to. */
const inflate = (deflated: Uint8Array, _dictionary: unknown, length: number): Uint8Array =>
  inflateRawSync(deflated, { maxOutputLength: Math.max(1, length), dictionary: chatDictionary().bytes });

/** What is printed of a capture, or what is wrong with it. */
function read(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  const handler: ConversationHandler = {
    said: (said) => lines.push(tell(said)),
    unread: (_from, length, why) => lines.push(`${length} ${why?.message}`),
  };
  const conversations = new Conversations(handler, { inflate });
  const analyzer = new CaptureAnalyzer(conversations);
  try {
    analyzer.push(bytes);
    analyzer.finish();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    lines.push(error.message);
  }
  return lines;
}

type Change = readonly [kind: 'drop' | 'swap' | 'repeat' | 'flip' | 'cut', place: number, what: number];

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.tuple(fc.constantFrom('drop', 'swap', 'repeat', 'flip', 'cut'), fc.nat(0xffff), fc.nat(0xffff)),
  { minLength: 1, maxLength: 6 },
);

function changed({ header, records }: Capture, made: readonly Change[]): Uint8Array {
  const list = [...records];
  let cut = Infinity;
  for (const [kind, place, what] of made) {
    const at = place % Math.max(1, list.length);
    const record = list[at];
    if (record === undefined) continue;
    if (kind === 'drop') list.splice(at, 1);
    else if (kind === 'repeat') list.splice(what % list.length, 0, record);
    else if (kind === 'swap') [list[at], list[what % list.length]] = [list[what % list.length]!, record];
    else if (kind === 'cut') cut = what;
    else list[at] = record.with(what % record.length, record[what % record.length]! ^ (1 << (what & 7)));
  }
  return Buffer.concat([header, ...list]).subarray(0, cut);
}

it.each(['redis.pcap', 'petrel.pcap', 'tls.pcap'])(
  'never breaks, and prints no control byte, whatever is dropped, swapped, repeated, flipped or cut: %s',
  (name) => {
    const capture = captureOf(name);
    fc.assert(
      fc.property(changes, (made) => {
        const lines = read(new Uint8Array(changed(capture, made)));
        expect(lines.some((line) => /\p{Cc}/u.test(line))).toBe(false);
      }),
      { numRuns: RUNS },
    );
  },
  120_000,
);
