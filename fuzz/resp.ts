/**
 * Proves that whatever RESP3 can say survives the way into Petrel's values and back, at any chunking, and that no bytes do
 * worse to a reader than a fault that the registry knows.
 */
import * as fc from 'fast-check';
import codes from '../spec/codes.json' with { type: 'json' };
import { DEEPEST, readCommands, readReplies, toPetrel, toResp, type Outcome } from '../spec/resp.ts';
import { RespReader, RespTag, RespWriter } from '../src/resp/index.ts';
import {
  decode,
  encode,
  Entries,
  Float,
  Tag,
  Tagged,
  type Encodable,
  type Value,
} from '../src/value/index.ts';
import type { Limits } from '../src/wire/index.ts';
import { concat, cuts } from './arbitraries.ts';
import { hex, modelOf } from './model.ts';
import { promise, same, type Promised } from './property.ts';

/** RESP's text, a character a byte, as it comes and as it goes back: legal spellings that Redis doesn't use are not kept. */
interface Said {
  readonly resp: string;
  readonly back: string;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const kept = (resp: string): Said => ({ resp, back: resp });

const anyString: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map(utf8) },
  {
    weight: 2,
    arbitrary: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', 'OK', 'PONG', 'QUEUED', '\r\n', '__proto__', 'constructor', 'key', 'value', '\xff', '\xef\xbb\xbf', '$1\r\na\r\n'), // prettier-ignore
  },
  { weight: 1, arbitrary: fc.integer({ min: 40, max: 600 }).map((n) => 'long '.repeat(n)) },
);
const anyLine = anyString.map((text) => text.replace(/[\r\n]/g, ' '));

const word = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.integer({ min: -300, max: 300 }).map(BigInt),
  fc.constantFrom(2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)),
);
const big = fc.oneof(word, fc.bigInt(-(2n ** 400n), 2n ** 400n));

/** A sign before a number that needs none is legal, and not Redis's. */
function signed(type: string, number: fc.Arbitrary<bigint>): fc.Arbitrary<Said> {
  return fc.tuple(number, fc.boolean()).map(([value, plus]) => ({
    resp: `${type}${plus && value >= 0n ? '+' : ''}${value}\r\n`,
    back: `${type}${value}\r\n`,
  }));
}

