/** What RESP3 can say, as its text. */
import * as fc from 'fast-check';

/** RESP's text, a character a byte, as it comes and as it goes back: legal spellings that Redis doesn't use are not kept. */
export interface Said {
  readonly resp: string;
  readonly back: string;
}

export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const kept = (resp: string): Said => ({ resp, back: resp });

export const anyString: fc.Arbitrary<string> = fc.oneof(
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

export const word: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.integer({ min: -300, max: 300 }).map(BigInt),
  fc.constantFrom(2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)),
);
export const big: fc.Arbitrary<bigint> = fc.oneof(word, fc.bigInt(-(2n ** 400n), 2n ** 400n));

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

export const bulk = (type: string, text: string): string => `${type}${text.length}\r\n${text}\r\n`;

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

export const values: fc.Arbitrary<Said> = fc.letrec<{ value: Said }>((tie) => {
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

export const replies: fc.Arbitrary<Said> = fc.array(values, { maxLength: 5 }).map((all) => ({
  resp: all.map(({ resp }) => resp).join(''),
  back: all.map(({ back }) => back).join(''),
}));
