import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDescriptors } from '../descriptor/index.ts';
import { MessageIds } from '../envelope/index.ts';
import { encodeFrame } from '../frame/all.ts';
import {
  closedEnumeration,
  decodeMessage,
  encodeMessage,
  field,
  map,
  message,
  MessageReader,
  Registry,
  repeated,
  type MessageType,
} from '../message/index.ts';
import { encode, Message } from '../value/index.ts';
import { ProtocolError } from '../wire/index.ts';
import {
  inspectDelimited,
  inspectFrames,
  inspectMessage,
  inspectValue,
  type InspectMessageOptions,
  type Row,
} from './index.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const rows = (bytes: Uint8Array, options?: InspectMessageOptions): Row[] => [
  ...inspectMessage(bytes, options),
];
const shown = (text: string, options?: InspectMessageOptions): string[] =>
  rows(hex(text), options).map(({ depth, label, meaning }) => `${'  '.repeat(depth)}${label}: ${meaning}`);
const meanings = (list: Iterable<Row>): string[] =>
  [...list].map(({ label, meaning }) => `${label}: ${meaning}`);
const faultsOf = (list: readonly Row[]): string[] =>
  list.flatMap(({ fault }) => (fault === undefined ? [] : [said(fault)]));
const said = ({ code, offset, rule }: ProtocolError): string => `${code} ${offset} ${rule}`;

/** What a reader says of the bytes. */
function faultIn(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof ProtocolError) return [said(error)];
    throw error;
  }
}

const Mood = closedEnumeration('acme.Mood', { FINE: 0, SAD: 3 });
const Chat: MessageType = message('acme.Chat', {
  id: field(1, 'uint64'),
  text: field(2, 'string'),
  mood: field(3, Mood, { optional: true }),
  scores: repeated(4, 'sint32'),
  labels: map(5, 'string', 'int32'),
  get reply(): { no: number; type: MessageType } {
    return field(6, Chat);
  },
  get thread(): { no: number; type: MessageType; repeated: true; delimited: true } {
    return repeated(7, Chat, { delimited: true });
  },
  blob: field(8, 'bytes'),
  sentAt: field(9, 'fixed64'),
  ratio: repeated(10, 'float'),
  must: field(11, 'bool', { optional: true }),
});
const priority = { name: 'acme.priority', extendee: Chat, field: field(100, 'int32', { optional: true }) };

