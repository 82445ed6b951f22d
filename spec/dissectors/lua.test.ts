/** The Wireshark dissector in `tshark`, beside what we read ourselves. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LINKTYPE_RAW, pcapngHeader, pcapngPacket, SyntheticConnection } from '../../src/capture/index.ts';
import type { Row } from '../../src/inspect/index.ts';
import { cases, conversation, ourRows, type Case } from './cases.ts';

const LUA = new URL('petrel.lua', import.meta.url).pathname;
const PORT = 47_000;

function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'petrel-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Connections as a capture: each the segments of its client. */
function capture(name: string, streams: readonly (readonly Uint8Array[])[]): string {
  const server = { address: Uint8Array.of(10, 0, 0, 2), port: PORT };
  const packets = streams.flatMap((segments, i) => {
    const tcp = new SyntheticConnection({ address: Uint8Array.of(10, 0, 0, 1), port: 1024 + i }, server);
    return [...tcp.open(), ...segments.flatMap((segment) => tcp.data('client', segment))];
  });
  const blocks = packets.map((packet, i) =>
    pcapngPacket(packet, { seconds: 1e9, nanoseconds: i * 1000 }),
  );
  writeFileSync(join(folder, name), Buffer.concat([pcapngHeader(LINKTYPE_RAW), ...blocks]));
  return join(folder, name);
}

/** What `tshark` prints, and what it complains of. */
function tshark(...args: readonly string[]): string {
  return execFileSync('tshark', ['-X', `lua_script:${LUA}`, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** A field as the dissector shows it. */
interface Shown {
  readonly name: string;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly show: string;
}

/** A field, or the begin of a frame that is not in a PACK. */
const FIELD =
  /\n {2}<proto name="petrel"|<(?:field name="petrel\.([\w.]+)" showname="([^"]*)"[^>]*? size="(\d+)" pos="(\d+)" show="([^"]*)")/g;

/** Bytes of the headers before the payload of a packet, from which Wireshark counts. */
const HEADERS = 40;

/** The dissector's fields, by the connections of a capture. */
function dissected(file: string, ...options: readonly string[]): ReadonlyMap<number, readonly Shown[]> {
  const found = new Map<number, Shown[]>();
  const printed = tshark('-r', file, '-Y', 'petrel', '-T', 'pdml', '-J', 'tcp petrel', ...options);
  for (const packet of printed.split('<packet>').slice(1)) {
    const stream = Number(/name="tcp\.stream"[^>]*show="(\d+)"/.exec(packet)![1]);
    found.set(stream, [...(found.get(stream) ?? []), ...fieldsOf(packet)]);
  }
  return found;
}

function fieldsOf(packet: string): Shown[] {
  const fields: Shown[] = [];
  let shift = HEADERS;
  for (const [, name, label, size, pos, show] of packet.matchAll(FIELD)) {
    if (name === undefined || name === 'packed') shift = name === undefined ? HEADERS : 0; // what is inflated is a buffer of its own
    if (name === undefined) continue;
    const start = Number(pos) - shift;
    fields.push({ name, label: unescaped(label!), start, end: start + Number(size), show: unescaped(show!) });
  }
  return fields;
} // prettier-ignore

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+);/g, (_, name: string) => ENTITIES[name]!);
}

/** Items that hold others: where they begin is compared, since our rows are their heads alone. */
const OPEN = new Set(['array', 'map', 'record', 'tagged', 'decimal', 'message']);
/** Items that are shown without the length before them: where they end is compared. */
const BARE = new Set(['bytes', 'reserved', 'token']);

function placed(name: string, start: number, end: number, says: string): string {
  const place = OPEN.has(name) ? `${start}..` : BARE.has(name) ? `..${end}` : `${start}..${end}`;
  return `${name} ${place} ${says}`;
}

/** What is compared of the dissector's fields. */
function ofTheirs({ name, start, end, show }: Shown): string[] {
  const kind = name.replace(/^value\./, '');
  if (['payload_length', 'resolved', 'packed', 'tag', 'request_in', 'took', 'unread', 'fault', 'pack.closed'].includes(kind)) return [];
  if (kind === 'inflated_length') return [placed('length', start, end, show)];
  return [placed(kind, start, end, spelled(kind, show))];
} // prettier-ignore

const NUMBERS = new Set(['uint', 'nint', 'ref', 'array', 'map', 'record', 'id', 'kind', 'length', 'received', 'next']);

