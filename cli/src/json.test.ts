import * as fc from 'fast-check';
import { stringify } from 'petrel/json';
import { decode, Decimal, encode, Entries, Float } from 'petrel/value';
import { describe, expect, it } from 'vitest';
import { exactNumber, sameNumber } from '../../src/json/exact.ts';
import { Exit } from './exit.ts';
import { JsonError } from './json-error.ts';
import { parseJson } from './json.ts';

const ACCEPTED = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1.5e+10',
  '1E400',
  '""',
  String.raw`"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"`,
  '"\u007f\u2028\ufeff"',
  '[]',
  '{}',
  ' \t\r\n[ 1 , 2 ]\r\n',
  '[[[]],{"":{}}]',
  '{"a":1,"b":[true,null]}',
  '{"__proto__":1,"constructor":2,"toString":3}',
  '[123456789012345678901234567890]',
];

const REFUSED = [
  '',
  ' ',
  '\ufeff1',
  '1 2',
  '[1,]',
  '[,1]',
  '[1,,2]',
  '[1 2]',
  '[1',
  '[',
  ']',
  '[1}',
  '{"a":1,}',
  '{"a"}',
  '{"a":}',
  '{"a" 1}',
  '{a:1}',
  "{'a':1}",
  '{1:1}',
  '{"a":1 "b":2}',
  '{"a":1}}',
  '{,}',
  '{"a"::1}',
  '01',
  '-01',
  '+1',
  '-',
  '.5',
  '-.5',
  '1.',
  '1.e5',
  '1e',
  '1e+',
  '0x1F',
  '1_000',
  '1n',
  'NaN',
  'Infinity',
  '-Infinity',
  'True',
  'nul',
  'nulls',
  'truefalse',
  'undefined',
  '// comment\n1',
  '/* comment */1',
  '1 // comment',
  '# comment',
  '"a',
  '"a\nb"',
  '"a\rb"',
  '"a\tb"',
  '"\u0000"',
  '"\u001f"',
  String.raw`"\x41"`,
  String.raw`"\u12"`,
  String.raw`"\u12G4"`,
  String.raw`"\U0041"`,
  String.raw`"\'"`,
  String.raw`"\"`,
  '"a\\',
  "'a'",
  '\u00a01',
  '\u000b1',
  '\u000c1',
  '\u20281',
  '1\u0000',
  '[1]x',
  '"a""b"',
  '٣',
];