describe('a message without a schema', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['08 96 01', ['1: varint 150, zigzag 75']],
    ['08 00', ['1: varint 0, false']],
    ['08 01', ['1: varint 1, true, zigzag -1']],
    ['08 81 00', ['1: varint 1, true, zigzag -1, overlong']],
    [
      '08 ff ff ff ff ff ff ff ff ff 01',
      ['1: varint 18446744073709551615, int64 -1, zigzag -9223372036854775808'],
    ],
    ['08 e0 ab a2 aa 06', ['1: varint 1699255776, zigzag 849627888, 2023-11-06T07:29:36Z in seconds']],
    ['2d 00 00 80 3f', ['5: fixed32 1065353216, float 1.0']],
    ['2d cd cc cc 3d', ['5: fixed32 1036831949, float 0.1']],
    ['2d 00 00 80 bf', ['5: fixed32 3212836864, sfixed32 -1082130432, float -1.0']],
    ['31 18 2d 44 54 fb 21 09 40', ['6: fixed64 4614256656552045848, double 3.141592653589793']],
    ['31 ff ff ff ff ff ff ff ff', ['6: fixed64 18446744073709551615, sfixed64 -1, double NaN']],
    ['12 05 68 65 6c 6c 6f', ['2: text "hello"']],
    ['12 06 e6 b6 88 e6 81 af', ['2: text "消息"']],
    ['12 03 1b 5b 32', ['2: 3 bytes; as varints 27, 91, 50']],
    ['12 00', ['2: empty']],
    ['12 04 ff fe 80 81', ['2: 4 bytes']],
    ['22 06 03 8e 02 9e a7 05', ['4: 6 bytes; as varints 3, 270, 86942']],
    ['12 07 0a 05 68 65 6c 6c 6f', ['2: message, 7 bytes', '  1: text "hello"']],
    // "past" is also the field 14 and an empty group
    ['12 04 70 61 73 74', ['2: text "past"']],
    // a tag that is a line break, and a length that is a carriage return
    [
      '12 0f 0a 0d 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d',
      ['2: message, 15 bytes', '  1: text "abcdefghijklm"'],
    ],
    ['1b 08 01 1c', ['3: group 3', '  1: varint 1, true, zigzag -1', '3: end of group 3']],
    [
      '12 06 1b 12 02 68 69 1c',
      ['2: message, 6 bytes', '  3: group 3', '    2: text "hi"', '  3: end of group 3'],
    ],
  ])('%s', (text, expected) => expect(shown(text)).toEqual(expected));

  it('begins with the head: the tag and the length', () => {
    const [outer, inner] = rows(hex('12 07 0a 05 68 65 6c 6c 6f'));
    expect([outer!.head, outer!.length, inner!.head, inner!.length]).toEqual([2, 2, 2, 7]);
    expect([outer!.kind, inner!.kind, inner!.path]).toEqual(['delimited', 'delimited', ['2', '1']]);
  });

  it.each<[string, string[], string[]]>([
    [
      '08 96 01 12 05 41',
      ['1: varint 150, zigzag 75', 'unread: not read: TRUNCATED'],
      ['TRUNCATED 6 WIRE-9'],
    ],
    [
      '08 01 00 01',
      ['1: varint 1, true, zigzag -1', 'unread: not read: FIELD_TAG'],
      ['FIELD_TAG 2 MESSAGE-2'],
    ],
    ['0f', ['unread: not read: FIELD_TAG'], ['FIELD_TAG 0 MESSAGE-2']],
    ['0c', ['unread: not read: GROUP_END'], ['GROUP_END 0 MESSAGE-7']],
    [
      '1b 08 01 24',
      ['3: group 3', '  1: varint 1, true, zigzag -1', 'unread: not read: GROUP_END'],
      ['GROUP_END 3 MESSAGE-7'],
    ],
  ])('is shown up to its fault: %s', (text, expected, faults) => {
    const list = rows(hex(text));
    expect(shown(text).filter((line) => !/^ *[A-Z]/.test(line))).toEqual(expected);
    expect(faultsOf(list)).toEqual(faults);
  });

  it('names the group that a fault is in', () => {
    const fault = rows(hex('1b 23 ff')).at(-1)!;
    expect([fault.fault?.code, fault.path]).toEqual(['TRUNCATED', ['3', '4']]);
  });
});