const digits = fc.bigInt(0n, 10n ** 20n).map(String);
const doubles: fc.Arbitrary<string> = fc.oneof(
  fc.double().map((value) => (Number.isFinite(value) ? String(value) : String(Math.sign(value) || 'nan').replace('1', 'inf'))),
  fc.constantFrom('inf', '-inf', '+inf', 'nan', '-nan', '+nan', '0', '-0', '+0', '0.0', '1e400', '3.1415000000000002', '1e+300', '5e-324'),
  fc
    .tuple(fc.constantFrom('', '-', '+'), digits, fc.option(digits), fc.constantFrom('', 'e5', 'E-07', 'e+300', 'e0'))
    .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent}`),
); // prettier-ignore

const bulk = (type: string, text: string): string => `${type}${text.length}\r\n${text}\r\n`;

const leaves: fc.Arbitrary<Said> = fc.oneof(
  { weight: 4, arbitrary: anyString.map((text) => kept(bulk('$', text))) },
  { weight: 2, arbitrary: anyLine.map((text) => kept(`+${text}\r\n`)) },
  { weight: 2, arbitrary: signed(':', word) },
  { weight: 1, arbitrary: anyLine.map((text) => kept(`-${text}\r\n`)) },
  { weight: 1, arbitrary: anyString.map((text) => kept(bulk('!', text))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('txt', 'mkd', '\xff\x00\r', '\xe5\xa5\xbd'), anyString)
      .map(([format, text]) => kept(bulk('=', `${format}:${text}`))),
  },
  { weight: 1, arbitrary: signed('(', big) },
  { weight: 2, arbitrary: doubles.map((text) => kept(`,${text}\r\n`)) },
  { weight: 1, arbitrary: fc.constantFrom('_\r\n', '#t\r\n', '#f\r\n', '$-1\r\n', '*-1\r\n').map(kept) },
  {
    weight: 1,
    arbitrary: fc
      .array(
        anyString.filter((text) => text !== ''),
        { maxLength: 4 },
      )
      .map((chunks) => kept(`$?\r\n${chunks.map((chunk) => bulk(';', chunk)).join('')};0\r\n`)),
  },
);

/** `per` values to each thing that the count counts. */
function aggregate(type: string, value: fc.Arbitrary<Said>, per = 1): fc.Arbitrary<Said> {
  return fc.array(fc.array(value, { minLength: per, maxLength: per }), { maxLength: 5 }).map((items) => {
    const all = items.flat();
    const head = `${type}${items.length}\r\n`;
    return {
      resp: head + all.map(({ resp }) => resp).join(''),
      back: head + all.map(({ back }) => back).join(''),
    };
  });
}

const unbounded = (text: string): string => `${text.replace(/^(.)\d+/, '$1?')}.\r\n`;

function streamed(plain: fc.Arbitrary<Said>): fc.Arbitrary<Said> {
  return plain.map(({ resp, back }) => ({ resp: unbounded(resp), back: unbounded(back) }));
}

const values: fc.Arbitrary<Said> = fc.letrec<{ value: Said }>((tie) => {
  const value = tie('value');
  const open = ['*', '~'].map((type) => aggregate(type, value));
  const map = aggregate('%', value, 2);
  return {
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: leaves },
      { weight: 4, arbitrary: fc.oneof(...open, map, aggregate('>', value)) },
      { weight: 2, arbitrary: streamed(fc.oneof(...open, map)) },
      {
        weight: 2,
        arbitrary: fc.tuple(aggregate('|', value, 2), value).map(([attribute, described]) => ({
          resp: attribute.resp + described.resp,
          back: attribute.back + described.back,
        })),
      },
    ),
  };
}).value;

const replies: fc.Arbitrary<Said> = fc.array(values, { maxLength: 5 }).map((all) => ({
  resp: all.map(({ resp }) => resp).join(''),
  back: all.map(({ back }) => back).join(''),
}));

function whole<T>({ items, fault }: Outcome<T>): readonly T[] {
  if (fault !== undefined) throw fault;
  return items;
}

const survives = promise(
  'whatever RESP3 says comes back byte for byte from values, in any chunks',
  fc.tuple(replies, cuts),
  ([{ resp, back }, cut]) => {
    const items = whole(readReplies(cut(bytesOf(resp)), { maxDepth: DEEPEST }));
    for (const form of ['canonical', 'plain'] as const) {
      const carried = items.map((value) => encode(value, { form, maxDepth: DEEPEST }));
      same(form, hex(toResp(carried)), hex(bytesOf(back)));
    }
    const direct = new RespWriter();
    for (const value of items) direct.reply(value);
    same('without Petrel between', hex(direct.take()), hex(bytesOf(back)));
  },
);

const notUtf8 = fc.uint8Array({ maxLength: 12 }).map((bytes) => Uint8Array.of(0xff, ...bytes));
const strings: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: notUtf8 },
);
const lines = strings.map((text) =>
  typeof text === 'string'
    ? text.replace(/[\r\n]/g, ' ')
    : text.map((byte) => (byte === 13 || byte === 10 ? 0 : byte)),
);
const under = (tag: number, content: fc.Arbitrary<Encodable>): fc.Arbitrary<Encodable> =>
  content.map((item) => new Tagged(tag, item));
const integer = big.map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const floats = fc.double().map((value) => new Float(value));

/** Scalars of which no two are equal once RESP said them. */
const plainKeys: fc.Arbitrary<Encodable> = fc.oneof(
  strings,
  integer,
  floats,
  fc.constantFrom(null, true, false),
);
const carriedLeaves: fc.Arbitrary<Encodable> = fc.oneof(
  { weight: 3, arbitrary: plainKeys },
  { weight: 1, arbitrary: under(RespTag.Status, fc.oneof(fc.nat(2), lines.filter((text) => !/^(OK|PONG|QUEUED)$/.test(String(text))))) },
  { weight: 1, arbitrary: under(Tag.ERROR, fc.oneof(lines, strings.map((text) => [text, null]))) },
  { weight: 1, arbitrary: under(Tag.VERBATIM, fc.tuple(fc.constantFrom('txt', '好'), strings).map(([format, text]) => [format, text])) },
  { weight: 1, arbitrary: under(RespTag.Null, fc.nat(1)) },
  { weight: 1, arbitrary: under(RespTag.Big, word.map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value))) },
  { weight: 1, arbitrary: under(RespTag.Double, fc.constantFrom('-nan', '+inf', '0.0', '1E5', '3.140', new Float(0.1), new Float(1e20))) },
  { weight: 1, arbitrary: under(RespTag.Chunks, fc.array(strings.filter((text) => text.length > 0), { maxLength: 3 })) },
); // prettier-ignore

/** Every value that a reply can be carried as, made without a reader of RESP. */
const carried: fc.Arbitrary<Encodable> = fc.letrec<{ value: Encodable }>((tie) => {
  const value = tie('value');
  const list = fc.array(value, { maxLength: 4 });
  const map = fc
    .uniqueArray(fc.tuple(plainKeys, value), { maxLength: 4, selector: ([key]) => modelOf(key) })
    .map((all) => Entries.from(all));
  /** One key twice, or one that is an array. */
  const pairs = fc
    .tuple(value, list)
    .chain(([key, first]) => fc.constantFrom<Encodable[]>([first, key], ['k', key, 'k', null]));
  const open = fc.oneof(list, map, under(Tag.SET, list), under(RespTag.Pairs, pairs));
  return {
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      { weight: 5, arbitrary: carriedLeaves },
      { weight: 3, arbitrary: open },
      { weight: 1, arbitrary: under(Tag.PUSH, list) },
      { weight: 1, arbitrary: under(RespTag.Streamed, open) },
      { weight: 1, arbitrary: under(Tag.ATTRIBUTE, fc.tuple(map, value)) },
      { weight: 1, arbitrary: under(RespTag.PairsAttribute, fc.tuple(pairs, value)) },
    ),
  };
}).value;

const carriedBack = promise(
  'every value that carries a reply is the same after RESP said it',
  fc.tuple(carried, cuts),
  ([value, cut]) => {
    const petrel = toPetrel(value);
    const items = whole(readReplies(cut(toResp([petrel])), { maxDepth: DEEPEST }));
    same('one reply', String(items.length), '1');
    same('bytes', hex(toPetrel(items[0]!)), hex(petrel));
  },
);

/** Levels and elements as [LIMIT-2] and [LIMIT-3] count them. */
function sizeOf(value: Encodable): { depth: number; elements: number } {
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) !== value)
    return { depth: 1, elements: 2 };
  const inner =
    value instanceof Tagged ? [value.value] : value instanceof Entries ? [...value].flat() : Array.isArray(value) ? (value as Encodable[]) : undefined; // prettier-ignore
  if (inner === undefined) return { depth: 0, elements: 1 };
  const sizes = inner.map(sizeOf);
  return {
    depth: 1 + Math.max(0, ...sizes.map(({ depth }) => depth)),
    elements: sizes.reduce((sum, { elements }) => sum + elements, 1),
  };
}

function codeOf(read: () => unknown): string {
  try {
    read();
    return 'taken';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const sameLimits = promise(
  'a reply meets limits of depth and elements exactly where the value that carries it does',
  values,
  ({ resp }) => {
    const bytes = bytesOf(resp);
    const [value] = whole(readReplies([bytes], { maxDepth: DEEPEST }));
    const { depth, elements } = sizeOf(value!);
    const petrel = encode(value!, { form: 'plain', maxDepth: DEEPEST });
    for (const [limits, expected] of [
      [{ maxDepth: depth, maxElements: elements }, 'taken'],
      [{ maxDepth: depth - 1, maxElements: elements }, 'LIMIT_DEPTH'],
      [{ maxDepth: DEEPEST, maxElements: elements - 1 }, 'LIMIT_ELEMENTS'],
    ] as const) {
      if (limits.maxDepth < 0) continue;
      const read = (): unknown => whole(readReplies([bytes], limits));
      same(`RESP ${JSON.stringify(limits)}`, codeOf(read), expected);
      const wide = { ...limits, maxExpanded: 2 ** 32 - 1 };
      same(
        `Petrel ${JSON.stringify(limits)}`,
        codeOf(() => decode(petrel, { limits: wide })),
        expected,
      );
    }
  },
);

const TELLING = '+-:$*_#,(!=%|~>;.?0123456789\r\n\r\n\r\ntfinexyz '.split('');
const character = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...TELLING) },
  { weight: 1, arbitrary: fc.nat(255).map((byte) => String.fromCharCode(byte)) },
);
const noise = fc.array(character, { maxLength: 40 }).map((all) => all.join(''));

/** A few characters changed, put in or left out, or all after one. */
const damage = fc
  .tuple(fc.constantFrom('change', 'insert', 'remove', 'cut'), fc.nat(), character)
  .map(([how, at, by]) => (text: string): string => {
    const i = at % (text.length + 1);
    const after = how === 'cut' ? '' : text.slice(how === 'insert' ? i : i + 1);
    return text.slice(0, i) + (how === 'change' || how === 'insert' ? by : '') + after;
  });
const damaged = (valid: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(valid, fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) => changes.reduce((result, change) => change(result), text));

const limits: fc.Arbitrary<Partial<Limits>> = fc.record(
  { maxDepth: fc.nat(6), maxElements: fc.nat(20), maxPayload: fc.nat(60) },
  { requiredKeys: [] },
);

const REGISTERED = new Set(
  codes.errorCodes.flatMap(({ code, rules }) => rules.map((rule) => `${code} ${rule}`)),
);

/** The same in any chunks; a fault is a registered one, within the input. */
function judged<T>(
  bytes: Uint8Array,
  chunks: readonly Uint8Array[],
  read: (chunks: readonly Uint8Array[]) => Outcome<T>,
  show: (item: T) => string,
): void {
  const told = ({ items, fault }: Outcome<T>): string =>
    [...items.map(show), fault === undefined ? 'no fault' : fault.message].join('\n');
  const { items, fault } = read([bytes]);
  if (fault !== undefined) {
    same('registered', String(REGISTERED.has(`${fault.code} ${fault.rule}`)), 'true');
    same('within', String(fault.offset >= 0 && fault.offset <= bytes.length), 'true');
  }
  same('in chunks', told(read(chunks)), told({ items, fault }));
}

const anyReplies = promise(
  'any bytes end in the same replies and the same registered fault, in any chunks',
  fc.tuple(fc.oneof(damaged(replies.map(({ resp }) => resp)), noise), limits, cuts),
  ([text, some, cut]) => {
    const bytes = bytesOf(text);
    judged(
      bytes,
      cut(bytes),
      (chunks) => readReplies(chunks, some),
      (value: Value) => modelOf(value),
    );
  },
);

const parts = fc.array(strings, { maxLength: 5 });
const inlines = lines.filter((line) => (typeof line === 'string' ? !line.startsWith('*') : line[0] !== 0x2a));

const model = (list: unknown): string => modelOf(list as Encodable);

const commands = promise(
  'commands come back part by part and byte by byte, in any chunks',
  fc.tuple(fc.array(fc.oneof(parts, inlines), { maxLength: 6 }), cuts),
  ([all, cut]) => {
    const writer = new RespWriter();
    for (const command of all) {
      if (Array.isArray(command)) writer.command(command);
      else writer.inline(command);
    }
    const bytes = writer.take();
    const items = whole(readCommands(cut(bytes)));
    same(
      'parts',
      items.map((item) => model(item.parts)).join(),
      all.map((item) => model(Array.isArray(item) ? item : [item])).join(),
    );
    const again = new RespWriter();
    for (const { parts: list, inline } of items) {
      if (inline) again.inline(list[0]!);
      else again.command(list);
    }
    same('bytes', hex(again.take()), hex(bytes));
    same(
      'lengths',
      hex(concat(items.map(({ offset, length }) => bytes.subarray(offset, offset + length)))),
      hex(bytes),
    );
  },
);

const anyCommands = promise(
  'any bytes end in the same commands and the same registered fault, in any chunks',
  fc.tuple(
    fc.oneof(
      damaged(
        fc
          .array(anyString, { maxLength: 4 })
          .map((all) => `*${all.length}\r\n${all.map((text) => bulk('$', text)).join('')}`),
      ),
      noise,
    ),
    limits,
    cuts,
  ),
  ([text, some, cut]) => {
    const bytes = bytesOf(text);
    judged(
      bytes,
      cut(bytes),
      (chunks) => readCommands(chunks, some),
      (command) => JSON.stringify(command),
    );
  },
);

const staysFailed = promise(
  'a reader that failed stays failed',
  damaged(replies.map(({ resp }) => resp)),
  (text) => {
    const reader = new RespReader();
    const attempts = [bytesOf(text), bytesOf('+OK\r\n'), bytesOf(':1\r\n')].map((chunk) =>
      codeOf(() => {
        reader.feed(chunk);
        while (reader.next() !== undefined);
      }),
    );
    const failed = attempts.findIndex((code) => code !== 'taken');
    if (failed >= 0) same('from then on', String(new Set(attempts.slice(failed)).size), '1');
  },
);

export const RESP_PROMISES: readonly Promised[] = [
  survives,
  carriedBack,
  sameLimits,
  anyReplies,
  commands,
  anyCommands,
  staysFailed,
];
