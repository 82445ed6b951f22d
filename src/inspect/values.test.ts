import { describe, expect, it } from 'vitest';
import codes from '../../spec/codes.json' with { type: 'json' };
import { encode, Entries } from '../value/index.ts';
import { formatPath } from '../wire/index.ts';
import { inspectValue, type InspectOptions, type Row } from './index.ts';
import { CLOSE_CODES, FRAME_RULES, TAG_NAMES, VALUE_RULES } from './names.ts';

const rows = (hex: string, options?: InspectOptions): readonly Row[] =>
  inspectValue(Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')), options);
const meanings = (hex: string, options?: InspectOptions): string[] =>
  rows(hex, options).map(({ label, meaning, length }) => `${label} (${length}): ${meaning}`);

describe('a value that stands alone', () => {
  it.each<[string, string]>([
    ['00', 'uint 0'],
    ['58 00', 'uint 88'],
    ['5f ff ff ff ff ff ff ff ff', 'uint 18446744073709551615'],
    ['60', 'nint -1'],
    ['87 ff ff ff ff ff ff ff 7f', 'nint -9223372036854775808'],
    ['a0', 'text ""'],
    ['a2 0a 1b', 'text "\\n\\u001b"'],
    ['f7 04 7d 59 84 76', 'text in UTF-16 #0 "好的"'],
    ['a4 70 69 6e 67', 'text #0 "ping"'],
    ['c8', '0 bytes'],
    ['c9 ff', '1 byte'],
    ['d0', 'empty array'],
    ['e0', 'empty map'],
    ['f0', 'null'],
    ['f1', 'false'],
    ['f2', 'true'],
    ['f4 00 00 80 3f', 'float32 1.0'],
    ['f4 00 00 00 80', 'float32 -0.0'],
    ['f3 9a 99 99 99 99 99 b9 3f', 'float64 0.1'],
    ['f4 00 00 c0 7f', 'float32 NaN'],
    ['fa a3 02 ae 12', 'scaled float -122.4194'],
    ['fa 80', 'scaled float -0.0'],
    ['f9 01 07', 'message of type 7, 0 bytes'],
    ['fd 02 00 00', 'reserved kind FD, 2 bytes'],
  ])('%s is one row: %s', (hex, meaning) => {
    expect(rows(hex).map((row) => row.meaning)).toEqual([meaning]);
  });

  it.each<[string, string, string[]]>([
    ['decimal', 'f5 01 0f', ['value (2): decimal 15e-1', 'coefficient (1): uint 15']],
    [
      'prefixed text',
      'd2 a9 61 62 63 64 65 66 67 68 31 fb 00 00 a1 32',
      [
        'value (1): array of 2',
        '[0] (10): text #0 "abcdefgh1"',
        '[1] (5): text #1 "abcdefgh2", 8 characters of #0, saves 5 bytes',
      ],
    ],
    ['set', 'f8 01 d1 01', ['value (2): set (tag 1)', 'content (1): array of 1', '[0] (1): uint 1']],
    ['unregistered tag', 'f8 c8 01 01', ['value (3): tag 200', 'content (1): uint 1']],
    [
      'bignum',
      'f8 04 cf 02 00 00 00 00 00 00 00 00 01',
      ['value (2): bignum 18446744073709551616', 'content (11): 9 bytes'],
    ],
    [
      'map: keys first, then the values under their names',
      'e2 a1 61 07 01 02',
      [
        'value (1): map of 2 pairs',
        'key 0 (2): text "a"',
        'key 1 (1): uint 7',
        'a (1): uint 1',
        '7 (1): uint 2',
      ],
    ],
    [
      'record and reference with what they save',
      'd2 e2 a2 69 64 a4 74 65 78 74 01 a4 70 69 6e 67 e8 02 89',
      [
        'value (1): array of 2',
        '[0] (1): map of 2 pairs, shape #0',
        'key 0 (3): text "id"',
        'key 1 (5): text #0 "text"',
        'id (1): uint 1',
        'text (5): text #1 "ping"',
        '[1] (1): record #0, saves 8 bytes',
        'id (1): uint 2',
        'text (1): ref #1 "ping", saves 4 bytes',
      ],
    ],
    [
      'map with odd keys',
      'e3 a0 a2 20 1b f2 01 02 03',
      [
        'value (1): map of 3 pairs',
        'key 0 (1): text ""',
        'key 1 (3): text " \\u001b"',
        'key 2 (1): true',
        '"" (1): uint 1',
        '" \\u001b" (1): uint 2',
        'value 2 (1): uint 3',
      ],
    ],
  ])('shows a %s', (_, hex, expected) => expect(meanings(hex)).toEqual(expected));

  it('has a path for every row', () => {
    const bytes = encode({ a: [{ 'b c': 1 }], '7': new Entries([1], [2]) });
    expect(inspectValue(bytes).map(({ path }) => formatPath(path))).toEqual(
      ['', 'keys[0]', 'keys[1]', '"7"', '7.keys[0]', '7[1]', 'a', 'a[0]', 'a[0].keys[0]', 'a[0]."b c"'].map(
        (path) => path.replaceAll('"7"', '7'),
      ),
    );
  });

  it.each([
    ['an undefined reference', '88', 'REF_UNDEFINED at 0: value'],
    ['bytes after it', '01 02', 'TRAILING_BYTES at 1: unread'],
    ['an end inside it', 'd2 01', 'TRUNCATED at 2: value'],
    ['nothing at all', '', 'TRUNCATED at 0: undefined'],
    ['a tag of the wrong content', 'f8 01 01', 'TAG_CONTENT at 0: value'],
  ])('shows %s beside the byte at fault', (_, hex, expected) => {
    const all = rows(hex);
    const at = all.findIndex(({ kind }) => kind === 'fault');
    const { fault } = all[at]!;
    expect(`${fault!.code} at ${fault!.offset}: ${all[at - 1]?.label}`).toBe(expected);
  });

  it('shows the beginning of a long text or number, and all of a text on request', () => {
    const long = encode(`${'x'.repeat(199)}😀${'y'.repeat(100)}`);
    const [short] = inspectValue(long);
    expect(short!.meaning).toBe(`text #0 "${'x'.repeat(199)}"… 301 characters`);
    expect(inspectValue(long, { textUnits: Infinity })[0]!.meaning).toContain(`😀${'y'.repeat(100)}"`);
    const number = inspectValue(encode(10n ** 99n))[0]!.meaning;
    expect(number).toBe(`bignum 1${'0'.repeat(59)}… 100 digits`);
  });

  it('is refused with a text length that is none', () => {
    for (const textUnits of [0, -1, Number.NaN]) expect(() => rows('00', { textUnits })).toThrow(RangeError);
  });

  it('may nest as deep as the limit of limits', () => {
    const deep = rows('d1'.repeat(1000) + '00', { limits: { maxDepth: 1000 } });
    expect([deep.length, deep.at(-1)!.depth, deep.at(-1)!.path.length]).toEqual([1001, 1000, 1000]);
  });
});

describe('names', () => {
  it('are those of the registry', () => {
    expect(codes.closeCodes.map(({ code, name }) => CLOSE_CODES[code] === name)).not.toContain(false);
    expect(CLOSE_CODES).toHaveLength(codes.closeCodes.length);
    expect(TAG_NAMES.flatMap((name, tag) => (name === undefined ? [] : [{ tag, name }]))).toEqual(
      codes.tags.map(({ tag, name }) => ({ tag, name })),
    );
    expect(VALUE_RULES).toEqual(Object.fromEntries(codes.valueKinds.map(({ name, rule }) => [name, rule])));
    const known = codes.frameKinds.filter(({ name }) => name in FRAME_RULES);
    expect(known).toHaveLength(13);
    for (const { name, rule } of known) expect(FRAME_RULES).toHaveProperty(name, rule);
  });
});
