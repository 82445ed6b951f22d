import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readBig, readDouble, readInteger, seventeenDigits, shortest } from './numbers.ts';

/** Doubles of all exponents, the same ones each time. */
function doubles(count: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  let seed = 1;
  const word = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  return Array.from({ length: count }, () => {
    view.setUint32(0, (word() << 1) ^ word());
    view.setUint32(4, (word() << 1) ^ word());
    return view.getFloat64(0);
  }).filter(Number.isFinite);
}

/** What the system's printf says. It counts in more than 53 bits, so each number is told exactly, in hexadecimal. */
function printed(values: readonly number[]): string[] {
  const args = values.map(hexadecimal);
  return execFileSync('/usr/bin/printf', ['%.17g\n', ...args], { encoding: 'utf8', env: { LC_ALL: 'C' } }).trimEnd().split('\n'); // prettier-ignore
}

function hexadecimal(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = (bits & 0xfffffffffffffn).toString(16).padStart(13, '0');
  const sign = bits >> 63n > 0n ? '-' : '';
  return exponent === 0 ? `${sign}0x0.${fraction}p-1022` : `${sign}0x1.${fraction}p${exponent - 1023}`;
}

describe('17 significant digits', () => {
  it.each([
    ['doubles of all exponents', doubles(2000)],
    ['numbers as people write them', Array.from({ length: 2000 }, (_, i) => (i - 1000) / 8 + i * 0.001)],
    ['powers of ten', Array.from({ length: 631 }, (_, i) => Number(`1e${i - 323}`))],
    ['whole numbers', Array.from({ length: 64 }, (_, i) => 2 ** i - 1)],
    ['numbers halfway between two of 17 digits', Array.from({ length: 400 }, (_, i) => 2 ** 50 + i / 4 + 0.25)],
    ['numbers halfway, below zero', Array.from({ length: 400 }, (_, i) => -(2 ** 49) - i / 8 - 0.125)],
    ['the smallest and the largest', [5e-324, -5e-324, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** -1022, 0, -0]],
  ])('are those of C for %s', (_name, values) => {
    expect(values.map(seventeenDigits)).toStrictEqual(printed(values));
  }); // prettier-ignore

  it('are words for what is not finite', () => {
    expect([Infinity, -Infinity, NaN].map(seventeenDigits)).toStrictEqual(['inf', '-inf', 'nan']);
  });

  it('read back as the same double, and so do the fewest', () => {
    for (const value of [...doubles(1000), 0.1, -0]) {
      expect(readDouble(seventeenDigits(value))).toBe(value);
      expect(readDouble(shortest(value))).toBe(value);
    }
  });
});

describe('numbers in text', () => {
  it.each([['0', 0], ['-5', -5], ['+5', 5], ['9007199254740993', 9007199254740993n], ['-9223372036854775808', -(2n ** 63n)]])(
    'integer %s', (text, value) => expect(readInteger(text)).toBe(value)); // prettier-ignore

  const NONE = [
    '',
    '-',
    '+',
    '-0',
    '00',
    '01',
    '1.0',
    '1e1',
    ' 1',
    '1 ',
    '1\n',
    '٣',
    '0x1',
    '1_000',
    '1n',
    'Infinity',
  ];
  it.each(NONE)('%j is no integer, big or not', (text) => {
    expect([readInteger(text), readBig(text)]).toStrictEqual([undefined, undefined]);
  });

  it.each(['', '.', '.5', '5.', '1e', 'e1', '1e1.5', '00', '0x1', 'Inf', 'NAN', 'infinity', '1.5\n', '--1', '٣', '1_0'])(
    '%j is no double', (text) => expect(readDouble(text)).toBeUndefined()); // prettier-ignore

  it('takes a long text that is nearly a number no longer than its length', () => {
    for (const text of [`${'1'.repeat(5000)}x`, `1.${'0'.repeat(5000)}x`, `1e${'5'.repeat(5000)}x`])
      expect(readDouble(text)).toBeUndefined();
  });
});
