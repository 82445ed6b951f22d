import { describe, expect, it } from 'vitest';
import { decode, Decimal, encode, Entries, Float, Message, Opaque, Tagged } from '../value/index.ts';
import { formatValue, parseText, printText, TextError } from './index.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const valueBytes = (text: string): string => hex(parseText(text, { as: 'values' }).bytes);

describe('values written by hand', () => {
  it.each([
    ['integers of any size', '[0, 87, 88, -8, -9, 0xff]', encode([0, 87, 88, -8, -9, 255])],
    ['integers beyond 64 bits', '-36893488147419103232', encode(-(2n ** 65n))],
    [
      'floats',
      '[1.0, 1e3, -0.0, NaN, Infinity, -Infinity, 0.1]',
      encode([new Float(1), new Float(1000), -0, NaN, Infinity, -Infinity, 0.1]),
    ],
    [
      'decimals',
      '[15e-1d, 1.5d, 15d, -12E+3d]',
      encode([new Decimal(15, -1), new Decimal(15, -1), new Decimal(15, 0), new Decimal(-12, 3)]),
    ],
    ['escapes in texts', '"\\u00e9\\n\\ud83d\\ude00"', encode('é\n😀')],
    ['bytes with spaces', "h'ca fe'", encode(Uint8Array.of(0xca, 0xfe))],
    [
      'maps with keys of any kind',
      `{1: "a", "k": 2, h'00': null}`,
      encode(
        Entries.from([
          [1, 'a'],
          ['k', 2],
          [Uint8Array.of(0), null],
        ]),
      ),
    ],
    ['trailing commas, comments and line ends', '[ # first\n 1,\n 2, # last\n]', encode([1, 2])],
    [
      'tags by name',
      'set([error("x"), push([]), tag(40, 1)])',
      encode(new Tagged(1, [new Tagged(2, 'x'), new Tagged(6, []), new Tagged(40, 1)])),
    ],
    [
      'messages and reserved kinds',
      "[message(5, h'01'), reserved(0xfd, h'02')]",
      encode([new Message(5, Uint8Array.of(1)), new Opaque(0xfd, Uint8Array.of(2))]),
    ],
    ['texts that come again, as references', '["text", "text"]', encode(['text', 'text'])],
    ['maps of known keys, as records', '[{"a": 1}, {"a": 2}]', encode([{ a: 1 }, { a: 2 }])],
    [
      'plain spelling',
      'plain [{"text": "text"}, {"text": 2}]',
      encode([{ text: 'text' }, { text: 2 }], { form: 'plain' }),
    ],
  ])('%s', (_, text, bytes) => expect(valueBytes(text)).toBe(hex(bytes)));

  it('spells the head that a mark holds', () => expect(valueBytes('["abc"!a3]')).toBe('d1a3616263'));

  it('takes several values, and raw bytes between them', () =>
    expect(valueBytes("1 2\nraw h'ff' 3")).toBe('0102ff03'));
});

