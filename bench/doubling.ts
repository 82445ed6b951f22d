// Time per doubling: whatever grows, twice as much of it may take at most 2.5 times as long, over three doublings; and keys
// chosen to collide in hash tables at most 3 times as long as ordinary ones. Prints a table, and exits with 1 when something
// takes longer, each of three times that it is tried.
//
// The flags of its script keep the collector of garbage to one thread, whose time is counted, and its first space so large
// that no size here outgrows it: promotion costs more than creation, and would be taken for a worse than linear cost.
//
//   npm run bench:doubling
//   npm run bench:doubling -- text
import { decodeCanonical, parseCanonical } from 'petrel/canonical';
import { FrameDecoder, FrameWriter, skim, type FrameBody } from 'petrel/frame';
import { readFrames } from 'petrel/frame/stream';
import { decodeMessage, encodeMessage } from 'petrel/message';
import { encodeResp, RespCommandReader, RespReader } from 'petrel/resp';
import { decode, decodeFirst, encode, Entries, Tagged, type Encodable } from 'petrel/value';
import { collidingIntegers, collidingTexts } from '../fuzz/colliding.ts';
import { MESSAGES, Node } from './growing-messages.ts';
import { list, range, WIDE, type Growth } from './growth.ts';
import { conditions } from './machine.ts';
import { median, timeText } from './statistics.ts';

const MOST_PER_DOUBLING = 2.5;
const MOST_FOR_COLLISIONS = 3;
const TURNS = 5;

const DEEP = { maxDepth: 1000 };

/** Both directions of what a value of this size costs. */
function values(name: string, from: number, make: (n: number) => Encodable): Growth[] {
  const writing = (n: number): (() => unknown) => {
    const value = make(n);
    return () => encode(value, DEEP);
  };
  return [
    { name: `encode ${name}`, from, make: writing },
    {
      name: `decode ${name}`,
      from,
      make: (n) => reading(make(n), (bytes) => decode(bytes, { limits: WIDE })),
    },
  ];
}

function reading(value: Encodable, read: (bytes: Uint8Array) => unknown): () => unknown {
  const bytes = encode(value, DEEP);
  return () => read(bytes);
}

