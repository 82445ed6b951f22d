import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type FrameBody } from '../frame/all.ts';
import { Decimal, encode, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../value/index.ts';
import { FramePrinter, parseText, printText, withComment } from './index.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (digits: string): Uint8Array =>
  Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

/** So many literals that take an index. */
const textsOfFour = (count: number): string =>
  Array.from({ length: count }, (_, i) => `a4 ${hex(Buffer.from(String(1000 + i)))}`).join(' ');

/** Texts that repeat, so that references and records come up; short, Chinese, and full of controls. */
const text = fc.oneof(
  fc.constantFrom('name', 'text', 'a', 'ts', '短い名前です', 'users', 'raw', '7', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const scalar: fc.Arbitrary<Encodable> = fc.oneof(
  text,
  fc.constantFrom<Encodable>(
    null,
    true,
    false,
    new Float(-0),
    new Float(NaN),
    new Float(-Infinity),
    new Float(3),
  ),
  fc.maxSafeInteger(),
  fc.integer({ min: -10, max: 100 }),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.double().map((value) => new Float(value)),
  fc.uint8Array({ maxLength: 20 }),
  fc
    .tuple(fc.maxSafeInteger(), fc.integer({ min: -300, max: 300 }))
    .map(([c, e]) => new Decimal(c % 10 === 0 ? c + 1 : c, e)),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 8 })).map(([type, bytes]) => new Message(type, bytes)),
  fc
    .tuple(fc.integer({ min: 0xfc, max: 0xfe }), fc.uint8Array({ maxLength: 8 }))
    .map(([k, bytes]) => new Opaque(k, bytes)),
);
const { value } = fc.letrec<{ value: Encodable }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .tuple(fc.uniqueArray(text, { maxLength: 4 }), fc.array(tie('value'), { minLength: 4, maxLength: 4 }))
      .map(([keys, values]) => new Entries(keys, values.slice(0, keys.length))),
    fc
      .tuple(
        fc.uniqueArray(fc.nat(), { maxLength: 4 }),
        fc.array(tie('value'), { minLength: 4, maxLength: 4 }),
      )
      .map(([keys, values]) => new Entries(keys, values.slice(0, keys.length))),
    fc.tuple(fc.integer({ min: 7, max: 200 }), tie('value')).map(([tag, inner]) => new Tagged(tag, inner)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Tagged(1, items)),
  ),
}));

