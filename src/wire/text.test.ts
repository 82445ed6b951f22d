import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as Wire from './index.ts';

type Runtime = typeof Wire;

/** The module as a runtime has it that knows no Buffer: a browser. */
async function withoutBuffer(): Promise<Runtime> {
  vi.resetModules();
  vi.stubGlobal('Buffer', undefined);
  try {
    return await import('./index.ts');
  } finally {
    vi.unstubAllGlobals();
  }
}

afterEach(() => vi.resetModules());

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number(`0x${pair}`));

/** In a buffer that goes on at both sides. */
function within(bytes: Uint8Array): { bytes: Uint8Array; start: number; end: number } {
  const wide = new Uint8Array(bytes.length + 8).fill(0x80);
  wide.set(bytes, 3);
  return { bytes: wide, start: 3, end: 3 + bytes.length };
}

const ILL_FORMED: [name: string, hex: string, at: number][] = [
  ['a continuation byte on its own', '61 80', 1],
  ['FE', '61 62 63 fe', 3],
  ['FF', 'ff', 0],
  ['C0, which only begins overlong forms', 'c0 80', 0],
  ['C1', '61 c1 bf', 1],
  ['a sequence of two that is cut short', '61 c3', 1],
  ['a sequence of three with an ASCII byte in it', 'e2 82 41', 0],
  ['an overlong sequence of three', '61 e0 9f bf', 1],
  ['a surrogate', 'ed a0 80', 0],
  ['a pair of surrogates', '61 61 61 ed a0 bd ed b8 80', 3],
  ['an overlong sequence of four', 'f0 8f bf bf', 0],
  ['U+110000', 'f4 90 80 80', 0],
  ['F5', 'f5 80 80 80', 0],
  ['a sequence of four that is cut short', '61 f0 9f 90', 1],
  ['a fault after a good U+FFFD', 'ef bf bd 80', 3],
  ['the first two bytes of U+FFFD', '61 ef bf', 1],
  ['the first two bytes of U+FFFD and another', '61 ef bf 41', 1],
  ['a fault behind forty bytes', `${'61'.repeat(40)} c3 28 61`, 40],
  ['a fault behind Chinese', `${'e4bda0'.repeat(20)} e4bd`, 60],
];

const TEXTS = [
  '',
  'a',
  'abcd',
  'x'.repeat(24),
  'x'.repeat(25),
  'x'.repeat(1000),
  'é',
  'aé',
  '你好世界',
  '你好世界'.repeat(50),
  'a'.repeat(64),
  'é'.repeat(65),
  `${'a🐦'.repeat(40)}é`,
  '🐦‍⬛',
  '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}',
  '\ufeffbyte order mark',
  '\ufffd',
  `${'a'.repeat(30)}\ufffd`,
  '\ud7ff\ue000',
];

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe.each([
  ["with Node's Buffer", () => import('./index.ts')],
  ['without a Buffer', withoutBuffer],
])('text %s', (_name, load: () => Promise<Runtime>) => {
  it('is well-formed UTF-8 both ways', async () => {
    const { readUtf8, utf8Length, writeUtf8 } = await load();
    for (const text of TEXTS) {
      const expected = Buffer.from(text);
      expect(utf8Length(text)).toBe(expected.length);
      const into = new Uint8Array(expected.length + 2);
      writeUtf8(text, expected.length, into, 1);
      expect(hexOf(into)).toBe(`00${hexOf(expected)}00`);
      const { bytes, start, end } = within(expected);
      expect(readUtf8(bytes, start, end)).toBe(text);
    }
  });

  it('is well-formed UTF-16LE both ways', async () => {
    const { readUtf16, writeUtf16 } = await load();
    for (const text of TEXTS) {
      const expected = Buffer.from(text, 'utf16le');
      const into = new Uint8Array(expected.length + 2);
      writeUtf16(text, into, 1);
      expect(hexOf(into)).toBe(`00${hexOf(expected)}00`);
      const { bytes, start, end } = within(expected);
      expect(readUtf16(bytes, start, end, 0)).toBe(text);
    }
  });

  it('that is not UTF-8 is a fault at the first byte of the ill-formed sequence', async () => {
    const { readUtf8 } = await load();
    for (const [, hex, at] of ILL_FORMED) {
      const { bytes, start, end } = within(bytesOf(hex));
      const expected = { code: 'TEXT_UTF8', rule: 'WIRE-7', offset: start + at };
      expect(() => readUtf8(bytes, start, end)).toThrow(expect.objectContaining(expected));
    }
  });

  it('that is not UTF-16 is a fault at the head, or at the lone surrogate', async () => {
    const { readUtf16 } = await load();
    for (const [hex, offset] of [
      ['61', 1],
      ['6100 62', 1],
      ['00d8', 3],
      ['6100 00dc', 5],
      ['00d8 6100', 3],
      ['00d8 00d8 00dc', 3],
      ['3dd8 00de 00dc', 7],
    ] as const) {
      const { bytes, start, end } = within(bytesOf(hex));
      const expected = { code: 'TEXT_UTF16', rule: 'WIRE-8', offset };
      expect(() => readUtf16(bytes, start, end, 1)).toThrow(expect.objectContaining(expected));
    }
  });

  it('with a lone surrogate is a TypeError that says where', async () => {
    const { utf8Length } = await load();
    for (const [text, index] of [
      ['\ud800', 0],
      ['ab\udc00', 2],
      ['ab\ud800c', 2],
      ['\ud800\udc00\ud800', 2],
      ['a\ud800\ud800\udc00', 1],
      [`${'é'.repeat(80)}\ud800`, 80],
    ] as const) {
      expect(() => utf8Length(text)).toThrow(new TypeError(`lone surrogate at index ${index} of a text`));
    }
  });

  it("agrees with the platform's strict decoder on any bytes", async () => {
    const { readUtf8 } = await load();
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const telling = fc.constantFrom(
      ...bytesOf('00 41 7f 80 8f 90 9f a0 bd bf c1 c2 df e0 ed ef f0 f4 f5 ff'),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(telling, fc.nat(255)), { maxLength: 40 }), (list) => {
        const bytes = Uint8Array.from(list);
        const [found, expected] = [() => readUtf8(bytes, 0, bytes.length), () => strict.decode(bytes)].map(
          (read) => {
            try {
              return read();
            } catch {
              return undefined;
            }
          },
        );
        expect(found).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

it('takes a Buffer without the methods that Node does not document for none', async () => {
  vi.resetModules();
  vi.stubGlobal(
    'Buffer',
    Object.assign(() => undefined, { prototype: { utf8Slice: () => 'wrong' } }),
  );
  const { readUtf8 } = await import('./index.ts').finally(() => vi.unstubAllGlobals());
  expect(readUtf8(new Uint8Array(30).fill(97), 0, 30)).toBe('a'.repeat(30));
});