describe('a message with a schema', () => {
  const options = { type: Chat };

  it('shows names, types, enums, packed lists, maps and groups, and what is unknown', () => {
    const body = encodeMessage(Chat, {
      id: 7,
      text: 'hi',
      mood: 3,
      scores: [-1, 2],
      labels: { a: 1 },
      reply: { text: 'yo' },
      thread: [{ id: 1 }, { id: 2 }],
      blob: hex('0102'),
      ratio: [0.1],
    });
    const text = `${Buffer.from(body).toString('hex')} 180c 1a01ff a80604 a00604`;
    expect(shown(text, { ...options, registry: new Registry().add(priority) })).toEqual([
      '1 id: uint64 7',
      '2 text: string "hi"',
      '3 mood: Mood SAD (3)',
      '4 scores: packed sint32: -1, 2',
      '5 labels: entry of map<string, int32>, 5 bytes',
      '  1 key: string "a"',
      '  2 value: int32 1',
      '6 reply: Chat, 4 bytes',
      '  2 text: string "yo"',
      '7 thread: Chat, group 7',
      '  1 id: uint64 1',
      '7 thread: end of group 7',
      '7 thread: Chat, group 7',
      '  1 id: uint64 2',
      '7 thread: end of group 7',
      '8 blob: bytes, 2 bytes',
      '10 ratio: packed float: 0.1',
      '3 mood: Mood 12, not in the enum',
      "3: unknown, not of mood's wire type: 1 byte",
      '101: unknown field: varint 4, zigzag 2',
      '100 [acme.priority]: int32 4',
    ]);
  });

  it('shows what an Any holds, where the registry has its type', () => {
    const Any = message('google.protobuf.Any', { typeUrl: field(1, 'string'), value: field(2, 'bytes') });
    const text = `0a0f ${Buffer.from('x.com/acme.Chat').toString('hex')} 1202 0807`;
    const registry = new Registry().add(Chat);
    const url = '1 type_url: string "x.com/acme.Chat"';
    expect(shown(text, { type: Any, registry })).toEqual([
      url,
      '2 value: acme.Chat, 2 bytes',
      '  1 id: uint64 7',
    ]);
    expect(shown(text, { type: Any })).toEqual([url, '2 value: bytes, 2 bytes']);
  });

  it('calls a field by its name in the file, and by its key in a path', () => {
    const [row] = rows(hex('32 09 49 00 00 00 00 00 00 00 00'), options).slice(-1);
    expect([row!.label, row!.path]).toEqual(['9 sent_at', ['reply', 'sentAt']]);
    expect(rows(hex('3b 3c 3b 08 01 3c'), options).at(-2)!.path).toEqual(['thread', 1, 'id']);
  });

  it('goes on after a fault inside a message, which its length confines', () => {
    expect(shown('32 03 12 05 41 08 01', options)).toEqual([
      '6 reply: Chat, 3 bytes',
      '  unread: not read: FIELD_OVERRUN',
      '  FIELD_OVERRUN: goes on past what holds it',
      '1 id: uint64 1',
    ]);
    expect(shown('32 04 12 02 ff fe 08 01', options).slice(1)).toEqual([
      '  2 text: string "\ufffd\ufffd"',
      '  TEXT_UTF8: ill-formed',
      '1 id: uint64 1',
    ]);
  });

  it('shows what is missing after the last byte', () => {
    const Strict = message('acme.Strict', { must: field(1, 'bool', { required: true }) });
    expect(faultsOf(rows(hex('10 01'), { type: Strict }))).toEqual(['FIELD_REQUIRED 2 MESSAGE-10']);
    expect(faultsOf(rows(hex(''), { type: Strict }))).toEqual(['FIELD_REQUIRED 0 MESSAGE-10']);
  });

  it('takes names of the schema for names, whatever they are', () => {
    const fields = Object.fromEntries(
      ['__proto__', 'constructor', 'toString'].map((name, i) => [name, field(i + 1, 'int32')]),
    );
    const Odd = message(
      'acme.Odd',
      Object.defineProperty(fields, '__proto__', { value: field(1, 'int32'), enumerable: true }),
    );
    expect(shown('08 01 10 02 18 03', { type: Odd })).toEqual([
      '1 __proto__: int32 1',
      '2 constructor: int32 2',
      '3 to_string: int32 3',
    ]);
  });
});

/** Rows follow each other without a gap, each with its bytes. */
function holes(list: readonly Row[], bytes: Uint8Array): string[] {
  const found: string[] = [];
  let end = 0;
  for (const row of list) {
    if (row.kind === 'fault') continue;
    const right =
      row.offset === end && row.length > 0 && row.length === row.bytes.length && row.head <= row.length;
    if (!right) found.push(`${row.label} at ${row.offset}`);
    end += row.length;
  }
  return end === bytes.length ? found : [...found, `end at ${end}`];
}

const samples = [
  encodeMessage(Chat, {
    id: 2n ** 63n,
    text: 'hello\nworld',
    mood: 3,
    scores: [1, -300],
    labels: { a: 1, b: -1 },
  }),
  encodeMessage(Chat, {
    reply: { reply: { text: 'deep', thread: [{ blob: hex('ffee') }] } },
    ratio: [0.5, NaN],
  }),
];
const damaged = fc
  .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat(99))
  .map(([sample, changes, cut]) => {
    const bytes = sample.slice();
    for (const [i, byte] of changes) bytes[i % bytes.length] = byte;
    return cut < 30 ? bytes.subarray(0, cut) : bytes;
  });
const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 48 }), damaged);