const id = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.bigInt({ min: 2n ** 60n, max: 2n ** 64n - 1n }));
const verb = fc.oneof(
  fc.constantFrom('SEND', 'GET', 'raw', 'my-verb', 'with space'),
  fc.string({ minLength: 1, maxLength: 9 }),
);
const frame: fc.Arbitrary<FrameBody> = fc.oneof(
  fc.record({ kind: fc.constant('COMMAND' as const), id, verb, args: fc.array(value, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('REPLY' as const), id, value }),
  fc.record({ kind: fc.constant('PUSH' as const), verb, args: fc.array(value, { maxLength: 2 }) }),
  fc.record({ kind: fc.constant('ACK' as const), received: id }),
  fc.record({ kind: fc.constant('PING' as const), echo: fc.uint8Array({ maxLength: 8 }) }),
  fc.record({
    kind: fc.constant('CLOSE' as const),
    scope: fc.constantFrom('link' as const, 'session' as const),
    received: id,
    code: id,
    after: id,
    text,
  }),
  fc.record({
    kind: fc.constant('RESUME' as const),
    form: fc.constantFrom('offer' as const, 'answer' as const),
    token: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    attempt: id,
    received: id,
    next: id,
  }),
  fc.record({ kind: fc.constant('EXTENSION' as const), type: id, bytes: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({
    kind: fc.constant('HELLO' as const),
    form: fc.constant('offer' as const),
    versions: fc.constant([1, 1] as const),
    agent: text,
    credentials: value,
  }),
);
const stream = fc
  .array(frame, { maxLength: 6 })
  .map((frames) => Buffer.concat(frames.map((body) => encodeFrame(body))));

/** A stream with a byte changed, dropped or put in, or an end cut off. */
const broken = fc
  .tuple(stream, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(3)), { minLength: 1, maxLength: 4 }))
  .map(([whole, changes]) => {
    let bytes = Array.from(whole);
    for (const [where, byte, how] of changes) {
      const at = where % (bytes.length + 1);
      if (how === 0) bytes[at] = byte;
      else if (how === 1) bytes.splice(at, 1);
      else if (how === 2) bytes.splice(at, 0, byte);
      else bytes = bytes.slice(0, at);
    }
    return Uint8Array.from(bytes);
  });

type As = 'frames' | 'values';

/** The bytes that come back, as hex. */
function back(bytes: Uint8Array, as: As, width = Infinity): string {
  return hex(parseText(printText(bytes, { as, width }), { as }).bytes);
}

const linesOf = (chunks: readonly Uint8Array[]): string => {
  const printer = new FramePrinter();
  let out = '';
  for (const chunk of chunks) for (const line of printer.push(chunk)) out += withComment(line);
  for (const line of printer.finish()) out += withComment(line);
  return out;
};

describe('the text form loses nothing', () => {
  it('of random bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(back(bytes, 'frames')).toBe(hex(bytes));
      }),
      { numRuns: 1000 },
    ));

  it('of random bytes as values', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(back(bytes, 'values')).toBe(hex(bytes));
      }),
      { numRuns: 1000 },
    ));

  it('of frames', () =>
    fc.assert(
      fc.property(stream, (bytes) => {
        expect(back(bytes, 'frames')).toBe(hex(bytes));
      }),
    ));

  it('of broken frames', () =>
    fc.assert(
      fc.property(broken, (bytes) => {
        expect(back(bytes, 'frames')).toBe(hex(bytes));
      }),
      { numRuns: 1000 },
    ));

  it('over several lines', () =>
    fc.assert(
      fc.property(broken, fc.integer({ min: 0, max: 100 }), (bytes, width) => {
        expect(back(bytes, 'frames', width)).toBe(hex(bytes));
      }),
    ));

  it('of plain values and their fragments', () =>
    fc.assert(
      fc.property(value, fc.nat(), (item, cut) => {
        const bytes = encode(item, { form: 'plain' });
        expect(back(bytes, 'values')).toBe(hex(bytes));
        const rest = bytes.subarray(cut % (bytes.length + 1));
        expect(back(rest, 'values')).toBe(hex(rest));
      }),
    ));

  it('of canonical values, which need no mark', () =>
    fc.assert(
      fc.property(value, (item) => {
        const bytes = encode(item);
        const printed = printText(bytes, { as: 'values' });
        expect(parseText(printed, { as: 'values' })).toEqual({ bytes, deliberate: false });
        expect(printed.startsWith('plain')).toBe(false);
      }),
      { numRuns: 500 },
    ));

  it.each([
    ['a uint in too many bytes', '59 0500'],
    ['a negative integer in too many bytes', '81 0900'],
    ['a long text head for a short text', 'c7 808000' + '61'.repeat(39)],
    ['a text of no reference where one is canonical', 'd2 a4 61616161 a4 61616161'],
    ['a reference to the second of two equal texts', 'd3 a4 61616161 a4 61616161 89'],
    ['an overlong reference', `df 0b ${textsOfFour(25)} f6 8000`],
    ['UTF-16 where UTF-8 is shorter', 'f7 04 6100 6200'],
    ['UTF-8 where UTF-16 is shorter', 'ac e4bda0 e5a5bd e4bda0 e5a5bd'],
    ['a map where a record is canonical', 'd2 e1 a1 61 01 e1 a1 61 02'],
    ['a record of the second of two equal shapes', 'd3 e1 a1 61 01 e1 a1 61 02 e9 03'],
    [
      'an overlong record head',
      'd2 e7 00 a161 a162 a163 a164 a165 a166 a167 01020304050607 e8 01020304050607',
    ],
    ['an overlong array head', 'df 8000' + '00'.repeat(15)],
    ['an overlong tag', 'f8 a800 05'],
    ['an overlong bignum', 'f8 8400 cf02 000000000000000001'],
    ['an overlong decimal exponent', 'f5 8100 0f'],
    ['a decimal with an overlong coefficient', 'f5 01 59 0f00'],
    ['an overlong message', 'f9 8300 8500 01'],
    ['an overlong reserved kind', 'fd 8100 01'],
  ])('of %s, with a mark', (_, digits) => {
    const bytes = bytesOf(digits);
    const printed = printText(bytes, { as: 'values' });
    expect(printed).not.toContain('raw');
    expect(hex(parseText(printed, { as: 'values' }).bytes)).toBe(hex(bytes));
  });

  it.each([
    ['a frame head in too many bytes', 'bf 8000' + '00'.repeat(15), 'PING!bf8000'],
    ['a request id', '54 87808000', 'CANCEL 7!87808000'],
    ['a registered verb as text', '16 07 a4 53454e44', 'COMMAND 7 SEND!a4'],
    ['an unregistered verb', '12 07 40', 'COMMAND 7 64'],
    ['a verb in two bytes', '13 07 5840', "COMMAND 7 raw h'5840'"],
    ['trailing bytes', '24 07 01 02 03', "REPLY 7 1 raw h'0203'"],
    ['a missing field', '21 07', "REPLY 7 raw h''"],
    ['a HELLO of no form', '81 02', "HELLO raw h'02'"],
    [
      'a HELLO with UTF-16',
      '8d 00 e2 00 0b d2 01 01 f7 04 61006200',
      'HELLO offer {versions: [1, 1], agent: "ab"!f704}',
    ],
    ['a reserved kind', '62 0102', "RESERVED6 h'0102'"],
  ])('of %s in a frame', (_, digits, printed) => {
    const bytes = bytesOf(digits);
    expect(printText(bytes).split(' #')[0]!.trim()).toContain(printed);
    expect(hex(parseText(printText(bytes)).bytes)).toBe(hex(bytes));
  });
});