describe('parseJson', () => {
  it.each(ACCEPTED)('accepts %j', (text) => {
    expect(() => void JSON.parse(text)).not.toThrow();
    expect(() => parseJson(text)).not.toThrow();
  });

  it.each(REFUSED)('refuses %j', (text) => {
    expect(() => void JSON.parse(text)).toThrow(SyntaxError);
    expect(() => parseJson(text)).toThrow(JsonError);
  });

  it('accepts and refuses what JSON.parse does, whatever is done to a document', () => {
    const seeds = [...ACCEPTED, ...REFUSED];
    const piece = fc.oneof(
      fc.constantFrom(
        ...'[]{}:,"\\/-+.eE0123456789 \n\t\r'.split(''),
        'true',
        'null',
        '\\u',
        '\ufeff',
        '\u0001',
      ),
      fc.string({ maxLength: 2 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.nat(), fc.nat(3), piece, (seed, place, cut, inserted) => {
        const at = place % (seed.length + 1);
        const text = seed.slice(0, at) + inserted + seed.slice(at + cut);
        const error = errorOf(text);
        fc.pre(!/lone surrogate|stands before|LIMIT/.test(error?.message ?? '')); // valid so far, and not read on
        expect({ text, valid: error === undefined }).toStrictEqual({ text, valid: isJson(text) });
      }),
      { numRuns: 20_000 },
    );
  });

  it('keeps the order of keys, and keys that objects treat otherwise', () => {
    const value = parseJson('{"2":1,"1":2,"__proto__":{"b":1,"a":2},"constructor":null}') as Entries;
    expect(value.keys).toStrictEqual(['2', '1', '__proto__', 'constructor']);
    expect(value.values[2]).toStrictEqual(new Entries(['b', 'a'], [1, 2]));
  });

  it('keeps numbers exactly', () => {
    expect(parseJson('[1,1.0,-0,9007199254740993,1e400]')).toStrictEqual([
      1,
      new Float(1),
      new Float(-0),
      9007199254740993n,
      new Decimal(1, 400),
    ]);
  });

  it.each([
    ['{"a":1,\n "b":{"c":[0,{"x":1,"x":2}]}}', 'line 2, column 21 (in b.c[1]): the key "x" stands before'],
    [String.raw`{"a":1,"\u0061":2}`, 'line 1, column 8: the key "a" stands before'],
    ['{"1":1,"2":2,"1":3}', 'line 1, column 14: the key "1" stands before'],
    [
      String.raw`["ok",` + '\r\n' + String.raw`"\ud800"]`,
      'line 2, column 1 (in [1]): a string with a lone surrogate',
    ],
    [String.raw`{"\udc00\ud800":1}`, 'line 1, column 2: a string with a lone surrogate'],
    ['[1,\r2,\n\n oops]', 'line 4, column 2 (in [2]): expected a value, found "oops"'],
    ['[1,2}', 'line 1, column 5 (in [2]): expected , or ], found "}"'],
    ['{"a":1', 'line 1, column 7: expected , or }, found the end of the text'],
    ['\ufeff{}', 'line 1, column 1: the text begins with a byte order mark'],
    ['"\u001b[31m"', 'line 1, column 1: a raw control character in a string'],
  ])('names the place: %j', (text, message) => {
    expect(() => parseJson(text)).toThrow(`JSON, ${message}`);
  });

  it('names the place of a number that can not be kept', () => {
    const error = errorOf(`[1,${'9'.repeat(10_001)}]`);
    expect(error?.message).toContain('JSON, line 1, column 4 (in [1]): an integer of 10001 digits');
    expect(error).toMatchObject({ exitCode: Exit.LIMIT, offset: 3, line: 1, column: 4, path: [1] });
  });

  it.each([
    ['{"a":1', Exit.TRUNCATED],
    ['"abc', Exit.TRUNCATED],
    ['[tr', Exit.TRUNCATED],
    ['[1.', Exit.TRUNCATED],
    ['', Exit.TRUNCATED],
    ['[tru]', Exit.MALFORMED],
    ['"a\n', Exit.MALFORMED],
    ['[1.]', Exit.MALFORMED],
    ['1e10001', Exit.LIMIT],
  ])('tells too little from wrong and from too much: %j', (text, exitCode) => {
    expect(errorOf(text)?.exitCode).toBe(exitCode);
  });

  it('takes a thousand levels, and refuses a hundred thousand without a stack', () => {
    expect(parseJson(`${'['.repeat(1000)}${']'.repeat(1000)}`)).toHaveLength(1);
    expect(errorOf('['.repeat(1001))?.exitCode).toBe(Exit.LIMIT);
    expect(() => parseJson('['.repeat(100_000))).toThrow('nested deeper than 1000 levels');
    expect(() => parseJson('{"a":'.repeat(100_000))).toThrow('nested deeper than 1000 levels');
  });

  it('takes back from the wire every document that it sent, in value and order', () => {
    fc.assert(
      fc.property(document, fc.boolean(), (node, indented) => {
        const text = write(node, indented ? ' \n' : '');
        const back = stringify(decode(encode(parseJson(text)), { lossless: true }));
        expect([back, match(node, back, 0)]).toStrictEqual([back, back.length]);
      }),
      { numRuns: 1000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function errorOf(text: string): JsonError | undefined {
  try {
    parseJson(text);
    return undefined;
  } catch (error) {
    return error as JsonError;
  }
}

/** A document as it was generated: nothing here goes through the code under test. */
type Node =
  | { readonly number: string }
  | { readonly scalar: string | boolean | null }
  | { readonly items: readonly Node[] }
  | { readonly fields: readonly (readonly [key: string, value: Node])[] };

const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 1, maxLength });
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    digits(30).map((text) => text.replace(/^0+(?=.)/, '')),
    fc.oneof(
      fc.constant(''),
      digits(30).map((text) => `.${text}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.integer({ min: -330, max: 330 }).map((exponent) => `E${exponent}`),
    ),
  )
  .map((parts) => ({ number: parts.join('') }));
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', '0', '10', '9', 'name', 'länge', '消息', 'toString'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const { document } = fc.letrec<{ document: Node }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      number,
      fc.constantFrom(null, true, false).map((scalar) => ({ scalar })),
      key.map((scalar) => ({ scalar })),
    ),
    fc.array(tie('document'), { maxLength: 5 }).map((items) => ({ items })),
    fc
      .uniqueArray(fc.tuple(key, tie('document')), { selector: ([name]) => name, maxLength: 5 })
      .map((fields) => ({ fields })),
  ),
}));

function write(node: Node, space: string): string {
  if ('number' in node) return node.number;
  if ('scalar' in node) return JSON.stringify(node.scalar);
  if ('items' in node) return `[${space}${node.items.map((item) => write(item, space)).join(`${space},`)}]`;
  const fields = node.fields.map(([name, value]) => `${JSON.stringify(name)}${space}:${write(value, space)}`);
  return `{${space}${fields.join(`,${space}`)}}`;
}

/** The position in `text` after the minified document that equals `node`, -1 when it does not. */
function match(node: Node, text: string, at: number): number {
  if (at < 0) return at;
  if ('number' in node) return matchNumber(node.number, text, at);
  if ('scalar' in node) return matchText(JSON.stringify(node.scalar), text, at);
  const parts: readonly (string | Node)[] =
    'items' in node
      ? ['[', ...node.items.flatMap((item, i) => (i === 0 ? [item] : [',', item])), ']']
      : [
          '{',
          ...node.fields.flatMap(([name, value], i) => [
            (i === 0 ? '' : ',') + JSON.stringify(name),
            ':',
            value,
          ]),
          '}',
        ];
  return parts.reduce(
    (pos: number, part) => (typeof part === 'string' ? matchText(part, text, pos) : match(part, text, pos)),
    at,
  );
}

function matchText(expected: string, text: string, at: number): number {
  return at >= 0 && text.startsWith(expected, at) ? at + expected.length : -1;
}

function matchNumber(token: string, text: string, at: number): number {
  const found = /^[-+.0-9eE]+/.exec(text.slice(at))?.[0] ?? '';
  const [a, b] = [exactNumber(token), exactNumber(found)];
  if (a === undefined || b === undefined || !sameNumber(a, b)) return -1;
  // an integer stays one; -0 alone becomes the float that it is in JSON
  return a.whole === b.whole || token === '-0' ? at + found.length : -1;
}