describe('the rows of a message', () => {
  it('show every byte of any input exactly once, with a schema and without', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(holes(rows(bytes), bytes)).toEqual([]);
        expect(holes(rows(bytes, { type: Chat }), bytes)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('name the fault that the decoder finds', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const typed = faultIn(() => decodeMessage(Chat, bytes));
        expect(faultsOf(rows(bytes, { type: Chat }))).toEqual(typed);
        const plain = faultIn(() => {
          const reader = new MessageReader(bytes);
          while (reader.pos < reader.end) reader.skip(reader.tag());
        });
        expect(faultsOf(rows(bytes))).toEqual(plain);
      }),
      { numRuns: 400 },
    );
  });

  it('never hold a raw control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const body = Buffer.concat([
          hex('12'),
          encodeMessage(message('', { a: field(1, 'string') }), { a: text }).slice(1),
        ]);
        for (const type of [Chat, undefined])
          for (const { label, meaning } of rows(body, { type }))
            expect(label + meaning).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  it('show every byte of the messages of the conformance suite, and a fault where it has them refused', () => {
    const folder = new URL('../../spec/protobuf/', import.meta.url);
    const registry = loadDescriptors(readFileSync(new URL('schemas.binpb', folder)));
    const lines = readFileSync(new URL('protobuf-conformance-vectors.jsonl', folder), 'utf8')
      .trimEnd()
      .split('\n');
    const wrong: unknown[] = [];
    for (const line of lines) {
      const recorded = JSON.parse(line) as { name: string; type: string; in: string; error?: true };
      const bytes = hex(recorded.in);
      const typed = rows(bytes, { type: registry.messages.get(recorded.type), registry });
      const gaps = [...holes(rows(bytes), bytes), ...holes(typed, bytes)];
      const faults = faultsOf(typed);
      if (gaps.length > 0 || faults.length > 0 !== (recorded.error === true))
        wrong.push([recorded.name, gaps, faults]);
    }
    expect(wrong).toEqual([]);
    expect(lines).toHaveLength(2805);
  });
});

/** `levels` messages, each the field 6 of the one around it. */
function nest(levels: number): Uint8Array {
  const heads: number[][] = [];
  let length = 0;
  for (let i = 0; i < levels; i++) {
    const head = [0x32];
    for (let rest = length; ; rest >>>= 7) {
      head.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
      if (rest < 0x80) break;
    }
    heads.unshift(head);
    length += head.length;
  }
  return Uint8Array.from(heads.flat());
}

const delimited = (text: string): string[] =>
  [...inspectDelimited(hex(text), { type: Chat })].map(
    ({ depth, label, meaning }) => `${'  '.repeat(depth)}${label}: ${meaning}`,
  );

describe('messages behind their lengths', () => {
  it('have the row of their length before them', () => {
    expect(delimited('02 0807 00 04 3202 0801')).toEqual([
      'message 0: 2 bytes',
      '  1 id: uint64 7',
      'message 1: 0 bytes',
      'message 2: 4 bytes',
      '  6 reply: Chat, 2 bytes',
      '    1 id: uint64 1',
    ]);
    const list = [...inspectDelimited(hex('02 0807 04 3202 08ff'), { type: Chat })];
    const [row, fault] = [list[3]!, list.find(({ kind }) => kind === 'fault')!];
    expect([row.offset, row.path]).toEqual([4, [1, 'reply']]);
    expect([said(fault.fault!), fault.path]).toEqual(['TRUNCATED 8 WIRE-9', [1, 'reply', 'id']]);
  });

  it('do not hide each other', () => {
    expect(delimited('02 0807 02 0fff 02 0808')).toEqual([
      'message 0: 2 bytes',
      '  1 id: uint64 7',
      'message 1: 2 bytes',
      '  unread: not read: FIELD_TAG',
      '  FIELD_TAG: field 1, wire type 7',
      'message 2: 2 bytes',
      '  1 id: uint64 8',
    ]);
  });

  it.each([
    ['05 0807', 'TRUNCATED 3 WIRE-9'],
    ['02 0807 80', 'TRUNCATED 4 WIRE-9'],
    ['02 0807 ffffffffffffffffff01', 'TRUNCATED 13 WIRE-9'],
    ['02 0807 ffffffffffffffffffff01', 'VARINT_RANGE 3 MESSAGE-3'],
  ])('end where the stream does: %s', (text, expected) => {
    const list = [...inspectDelimited(hex(text))];
    expect([faultsOf(list), holes(list, hex(text))]).toEqual([[expected], []]);
  });

  it('show every byte of any stream exactly once', () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 4 }), fc.uint8Array({ maxLength: 3 }), (list, rest) => {
        const bytes = Uint8Array.from([...list.flatMap((each) => [each.length, ...each]), ...rest]);
        expect(holes([...inspectDelimited(bytes, { type: Chat })], bytes)).toEqual([]);
        expect(holes([...inspectDelimited(bytes)], bytes)).toEqual([]);
      }),
    );
  });
});

