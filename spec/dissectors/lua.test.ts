/** The Wireshark dissector in `tshark`, beside what we read ourselves. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatDictionary } from '../../src/dictionary/index.ts';
import { encodeFrame } from '../../src/frame/all.ts';
import { LINKTYPE_RAW, pcapngHeader, pcapngPacket, SyntheticConnection } from '../../src/capture/index.ts';
import { cases, conversation, type Case } from './cases.ts';
import { ourItems, placed, spelled } from './items.ts';

const LUA = new URL('petrel.lua', import.meta.url).pathname;
const PORT = 47_000;
/** Part of Wireshark; where it is not installed, there is nothing to compare with. */
const TSHARK = 'tshark';

function hasTshark(): boolean {
  try {
    execFileSync(TSHARK, ['--version'], { stdio: 'ignore' });
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
  return saved(name, packets);
}

/** Packets as a capture, a microsecond from one to the next. */
function saved(name: string, packets: readonly Uint8Array[]): string {
  const blocks = packets.map((packet, i) => pcapngPacket(packet, { seconds: 1e9, nanoseconds: i * 1000 }));
  writeFileSync(join(folder, name), Buffer.concat([pcapngHeader(LINKTYPE_RAW), ...blocks]));
  return join(folder, name);
}

/** What `tshark` prints, and what it complains of. */
function tshark(...args: readonly string[]): string {
  return execFileSync(TSHARK, ['-X', `lua_script:${LUA}`, ...args], {
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
  expect(printed.match(/Lua Error[^"]*/g)).toBeNull();
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

/** What is compared of the dissector's fields. */
function ofTheirs({ name, start, end, show }: Shown): string[] {
  const kind = name.replace(/^value\./, '');
  if (['payload_length', 'resolved', 'packed', 'tag', 'request_in', 'took', 'unread', 'fault', 'pack.closed'].includes(kind)) return [];
  if (kind === 'inflated_length') return [placed('length', start, end, show)];
  return [placed(kind, start, end, spelled(kind, show))];
} // prettier-ignore

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

/** Texts that repeat themselves, near and far. */
function lineOf(i: number): string {
  return `${'on '.repeat(i * 4)}my way ${(i * 7919).toString(36)} ${'ab'.repeat(300)}`;
}

/** What the dissector shows of each case, by its place. */
function read(name: string, of: readonly Case[]): ReadonlyMap<number, readonly Shown[]> {
  const streams = of.map(({ bytes }) => [bytes]);
  return dissected(capture(name, streams), '-o', `petrel.port:${PORT}`);
}

/** An item without its place: where frames are put together, that is another one. */
function withoutPlace(item: string): string {
  return item.replace(/ [-\d.]+ /, ' ');
}

describe.runIf(hasTshark())('petrel.lua in tshark', () => {
  const all = cases();
  const good = all.filter(({ error }) => error === undefined);
  /** A stream that ends within a frame has no fault that a dissector could know. */
  const bad = all.filter(
    ({ error }) => error !== undefined && error.code !== 'TRUNCATED' && !NOT_JUDGED.has(error.code),
  );

  it(`shows what we read, at the same offsets: ${good.length} vectors`, () => {
    const found = read('good.pcapng', good);
    const theirs = good.map(({ name }, i) => [name, ...(found.get(i) ?? []).flatMap(ofTheirs)]);
    expect(theirs).toEqual(good.map(({ name, bytes }) => [name, ...ourItems(bytes)]));
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
    const theirs = [...dissected(capture('cut.pcapng', [segments])).values()].flat().flatMap(ofTheirs);
    expect(theirs.map(withoutPlace)).toEqual(ourItems(bytes).map(withoutPlace));
  });

  it('goes on over damaged streams without an error of its own', () => {
    const streams = [...all, ...all].map(({ bytes }, i) => {
      const mutant = Uint8Array.from(bytes);
      for (let k = 1; k <= 1 + (i % 3) && mutant.length > 0; k++)
        mutant[(i * 31 + k * 7919) % mutant.length] = (i * 7 + k * 101) & 0xff;
      const cut = (i * 13) % (mutant.length + 1);
      return [mutant.subarray(0, cut), mutant.subarray(cut)];
    });
    const file = capture('mutants.pcapng', streams);
    const printed = tshark('-r', file, '-o', `petrel.port:${PORT}`, '-V', '-O', 'petrel');
    expect(printed.match(/Lua Error.*|Dissector bug.*|Malformed Packet.*/g)).toBeNull();
    expect(printed.match(/Fault: /g)!.length).toBeGreaterThan(500);
  });

  it('opens PACKs that any deflater makes: stored, with fixed codes and with codes of their own, with a dictionary', () => {
    const frames = Buffer.concat(
      Array.from({ length: 40 }, (_, i) =>
        encodeFrame({ kind: 'PUSH', verb: 'NEWS', args: [lineOf(i), i * i] }),
      ),
    );
    const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
    const ways: readonly (readonly [id: number, ZlibOptions])[] = [
      ...[0, 1, 6, 9].map((level) => [0, { level }] as const),
      ...[Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE].map((strategy) => [0, { strategy }] as const),
      [1, { dictionary: chatDictionary().bytes }],
    ];
    const packs = ways.map(([dictionary, how]) =>
      encodeFrame({ kind: 'PACK', dictionary, length: frames.length, deflated: deflateRawSync(frames, how) }),
    );
    const streams = packs.map((bytes) => ({ name: '', bytes, error: undefined }));
    const found = read('packs.pcapng', streams);
    expect(packs.map((_, i) => found.get(i)!.flatMap(ofTheirs))).toEqual(
      packs.map((bytes) => ourItems(bytes)),
    );
  });

  it('joins a reply to its command, and says how long it took', () => {
    const tcp = new SyntheticConnection(
      { address: Uint8Array.of(10, 0, 0, 1), port: 1024 },
      { address: Uint8Array.of(10, 0, 0, 2), port: PORT },
    );
    const command = encodeFrame({ kind: 'COMMAND', id: 7, verb: 'GET', args: ['k'] });
    const reply = encodeFrame({ kind: 'REPLY', id: 7, value: 'v' });
    const file = saved('asked.pcapng', [
      ...tcp.open(),
      ...tcp.data('client', command),
      ...tcp.data('server', reply),
    ]);
    const shown = [...dissected(file, '-o', `petrel.port:${PORT}`).values()].flat();
    const said = shown.flatMap(({ name, show }) => (name === 'request_in' || name === 'took' ? [show] : []));
    expect(said).toEqual(['4', '0.000001000']);
  });

  it('stops at the nesting and at the number of values that it is told', () => {
    const deep = encodeFrame({ kind: 'REPLY', id: 1, value: [[[1]], 2, 3] });
    const file = capture('deep.pcapng', [[deep]]);
    const kinds = (...options: readonly string[]): string[] =>
      [...dissected(file, '-o', `petrel.port:${PORT}`, ...options).values()].flat().map(({ name }) => name);
    const head = ['kind', 'payload_length', 'id', 'value.array'];
    expect(kinds('-o', 'petrel.depth:2')).toEqual([...head, 'value.array', 'fault', 'limit']);
    expect(kinds('-o', 'petrel.items:2')).toEqual([...head, 'value.array', 'cut']);
  });
});