describe('text that is not in the form', () => {
  it.each(['', ' \n', '# only a comment'])('%j says no frames, which is not an error', (text) =>
    expect(parseText(text)).toEqual({ bytes: new Uint8Array(0), deliberate: false }),
  );

  it.each([
    ['FETCH 7', 1, 1, 'expected a frame (COMMAND, REPLY'],
    ['PING\nCOMMAND GET', 2, 9, 'expected the request id, found "GET"'],
    ['COMMAND 7', 1, 10, 'expected a verb, found the end'],
    ['REPLY 7 1 2', 1, 11, 'expected the end of the frame, found "2"'],
    ['REPLY 7 [1 2]', 1, 12, 'expected "," or "]", found "2]"'],
    ['REPLY 7 [1', 1, 11, 'expected "," or "]", found the end'],
    ['REPLY 7 "abc', 1, 9, 'the string does not end'],
    ['REPLY 7 "\\x"', 1, 9, 'an escape that JSON does not have'],
    ['REPLY 7 "\\ud800"', 1, 9, 'no lone surrogate'],
    ['REPLY 7 012', 1, 9, 'no leading zeros'],
    ['REPLY 7 1x', 1, 10, 'expected a number'],
    ['REPLY 7 -0', 1, 9, 'no negative zero'],
    ['REPLY 7 1e999', 1, 9, 'beyond a float'],
    ['REPLY 7 10d', 1, 9, 'does not end in the digit 0'],
    ['REPLY 7 1e10001d', 1, 9, 'within 10000'],
    ["REPLY 7 h'abc'", 1, 9, 'even number'],
    ["REPLY 7 h'xy'", 1, 11, 'expected hex digits'],
    ["REPLY 7 reserved(0xf9, h'')", 1, 18, '0xfc to 0xfe'],
    ['REPLY 7 5!58', 1, 9, 'no spelling'],
    ['REPLY 7 5!6', 1, 10, 'even number'],
    ['REPLY 7 ["text", "texts"!88]', 1, 18, 'no spelling'],
    ['REPLY 7 "abc"!a4', 1, 9, 'no spelling'],
    ['REPLY 7 "abc"!a300', 1, 9, 'no spelling'],
    ['REPLY 7 [{"a": 1}, {"a"!a1: 1}]', 1, 21, 'this map is a record'],
    ['ACK 18446744073709551616', 1, 5, 'from 0 to 18446744073709551615'],
    ['CLOSE forever', 1, 7, 'expected link or session'],
    ['CLOSE link code=1', 1, 12, 'expected received='],
    ['PING!ff h', 1, 9, 'expected bytes'],
    ["PING!b2 h'00'", 1, 5, 'no head of this frame'],
    ['HELLO offer {version: [1, 1], vers: 1}', 1, 31, 'expected a value'],
  ])('%j: line %i, column %i', (text, line, column, detail) => {
    let error: unknown;
    try {
      parseText(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TextError);
    expect(error).toMatchObject({ line, column });
    expect((error as TextError).message).toContain(detail);
  });

  it.each(['[', '{1:', 'set(', 'tag(40, '])(
    '%j a hundred thousand deep is an error, not an overflow',
    (open) => {
      expect(() => parseText(open.repeat(100_000), { as: 'values' })).toThrow(
        /nested deeper than 1000 levels/,
      );
    },
  );

  it('a number of a million digits is an error at once', () => {
    expect(() => parseText('7'.repeat(1_000_000), { as: 'values' })).toThrow(/10000 digits/);
  });
});

describe('depth', () => {
  const limits = { maxDepth: 1000 };

  it.each([
    ['arrays', `${'d1'.repeat(1000)}00`],
    ['records', `e1a161${'e8'.repeat(999)}00`],
    ['maps', `${'e100'.repeat(1000)}00`],
    ['tags', `${'f82a'.repeat(1000)}00`],
  ])('1000 levels of %s come back', (_, digits) => {
    const bytes = Uint8Array.from(Buffer.from(digits, 'hex'));
    const text = printText(bytes, { as: 'values', limits, width: 80 });
    expect(text).not.toContain('raw');
    expect(valueBytes(text)).toBe(digits);
  });

  it('deeper than the limit, bytes stay raw and the fault is told', () => {
    const text = printText(Uint8Array.from(Buffer.from('d1'.repeat(101) + '00', 'hex')), { as: 'values' });
    expect(text).toMatch(/^raw h'd1.*# LIMIT_DEPTH at byte 100/);
  });
});

describe('what is printed', () => {
  it('has no character that a terminal acts on', () => {
    const text = String.fromCharCode(...Array.from({ length: 0x2100 }, (_, i) => i)) + '\ufeff\u{e0001}';
    const printed = printText(encode(text), { as: 'values' });
    expect(printed.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(valueBytes(printed)).toBe(hex(encode(text)));
  });

  it.each([
    ['d3 a4 74657874 a4 74657874 88', '["text", "text"!a4, "text"]'],
    ['d3 a4 74657874 a4 74657874 89', 'plain ["text", "text", "text"!89]'],
    ['d3 e1 a1 61 01 e1 a1 61 02 e8 03', '[{"a": 1}, {"a": 2}!e1, {"a": 3}]'],
    ['d3 e1 a1 61 01 e1 a1 61 02 e9 03', 'plain [{"a": 1}, {"a": 2}, {"a": 3}!e9]'],
  ])('takes the lowest index for the default: %s', (digits, text) => {
    const bytes = Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
    expect(printText(bytes, { as: 'values' })).toBe(`${text}\n`);
  });

  it('has no mark for references of one byte and of more', () => {
    const texts = Array.from({ length: 40 }, (_, i) => `text ${i}`);
    const text = printText(encode([...texts, ...texts]), { as: 'values' });
    expect(text).toBe(`${formatValue([...texts, ...texts])}\n`);
  });

  it('tells the fault in a comment', () => {
    const bytes = Uint8Array.from(Buffer.from('1407 03 e2 01 01 02 02'.replaceAll(' ', ''), 'hex'));
    expect(printText(bytes)).toMatch(
      /^COMMAND 7 NEWS raw h'e201' # PAYLOAD_OVERRUN at byte 5 \(COMMAND\.args\[0\]/,
    );
  });

  it('breaks what is wider than asked, an item a line', () => {
    const text = printText(encode({ name: ['alice', 'bob'], empty: [], set: new Set([1]) }), {
      as: 'values',
      width: 20,
    });
    expect(text).toBe(
      '{\n  "name": [\n    "alice",\n    "bob"\n  ],\n  "empty": [],\n  "set": set([1])\n}\n',
    );
  });
});

describe('a value on one line', () => {
  it.each([
    [null, 'null'],
    [1, '1'],
    [-0, '-0.0'],
    [1.5, '1.5'],
    [2 ** 60, '1152921504606847000.0'],
    [10n, '10'],
    [new Float(1), '1.0'],
    [new Decimal(15, -1), '15e-1d'],
    ['a\u202eb', '"a\\u202eb"'],
    [Uint8Array.of(0xca), "h'ca'"],
    [{ a: [1, {}], b: new Map([[1, 2]]) }, '{"a": [1, {}], "b": {1: 2}}'],
    [new Set([1]), 'set([1])'],
    [
      new Tagged(40, [new Message(5, Uint8Array.of(1)), new Opaque(0xfd, Uint8Array.of())]),
      "tag(40, [message(5, h'01'), reserved(0xfd, h'')])",
    ],
  ])('%o', (value, text) => expect(formatValue(value)).toBe(text));

  it('is the text form of what was decoded', () => {
    const value = { name: 'x', list: [1, 2.5, 'é', null] };
    expect(formatValue(decode(encode(value)))).toBe(printText(encode(value), { as: 'values' }).trim());
  });

  it('is cut where it is longer than asked', () => {
    expect(formatValue(['abcdef', 'ghi'], { maxLength: 9 })).toBe('["abcdef…');
    expect(formatValue('x'.repeat(50), { maxLength: 5 })).toBe('"xxx…');
    expect(formatValue([1, 2], { maxLength: 6 })).toBe('[1, 2]');
  });
});
