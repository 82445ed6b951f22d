import { readFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../frame/all.ts';
import { formatPath } from '../wire/index.ts';
import { FrameInspector, inspectFrames, type InspectOptions, type Row } from './index.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const sample = hex(readFileSync(new URL('../../spec/samples/conversation.hex', import.meta.url), 'utf8'));
const inflate = (deflated: Uint8Array, _dictionary: unknown, length: number): Uint8Array =>
  Uint8Array.from(inflateRawSync(deflated, { maxOutputLength: length + 1 }));
const frames = (bytes: Uint8Array | string, options: InspectOptions = { inflate }): Row[] => [
  ...inspectFrames(typeof bytes === 'string' ? hex(bytes) : bytes, options),
];
const lines = (rows: readonly Row[]): string[] =>
  rows.map(
    ({ offset, bytes, depth, label, meaning }) =>
      `${offset} ${Buffer.from(bytes).toString('hex')} ${'. '.repeat(depth)}${label}: ${meaning}`,
  );
/** Every row, in short, with the fault where it stands. */
const outline = (bytes: string, options?: InspectOptions): string[] =>
  frames(bytes, options).map(({ label, length, fault }) =>
    fault === undefined ? `${label} ${length}` : `${fault.code} at ${fault.offset} ${formatPath(fault.path)}`,
  );

describe('a frame', () => {
  it('is its head, its fields and its values', () => {
    const bytes = encodeFrame({ kind: 'COMMAND', id: 300, verb: 'SEND', args: [{ to: 'ben' }, [1, 'x']] });
    expect(lines(frames(bytes))).toEqual([
      '0 1f COMMAND: counted, length follows',
      '1 00 . length: 15 + 0 = 15 bytes',
      '2 ac02 . request id: 300',
      '4 01 . verb: SEND (verb 1)',
      '5 e1 . args[0]: map of 1 pair, shape #0',
      '6 a2746f . . key 0: text "to"',
      '9 a362656e . . to: text "ben"',
      '13 d2 . args[1]: array of 2',
      '14 01 . . [0]: uint 1',
      '15 a178 . . [1]: text "x"',
    ]);
  });

  it('shows beside its bytes what they stand for, in every kind', () => {
    const cases: [string, string[]][] = [
      ['41 01', ['0 41 PUSH: counted, 1 byte follows', '1 01 . verb: SEND (verb 1)']],
      ['42 a1 78', ['0 42 PUSH: counted, 2 bytes follow', '1 a178 . verb: "x"']],
      ['51 07', ['0 51 CANCEL: counted, 1 byte follows', '1 07 . request id: 7']],
      ['a1 01', ['0 a1 ACK: uncounted, 1 byte follows', '1 01 . received: 1 counted frame taken']],
      ['b0', ['0 b0 PING: uncounted, empty']],
      ['c2 0102', ['0 c2 PONG: uncounted, 2 bytes follow', '1 0102 . echo: 2 bytes']],
      ['f2 01 aa', ['0 f2 EXTENSION: uncounted, 2 bytes follow', '1 01 . type: 1', '2 aa . bytes: 1 byte']],
    ];
    for (const [bytes, rows] of cases) expect(lines(frames(bytes))).toEqual(rows);
  });

  it('of kind CLOSE names its code', () => {
    const rows = lines(frames('d5 01 03 08 00 78'));
    expect(rows.slice(1)).toEqual([
      '1 01 . scope: session',
      '2 03 . received: 3 counted frames taken',
      '3 08 . code: 8, GOING_AWAY',
      '4 00 . after: 0: come back at will',
      '5 78 . text: "x"',
    ]);
    expect(lines(frames('d4 00 03 63 00')).at(3)).toBe('3 63 . code: 99, not registered');
  });

  it('of kind PACK shows the frames that it inflates to, at their offsets there', () => {
    const inside = hex('43 03 a1 78 a1 04');
    const deflated = Uint8Array.from(deflateRawSync(inside));
    const bytes = encodeFrame({ kind: 'PACK', dictionary: 0, length: inside.length, deflated });
    const rows = frames(bytes).filter((row) => row.inflated);
    expect(lines(rows)).toEqual([
      '0 43 . PUSH: counted, 3 bytes follow',
      '1 03 . . verb: NEWS (verb 3)',
      '2 a178 . . args[0]: text "x"',
      '4 a1 . ACK: uncounted, 1 byte follows',
      '5 04 . . received: 4 counted frames taken',
    ]);
  });

  it('of kind PACK stays closed without the means to inflate it', () => {
    for (const options of [{}, { inflate: () => undefined }]) {
      const rows = frames(sample, options);
      expect(rows.some((row) => row.inflated || row.kind === 'fault')).toBe(false);
    }
  });
});

describe('a fault', () => {
  it.each<[string, string, string[]]>([
    [
      'cut text',
      '13 01 01 a3',
      ['COMMAND 1', 'request id 1', 'verb 1', 'args[0] 1', 'PAYLOAD_OVERRUN at 4 COMMAND.args[0]'],
    ],
    [
      'second of two equal keys, before the keys after it',
      '19 01 01 e3 a1 61 a1 61 01 02',
      [
        'COMMAND 1',
        'request id 1',
        'verb 1',
        'args[0] 1',
        'key 0 2',
        'key 1 2',
        'KEY_DUPLICATE at 6 COMMAND.args[0].keys[1]',
        'key 2 1',
        'a 1',
      ],
    ],
    [
      'unknown verb',
      '13 01 0f 00',
      ['COMMAND 1', 'request id 1', 'verb 2', 'VERB_UNKNOWN at 2 COMMAND.verb'],
    ],
    ['request id 0', '51 00', ['CANCEL 1', 'request id 1', 'ID_ZERO at 1 CANCEL.id']],
    [
      'bytes after the last item',
      '52 01 00',
      ['CANCEL 1', 'request id 1', 'unread 1', 'TRAILING_BYTES at 2 CANCEL'],
    ],
    ['reserved frame kind', '61 00', ['RESERVED6 1', 'FRAME_UNSUPPORTED at 0 RESERVED6', 'payload 1']],
    [
      'limit of depth',
      '14 01 01 d1 d0',
      ['COMMAND 1', 'request id 1', 'verb 1', 'args[0] 1', '[0] 1', 'LIMIT_DEPTH at 4 COMMAND.args[0][0]'],
    ],
    ['scope', 'd4 02 00 00 00', ['CLOSE 1', 'scope 4', 'CLOSE_FORM at 1 CLOSE.scope']],
    [
      'ill-formed text',
      'd5 00 00 00 00 ff',
      ['CLOSE 1', 'scope 1', 'received 1', 'code 1', 'after 1', 'text 1', 'TEXT_UTF8 at 5 CLOSE.text'],
    ],
    [
      'cut frame',
      '15 01 01 a2 61',
      ['COMMAND 1', 'request id 1', 'verb 1', 'args[0] 2', 'TRUNCATED at 5 COMMAND.args[0]'],
    ],
    [
      'cut character',
      'd8 00 00 00 00 e2 82',
      ['CLOSE 1', 'scope 1', 'received 1', 'code 1', 'after 1', 'text 2', 'TRUNCATED at 7 CLOSE.text'],
    ],
    ['cut head', '1f 85', ['unread 2', 'TRUNCATED at 2 ']],
    [
      'fault of its own in a cut frame',
      '15 00 01',
      ['COMMAND 1', 'request id 2', 'ID_ZERO at 1 COMMAND.id', 'TRUNCATED at 3 COMMAND'],
    ],
    ['run of zeros', 'b0 00 00 00', ['PING 1', 'unread 3', 'FRAME_ILLEGAL at 1 ']],
    ['limit of a payload', '1f f2 ff ff 07 00', ['unread 6', 'LIMIT_PAYLOAD at 0 ']],
    [
      'no deflate in a PACK',
      'e3 00 01 ff',
      ['PACK 1', 'PACK_CONTENT at 0 PACK', 'dictionary 1', 'length 1', 'deflated 1'],
    ],
    [
      'frame that may not stand in a PACK',
      'e8 00 01 01 01 00 fe ff b0',
      ['PACK 1', 'dictionary 1', 'length 1', 'deflated 6', 'PING 1', 'PACK_CONTENT at 0 PACK'],
    ],
  ])('shows a %s where it lies', (_, bytes, expected) => {
    expect(outline(bytes, { inflate, limits: { maxDepth: 1 } })).toEqual(expected);
  });

  it('in a payload does not stop the frames after it', () => {
    expect(outline('51 00 b0 51 00 c0')).toEqual(
      ['CANCEL 1', 'request id 1', 'ID_ZERO at 1 CANCEL.id', 'PING 1'].concat([
        'CANCEL 1',
        'request id 1',
        'ID_ZERO at 4 CANCEL.id',
        'PONG 1',
      ]),
    );
  });

  it('of framing leaves one row, however much follows', () => {
    const inspector = new FrameInspector();
    expect([...inspector.feed(hex('b0 00 01'))].map(({ label }) => label)).toEqual(['PING']);
    expect(inspector.failed?.code).toBe('FRAME_ILLEGAL');
    for (let i = 0; i < 10; i++) expect([...inspector.feed(new Uint8Array(1000))]).toEqual([]);
    const [unread, fault, ...more] = inspector.finish();
    expect([unread!.offset, unread!.length, unread!.bytes.length]).toEqual([1, 10_002, 2]);
    expect([fault!.fault!.offset, more]).toEqual([1, []]);
  });
});

const text = (bytes: Uint8Array, options?: InspectOptions): string =>
  frames(bytes, options)
    .map((row) => `${Buffer.from(row.bytes).toString('hex')} ${row.meaning}`)
    .join('\n');

describe('a secret', () => {
  const secrets = [Buffer.from('eyJhbGciOiJFZERTQSJ9').toString('hex'), '5e9c0d7a41b2f8863d17e4a09bc25f60'];

  it('is one row that hides its bytes, unless it is asked for', () => {
    for (const secret of secrets) {
      expect(text(sample)).not.toContain(secret);
      expect(text(sample, { showSecrets: true })).toContain(secret);
    }
  });

  it('stays hidden whatever else is wrong with its frame', () => {
    const [, , third] = frames(sample).filter(({ kind }) => kind === 'frame');
    const hello = sample.subarray(0, third!.offset);
    for (let at = 0; at < hello.length; at++) {
      const bytes = hello.slice();
      bytes[at] = bytes[at]! ^ 0x55;
      // What becomes of a HELLO's first byte, its length or its keys decides what is a secret: only those may show it.
      const whole = frames(bytes)
        .filter(({ kind }) => kind === 'frame')
        .map(({ label }) => label)
        .join(' ');
      if (whole !== 'HELLO HELLO') continue;
      const keys = frames(bytes).flatMap(({ meaning }) => /, (credentials|token)$/.exec(meaning)?.[1] ?? []);
      if (!keys.includes('credentials') || !keys.includes('token')) continue;
      for (const secret of secrets) expect(text(bytes)).not.toContain(secret.slice(8, 24));
    }
    for (let end = 0; end < hello.length; end++) {
      for (const secret of secrets) expect(text(hello.slice(0, end))).not.toContain(secret.slice(0, 8));
    }
  });

  it('is also the token of a RESUME, and every argument of AUTH', () => {
    const resume = encodeFrame({
      kind: 'RESUME',
      form: 'offer',
      token: hex('c0ffee42'),
      attempt: 1,
      received: 2,
      next: 3,
    });
    const auth = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'AUTH', args: ['user', ['deep', 'secret']] });
    expect(frames(resume).map(({ kind }) => kind)).toEqual([
      'frame',
      'field',
      'hidden',
      'field',
      'field',
      'field',
    ]);
    expect(
      frames(auth)
        .slice(4)
        .map(({ kind, label }) => `${kind} ${label}`),
    ).toEqual(['hidden args[0]', 'hidden args[1]']);
    expect(text(resume) + text(auth)).not.toMatch(/c0ffee|secret"|646565/);
    expect(text(auth, { showSecrets: true })).toContain('"secret"');
  });
});