describe('printing a stream', () => {
  it('prints the same however the bytes arrive', () =>
    fc.assert(
      fc.property(broken, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (bytes, sizes) => {
        const chunks: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const next = at + sizes[i % sizes.length]!;
          chunks.push(bytes.slice(at, next));
          at = next;
        }
        expect(linesOf(chunks)).toBe(linesOf([bytes]));
      }),
    ));

  it.each([
    ['b3 68', 'TRUNCATED', 2],
    ['bf 80', 'TRUNCATED', 2],
    ['b0 ff d8 ff e0 00 10', 'VARINT_OVERLONG', 2],
    ['b0 ff ff ff ff ff ff', 'VARINT_RANGE', 2],
    ['b0 b0 0a', 'FRAME_ILLEGAL', 2],
  ])('tells what a strict decoder says of the last bytes, %s: %s at %i', (digits, code, offset) => {
    expect(printText(bytesOf(digits))).toContain(`# ${code} at byte ${offset}`);
    expect(back(bytesOf(digits), 'frames')).toBe(digits.replaceAll(' ', ''));
  });

  it('waits for the rest of an overlong length', () => {
    const bytes = bytesOf(`bf 8080808000 ${'00'.repeat(15)} b0`);
    expect(linesOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toBe(linesOf([bytes]));
    expect(linesOf([bytes])).toMatch(/^PING!bf8080808000 h'0{30}' # VARINT_OVERLONG at byte 1.*\nPING\n$/);
  });

  it('reads on after a map with a key that stands twice', () => {
    const bytes = bytesOf('27 07 e2 a161 a161 01 22 07 05');
    expect(linesOf([bytes])).toMatch(/^REPLY 7 raw h'e2a161a16101' # KEY_DUPLICATE .*\nREPLY 7 5\n$/);
  });

  it('answers a frame as soon as it is whole', () => {
    const printer = new FramePrinter();
    expect([...printer.push(bytesOf('b0 b1'))].map(({ text }) => text)).toEqual(['PING']);
    expect([...printer.push(bytesOf('07'))].map(({ text, offset }) => [text, offset])).toEqual([
      ["PING h'07'", 1],
    ]);
  });
});