function nested(depth: number): Encodable {
  let value: Encodable = 0;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

function frames(n: number, body: (i: number) => FrameBody): Uint8Array {
  const writer = new FrameWriter();
  for (const i of range(n)) writer.frame(body(i));
  return writer.take();
}

function huge(n: number): Uint8Array {
  const writer = new FrameWriter();
  writer.rawFrame(15, new Uint8Array(n));
  return writer.take();
}

function inChunks(bytes: Uint8Array, size: number): number {
  const decoder = new FrameDecoder({ limits: WIDE });
  let count = 0;
  for (let i = 0; i < bytes.length; i += size)
    for (const _ of decoder.frames(bytes.subarray(i, i + size))) count++;
  decoder.finish();
  return count;
}

/** Replies, or commands, of a text in chunks of this size. */
function respInChunks(
  text: string,
  size: number,
  Reader: typeof RespReader | typeof RespCommandReader = RespReader,
): () => number {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
  return () => {
    const reader = new Reader({ limits: WIDE });
    let count = 0;
    for (let i = 0; i < bytes.length; i += size) {
      reader.feed(bytes.subarray(i, i + size));
      while (reader.next() !== undefined) count++;
    }
    reader.finish();
    return count;
  };
}

/** A value as deep as asked, broken at its innermost byte. */
function broken(depth: number): Uint8Array {
  return Uint8Array.from([...encode(nested(depth), DEEP).subarray(0, -1), 0xff]);
}

function faultOf(bytes: Uint8Array): unknown {
  try {
    return decodeFirst(bytes, 0, { limits: DEEP });
  } catch (error) {
    return error;
  }
}

const tiny = (n: number) => frames(n, (i) => ({ kind: 'ACK', received: i }));

const GROWTHS: readonly Growth[] = [
  ...MESSAGES,
  ...values('arrays and maps nested n deep', 125, nested),
  ...values('n nested arrays', 10_000, (n) => list(n, () => [[[1]]])),
  ...values('n texts', 20_000, (n) => list(n, (i) => `text ${i}`)),
  ...values('n times the same texts', 20_000, (n) => list(n, (i) => `text ${i % 100}`)),
  ...values('ASCII of n characters', 400_000, (n) => 'abcdefgh'.repeat(n / 8)),
  ...values('Chinese of n characters', 140_000, (n) => '你好世界，消息'.repeat(n / 7)),
  ...values('Chinese of n characters with U+FFFD', 40_000, (n) => 'a\ufffd你b'.repeat(n / 4)),
  ...values('a map of n text keys', 5000, (n) => new Entries(list(n, (i) => `key ${i}`), list(n, () => 0))),
  ...values('a map of n texts that spell integers', 5000, (n) => new Entries(list(n, (i) => `${i * 7}`), list(n, () => 0))),
  ...values('a map of n integers', 5000, (n) => new Entries(list(n, (i) => i * 7), list(n, () => 0))),
  ...values('a map of n floats', 5000, (n) => new Entries(list(n, (i) => i + 0.5), list(n, () => 0))),
  ...values('a map of one key of n bytes under 30 tags', 160_000, (n) => new Entries([list(30, () => 0).reduce<Encodable>((key) => new Tagged(100, key), new Uint8Array(n))], [0]),),
  ...values('n records', 5000, (n) => list(n, (i) => ({ id: i, name: 'name', flag: true }))),
  ...values('n records of two shapes in turn', 5000, (n) => list(n, (i) => (i % 2 === 0 ? { id: i, a: 1 } : { id: i, b: 1 }))),
  ...values('n maps of n shapes', 16_000, (n) => list(n, (i) => ({ [`k${i}`]: 0 }))),
  ...values('a record of n keys', 5000, (n) => withRecord(n)),
  ...values('n bignums', 2000, (n) => list(n, (i) => 2n ** 64n + BigInt(i))),
  ...values('a bignum of n digits', 1200, (n) => 10n ** BigInt(n) + 1n),
  ...values('n bytes', 1_000_000, (n) => new Uint8Array(n)),
  { name: 'the path of a fault n deep', from: 125, make: (n) => withFault(broken(n)) },
  { name: 'decodeCanonical a map of n text keys', from: 4000, make: (n) => reading(new Entries(list(n, (i) => `key ${i}`), list(n, () => 0)), (bytes) => decodeCanonical(bytes)) },
  { name: 'parseCanonical a command of n arguments', from: 8000, make: (n) => canonicalArgs(n) },
  { name: 'skim n tiny frames', from: 50_000, make: (n) => withStream(tiny(n), (bytes) => skim(bytes, () => undefined)) },
  { name: 'decode n tiny frames', from: 20_000, make: (n) => withStream(tiny(n), (bytes) => inChunks(bytes, bytes.length)) },
  { name: 'decode n tiny frames in chunks of 1,460', from: 20_000, make: (n) => withStream(tiny(n), (bytes) => inChunks(bytes, 1460)) },
  { name: 'decode n tiny frames byte by byte', from: 10_000, make: (n) => withStream(tiny(n), (bytes) => inChunks(bytes, 1)) },
  { name: 'decode one frame of n bytes, byte by byte', from: 40_000, make: (n) => withStream(huge(n), (bytes) => inChunks(bytes, 1)) },
  { name: 'decode one frame of n bytes in chunks of 20', from: 200_000, make: (n) => withStream(huge(n), (bytes) => inChunks(bytes, 20)) },
  { name: 'RESP: n replies', from: 20_000, make: (n) => respInChunks('+OK\r\n$3\r\nabc\r\n'.repeat(n), 65_536) },
  { name: 'RESP: n replies byte by byte', from: 5000, make: (n) => respInChunks('+OK\r\n$3\r\nabc\r\n'.repeat(n), 1) },
  { name: 'RESP: a body of n bytes, byte by byte', from: 40_000, make: (n) => respInChunks(`$${n}\r\n${'a'.repeat(n)}\r\n`, 1) },
  { name: 'RESP: a line of n bytes, byte by byte', from: 40_000, make: (n) => respInChunks(`+${'a'.repeat(n)}\r\n`, 1) },
  { name: 'RESP: a double of n digits, byte by byte', from: 600, make: (n) => respInChunks(`,${'7'.repeat(n)}\r\n`, 1) },
  { name: 'RESP: an inline command of n bytes, byte by byte', from: 40_000, make: (n) => respInChunks(`${'a'.repeat(n)}\n`, 1, RespCommandReader) },
  { name: 'RESP: an array of n, byte by byte', from: 10_000, make: (n) => respInChunks(`*${n}\r\n${':1\r\n'.repeat(n)}`, 1) },
  { name: 'RESP: arrays nested n deep, byte by byte', from: 125, make: (n) => respInChunks(`${'*1\r\n'.repeat(n - 1)}*0\r\n`, 1) },
  { name: 'RESP: maps nested n deep with arrays as keys', from: 60, make: (n) => respInChunks(`${'%1\r\n*0\r\n'.repeat(n)}_\r\n`, 65_536) },
  { name: 'RESP: a map of n text keys', from: 5000, make: (n) => respInChunks(`%${n}\r\n${list(n, (i) => `$6\r\n${100_000 + i}\r\n_\r\n`).join('')}`, 65_536) },
  { name: 'RESP: a map of n integer keys', from: 5000, make: (n) => respInChunks(`%${n}\r\n${list(n, (i) => `:${i * 7}\r\n_\r\n`).join('')}`, 65_536) },
  { name: 'RESP: a streamed string of n chunks', from: 10_000, make: (n) => respInChunks(`$?\r\n${';1\r\na\r\n'.repeat(n)};0\r\n`, 1460) },
  { name: 'RESP: n attributes, one after the other', from: 3000, make: (n) => respInChunks(`*${n}\r\n${'|1\r\n:1\r\n:2\r\n:3\r\n'.repeat(n)}`, 1460) },
  { name: 'RESP: a big number of n digits', from: 400, make: (n) => respInChunks(`(${'7'.repeat(n)}\r\n`, 65_536) },
  { name: 'RESP: write n values', from: 10_000, make: (n) => () => encodeResp(list(n, () => 'abc')) },
  { name: 'encode n frames into one buffer', from: 10_000, make: (n) => () => frames(n, (i) => ({ kind: 'PUSH', verb: 'SEND', args: [i] })) },
]; // prettier-ignore

function withRecord(n: number): Encodable {
  const keys = list(n, (i) => `key ${i}`);
  const row = new Entries(
    keys,
    list(n, () => 0),
  );
  return [row, row, row];
}

function withFault(bytes: Uint8Array): () => unknown {
  return () => faultOf(bytes);
}

function withStream(bytes: Uint8Array, timed: (bytes: Uint8Array) => unknown): () => unknown {
  return () => timed(bytes);
}

function canonicalArgs(n: number): () => unknown {
  const [frame] = readFrames(frames(1, () => ({ kind: 'PUSH', verb: 'SEND', args: list(n, (i) => i) })));
  return () => parseCanonical(frame!);
}

/** Repeated until the smallest size takes this long, so that the clock's own steps do not matter. */
const LEAST_MICROSECONDS = 10_000;

/** Microseconds of this process, whoever else uses the machine. */
function time(run: () => unknown, times: number): number {
  const { user, system } = process.cpuUsage();
  for (let i = 0; i < times; i++) run();
  const after = process.cpuUsage();
  return after.user + after.system - user - system;
}

/** How often to run the smallest, after it has run often enough to be compiled. */
function calibrate(run: () => unknown): number {
  let times = 1;
  while (time(run, times) < LEAST_MICROSECONDS) times *= 2;
  return times;
}

/** Times of each run, in nanoseconds, taken in turns: one row a turn. */
function inTurns(runs: readonly (() => unknown)[]): number[][] {
  (globalThis as { gc?: () => void }).gc?.(); // what the growth before left behind is not its successor's
  const times = calibrate(runs[0]!);
  for (const run of runs) time(run, times); // compiled for every size before any counts
  return list(TURNS, () => runs.map((run) => (1000 * time(run, times)) / times));
}

let exceeded = 0;

function judged(ratio: number, most: number): string {
  if (ratio <= most) return ratio.toFixed(2);
  exceeded++;
  return `**${ratio.toFixed(2)}**`;
}

/** What is too slow by accident is not so three times. */
const ATTEMPTS = 3;

function doubling({ name, from, make }: Growth): string[] {
  const runs = [1, 2, 4, 8].map((factor) => make(factor * from));
  let turns: number[][] = [];
  let perDoubling = Infinity;
  for (let i = 0; i < ATTEMPTS && perDoubling > MOST_PER_DOUBLING; i++) {
    turns = inTurns(runs);
    perDoubling = median(turns.map((times) => Math.cbrt(times[3]! / times[0]!)));
  }
  const times = runs.map((_, i) => timeText(median(turns.map((turn) => turn[i]!))));
  return [name, String(from), ...times, judged(perDoubling, MOST_PER_DOUBLING)];
}

/** Maps of chosen keys against maps of ordinary ones of the same length. */
const FLOODS: readonly [name: string, chosen: readonly Encodable[], ordinary: readonly Encodable[]][] = [
  ['40,000 integers', collidingIntegers(40_000), list(40_000, (i) => 1_000_000_007 + i * 17)],
  [
    '39,000 texts that spell integers',
    collidingTexts(39_000),
    list(39_000, (i) => String(1_000_003 + i * 229)),
  ],
];

function flood([name, chosen, ordinary]: (typeof FLOODS)[number]): string[][] {
  const keys = [chosen, ordinary];
  const entries = keys.map(
    (some) =>
      new Entries(
        some,
        list(some.length, () => 0),
      ),
  );
  const bytes = entries.map((value) => encode(value));
  const maps = keys.map((some) => ({ byName: Object.fromEntries(some.map((key) => [key as string, 0])) }));
  const messageBytes = maps.map((value) => encodeMessage(Node, value));
  const compared: [string, (i: number) => unknown][] = [
    ['encode', (i) => encode(entries[i]!)],
    ['decode', (i) => decode(bytes[i]!)],
    ['decode to entries', (i) => decode(bytes[i]!, { maps: 'entries' })],
    ['encodeMessage', (i) => encodeMessage(Node, maps[i]!)],
    ['decodeMessage', (i) => decodeMessage(Node, messageBytes[i]!)],
  ];
  return compared.map(([what, run]) => {
    const turns = inTurns([() => run(0), () => run(1)]);
    const [hard, easy] = [0, 1].map((i) => timeText(median(turns.map((turn) => turn[i]!))));
    const ratio = median(turns.map(([chosenTime, ordinaryTime]) => chosenTime! / ordinaryTime!));
    return [`${what} ${name}`, hard!, easy!, judged(ratio, MOST_FOR_COLLISIONS)];
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const wanted = process.argv.slice(2);
const growths = GROWTHS.filter(
  ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
);
console.log(table(['what grows', 'n', 'n', '2n', '4n', '8n', 'per doubling'], growths.map(doubling)));
if (wanted.length === 0) {
  console.log(
    `\n${table(['keys that collide', 'chosen', 'ordinary', 'chosen / ordinary'], FLOODS.flatMap(flood))}`,
  );
}
console.log(
  `\nMedians of ${TURNS} turns, in processor time; ${exceeded} ratios above what is allowed. ${conditions('npm run bench:doubling')}`,
);
process.exitCode = exceeded === 0 ? 0 : 1;
