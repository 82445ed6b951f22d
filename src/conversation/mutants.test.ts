import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CaptureAnalyzer } from '../capture/capture.ts';
import { CaptureError } from '../capture/errors.ts';
import { Conversations } from './conversations.ts';
import { describe as tell } from './describe.ts';

const file = readFileSync(new URL('../../spec/captures/redis.pcap', import.meta.url));
const RUNS = Number(process.env['MUTANTS'] ?? 3000);

/** The header of the file, and its records. */
const header = file.subarray(0, 24);
const records: Uint8Array[] = [];
for (let at = 24; at < file.length;) {
  const end = at + 16 + file.readUInt32LE(at + 8);
  records.push(file.subarray(at, end));
  at = end;
}

/** What is printed of a capture, or what is wrong with it. */
function read(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  const conversations = new Conversations({
    said: (said) => lines.push(tell(said)),
    unread: (_from, length, why) => lines.push(`${length} ${why?.message}`),
  });
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

const change: fc.Arbitrary<Change> = fc.tuple(
  fc.constantFrom('drop', 'swap', 'repeat', 'flip', 'cut'),
  fc.nat(records.length - 1),
  fc.nat(0xffff),
);

function changed(changes: readonly Change[]): Uint8Array {
  const list = [...records];
  let cut = Infinity;
  for (const [kind, place, what] of changes) {
    const at = Math.min(place, list.length - 1);
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

it(`never breaks, and prints no control byte, whatever is dropped, swapped, repeated, flipped or cut`, () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const lines = read(new Uint8Array(changed(changes)));
      expect(lines.some((line) => /\p{Cc}/u.test(line))).toBe(false);
    }),
    { numRuns: RUNS },
  );
}, 120_000);