describe('deep and long input', () => {
  it('is shown as messages down to the limit, as bytes below', () => {
    const bytes = nest(10_000);
    const plain = rows(bytes);
    expect(holes(plain, bytes)).toEqual([]);
    expect(plain.length).toBeLessThanOrEqual(102);
    const typed = rows(bytes, { type: Chat });
    expect(typed.some(({ meaning }) => meaning === 'deeper than 100')).toBe(true);
    expect(faultsOf(typed)[0]).toMatch(/^LIMIT_DEPTH \d+ MESSAGE-11$/);
  });

  it('of groups ends at the limit', () => {
    const bytes = new Uint8Array(20_000).fill(0x3b);
    for (const type of [Chat, undefined]) {
      expect(faultsOf(rows(bytes, { type }))).toEqual(['LIMIT_DEPTH 100 MESSAGE-11']);
      expect(holes(rows(bytes, { type }), bytes)).toEqual([]);
    }
  });

  it('has rows for no more fields of one message than the limit', () => {
    const inner = new Uint8Array(3000).map((_, i) => (i % 2 === 0 ? 0x08 : 0x01));
    const bytes = Uint8Array.from([0x32, 0xb8, 0x17, ...inner, 0x08, 0x01]);
    for (const type of [Chat, undefined]) {
      const list = rows(bytes, { type, limits: { maxElements: 50 } });
      expect(list.length).toBeLessThan(60);
      expect(holes(list, bytes)).toEqual([]);
    }
  });
});

describe('a message in a value', () => {
  const ids = new MessageIds().add(5, Chat);
  const body = encodeMessage(Chat, { id: 7, text: 'hi' });

  it('has the rows of its fields under it, by name where its id is registered', () => {
    const bytes = encode(ids.wrap(Chat, { id: 7, text: 'hi' }));
    expect(meanings(inspectValue(bytes, { messages: ids }))).toEqual([
      'value: acme.Chat (type 5), 6 bytes',
      '1 id: uint64 7',
      '2 text: string "hi"',
    ]);
    expect(meanings(inspectValue(bytes))).toEqual([
      'value: message of type 5, 6 bytes',
      '1: varint 7, zigzag -4',
      '2: text "hi"',
    ]);
  });

  it('is bytes where it is no message, and no fault of the frame', () => {
    const value = new Message(5, Uint8Array.from([...body, 0xff]));
    const frame = encodeFrame({ kind: 'REPLY', id: 1, value });
    expect(meanings(inspectFrames(frame)).slice(2)).toEqual([
      'value: message of type 5, 7 bytes',
      'body: 7 bytes, no protobuf message',
    ]);
    expect(meanings(inspectFrames(frame, { messages: ids })).slice(2)).toEqual([
      'value: acme.Chat (type 5), 7 bytes',
      '1 id: uint64 7',
      '2 text: string "hi"',
      'unread: not read: TRUNCATED',
    ]);
  });

  it('shows every byte of the frame exactly once, whatever the body is', () => {
    fc.assert(
      fc.property(anyBytes, fc.boolean(), (bytes, known) => {
        const value = new Message(known ? 5 : 6, bytes);
        const frame = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'SEND', args: ['a', value, 'b'] });
        const list = [...inspectFrames(frame, { messages: ids })];
        expect(holes(list, frame)).toEqual([]);
        expect(faultsOf(list)).toEqual([]);
        expect(list.at(-1)!.meaning).toBe('text "b"');
      }),
    );
  });

  it('stays hidden where it is a secret', () => {
    const frame = encodeFrame({
      kind: 'COMMAND',
      id: 1,
      verb: 'AUTH',
      args: [ids.wrap(Chat, { text: 'hi' })],
    });
    expect(meanings(inspectFrames(frame, { messages: ids })).at(-1)).toBe('args[0]: a secret, not shown');
  });
});