/** Numbers and plain texts as they are; the rest is left out, being formatted otherwise. */
function spelled(kind: string, text: string): string {
  if (NUMBERS.has(kind)) return text;
  return (kind === 'text' || kind === 'verb') && /^[\w .:-]*$/.test(text) ? text : '';
}

const FIELD_NAMES: Readonly<Record<string, string>> = { 'request id': 'id' };

/** What is compared of our rows. */
function ofOurs(row: Row): string[] {
  const { kind, offset, length, label, meaning } = row;
  const end = offset + length;
  if (kind === 'frame') return [placed('kind', offset, offset + 1, String(row.bytes[0]! >> 4))];
  if (kind === 'field' && label !== 'payload') {
    const name = FIELD_NAMES[label] ?? label;
    const says = name === 'text' ? unquoted(meaning) : (name === 'verb' ? verbOf(meaning) : numberIn(meaning));
    return [placed(name, offset, end, spelled(name, says))];
  }
  if (row.rule?.startsWith('VALUE-') !== true || (kind === 'field' && label === 'payload')) return [];
  const says = kind === 'text' ? unquoted(meaning) : numberIn(meaning);
  return [placed(kind, offset, end, spelled(kind, says))];
} // prettier-ignore

/** The first number that a meaning has; of `empty array` and the like it is 0. */
function numberIn(meaning: string): string {
  return meaning.startsWith('empty ') ? '0' : (/-?\d+/.exec(meaning)?.[0] ?? '');
}

function unquoted(meaning: string): string {
  return /"(.*?)"/.exec(meaning)?.[1] ?? '';
}

/** `SEND (verb 1)`, or a text in quotes. */
function verbOf(meaning: string): string {
  return meaning.startsWith('"') ? unquoted(meaning) : meaning.replace(/ \(verb \d+\)$/, '');
}

/** What the dissector does not judge: its README says so. */
const NOT_JUDGED = new Set([
  'KEY_DUPLICATE',
  'FLOAT_FORM',
  'DECIMAL_FORM',
  'TAG_CONTENT',
  'BIGNUM_FORM',
  'HELLO_PLAIN',
  'HELLO_FIELD',
  'VERSION_UNSUPPORTED',
  'LIMIT_EXPANDED',
  'LIMIT_NUMBER',
]);

describe.runIf(hasTshark())('petrel.lua in tshark', () => {
  const all = cases();
  const good = all.filter(({ error }) => error === undefined);
  /** A stream that ends within a frame has no fault that a dissector could know. */
  const bad = all.filter(({ error }) => error !== undefined && error.code !== 'TRUNCATED' && !NOT_JUDGED.has(error.code));
  const read = (name: string, of: readonly Case[]): ReadonlyMap<number, readonly Shown[]> =>
    dissected(capture(name, of.map(({ bytes }) => [bytes])), '-o', `petrel.port:${PORT}`); // prettier-ignore

  it(`shows what we read, at the same offsets: ${good.length} vectors`, () => {
    const found = read('good.pcapng', good);
    const theirs = good.map(({ name }, i) => [name, ...(found.get(i) ?? []).flatMap(ofTheirs)]);
    expect(theirs).toEqual(good.map(({ name, bytes }) => [name, ...ourRows(bytes).flatMap(ofOurs)]));
    const faults = [...found.values()].flat().filter(({ name }) => name === 'fault');
    expect(faults).toEqual([]);
  });

  it(`names the fault and its offset: ${bad.length} vectors`, () => {
    const found = read('bad.pcapng', bad);
    const theirs = bad.map(({ name }, i) => {
      const fault = found.get(i)?.find((field) => field.name === 'fault');
      return [name, fault?.show, Number(/offset (\d+)/.exec(fault?.label ?? '')?.[1])];
    });
    expect(theirs).toEqual(bad.map(({ name, error }) => [name, error!.code, error!.offset]));
  });

  it('puts frames together from segments, and knows a connection by its HELLO', () => {
    const bytes = conversation();
    const segments = Array.from({ length: Math.ceil(bytes.length / 37) }, (_, i) =>
      bytes.subarray(37 * i, 37 * i + 37),
    );
    const says = (item: string): string => item.replace(/ [-\d.]+ /, ' ');
    const theirs = [...dissected(capture('cut.pcapng', [segments])).values()].flat().flatMap(ofTheirs);
    expect(theirs.map(says)).toEqual(ourRows(bytes).flatMap(ofOurs).map(says));
  });
});
