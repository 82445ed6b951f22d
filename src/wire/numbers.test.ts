import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError, Reader, uint64, varintLength, Writer } from './index.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number(`0x${pair}`));
const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.code} ${error.rule} ${error.offset}`;
    throw error;
  }
  return 'none';
}

const VARINTS: [number | bigint, string][] = [
  [0, '00'],
  [127, '7f'],
  [128, '8001'],
  [16_383, 'ff7f'],
  [16_384, '808001'],
  [2 ** 28 - 1, 'ffffff7f'],
  [2 ** 28, '8080808001'],
  [2 ** 31, '8080808008'],
  [2 ** 32 - 1, 'ffffffff0f'],
  [2 ** 32, '8080808010'],
  [2 ** 35, '808080808001'],
  [2 ** 53 - 1, 'ffffffffffffff0f'],
  [2n ** 53n, '8080808080808010'],
  [2n ** 56n, '808080808080808001'],
  [2n ** 63n, '80808080808080808001'],
  [2n ** 64n - 1n, 'ffffffffffffffffff01'],
];

describe('varints', () => {
  it.each(VARINTS)('%s is %s', (value, hex) => {
    const writer = new Writer();
    writer.varint(value);
    expect(hexOf(writer.take())).toBe(hex);
    const reader = new Reader(bytesOf(hex));
    expect(reader.varint()).toBe(value);
    expect(reader.pos).toBe(hex.length / 2);
    expect(varintLength(Number(value))).toBe(hex.length / 2);
  });

  it.each([
    ['8000', 'VARINT_OVERLONG WIRE-3 1'],
    ['ff00', 'VARINT_OVERLONG WIRE-3 1'],
    ['80808080808080808000', 'VARINT_OVERLONG WIRE-3 1'],
    ['80808080808080808002', 'VARINT_RANGE WIRE-4 1'],
    ['ffffffffffffffffff7f', 'VARINT_RANGE WIRE-4 1'],
    ['8080808080808080808001', 'VARINT_RANGE WIRE-4 1'],
    ['', 'TRUNCATED WIRE-9 1'],
    ['80', 'TRUNCATED WIRE-9 2'],
    ['808080808080808080', 'TRUNCATED WIRE-9 10'],
  ])('as a number, %s after a byte is %s', (hex, fault) => {
    expect(faultOf(() => new Reader(bytesOf(`00${hex}`), 1).varint())).toBe(fault);
  });

  it.each([
    ['ffffffff0f', 2 ** 32 - 1],
    ['ffffffff10', 'VARINT_RANGE WIRE-5 0'],
    ['8080808080', 'VARINT_RANGE WIRE-5 0'],
    ['8080808000', 'VARINT_OVERLONG WIRE-3 0'],
    ['80808080', 'TRUNCATED WIRE-9 4'],
  ])('as a length, %s is %s', (hex, expected) => {
    let length: number | undefined;
    const fault = faultOf(() => (length = new Reader(bytesOf(hex)).length()));
    expect(length ?? fault).toBe(expected);
  });

  it('may be longer than the shortest where protobuf is read', () => {
    const reader = new Reader(bytesOf('858000'));
    reader.overlong = true;
    expect(reader.varint()).toBe(5);
    expect(reader.pos).toBe(3);
  });

  it('come back equal, whatever the number', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
        const exact = value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
        const writer = new Writer();
        writer.varint(value);
        const long = writer.take();
        writer.pos = 0;
        writer.varint(exact);
        expect(writer.take()).toEqual(long);
        expect(new Reader(long).varint()).toBe(exact);
      }),
    );
  });
});

describe('fixed-width numbers', () => {
  it.each([
    ['ff', 255],
    ['0001', 256],
    ['ffffff', 2 ** 24 - 1],
    ['ffffffff', 2 ** 32 - 1],
    ['0000000001', 2 ** 32],
    ['ffffffffffff1f00', 2 ** 53 - 1],
    ['0000000000002000', 2n ** 53n],
    ['ffffffffffffffff', 2n ** 64n - 1n],
  ])('%s is %s, little-endian', (hex, value) => {
    expect(new Reader(bytesOf(hex)).fixed(hex.length / 2)).toBe(value);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of %d bytes are truncated one byte short', (width) => {
    expect(faultOf(() => new Reader(new Uint8Array(width - 1)).fixed(width))).toBe(
      `TRUNCATED WIRE-9 ${width - 1}`,
    );
  });

  it('are numbers while they are safe, and exact beyond', () => {
    expect(uint64(0xffff_ffff, 0x1f_ffff)).toBe(Number.MAX_SAFE_INTEGER);
    expect(uint64(0, 0x20_0000)).toBe(2n ** 53n);
    expect(uint64(0xffff_ffff, 0xffff_ffff)).toBe(2n ** 64n - 1n);
  });

  it('as floats come back bit by bit', () => {
    fc.assert(
      fc.property(fc.double(), fc.float(), (double, float) => {
        const writer = new Writer(1);
        writer.float64(double);
        writer.float32(float);
        const reader = new Reader(writer.take());
        expect([reader.float64(), reader.float32()]).toEqual([double, float]);
      }),
    );
  });
});

describe('Writer', () => {
  it('grows as it is written to, and keeps what was written', () => {
    const writer = new Writer(0);
    const expected: number[] = [];
    for (let i = 0; i < 5000; i++) {
      writer.byte(i & 0xff);
      expected.push(i & 0xff);
    }
    writer.raw(Uint8Array.from(expected));
    expect(Array.from(writer.take())).toEqual([...expected, ...expected]);
  });

  it('takes a copy and peeks at a view', () => {
    const writer = new Writer();
    writer.byte(1);
    const [taken, peeked] = [writer.take(), writer.peek()];
    writer.pos = 0;
    writer.byte(2);
    expect([taken[0], peeked[0]]).toEqual([1, 2]);
  });

  it('refuses to outgrow one buffer before it allocates', () => {
    expect(() => new Writer().ensure(2 ** 32)).toThrow(
      new RangeError('4294967296 bytes do not fit one buffer'),
    );
  });
});

describe('Reader', () => {
  it('reads no byte beyond its end, though the buffer goes on', () => {
    const reader = new Reader(Uint8Array.of(1, 2, 3, 4), 1, 3);
    expect([reader.byte(), reader.byte()]).toEqual([2, 3]);
    expect(faultOf(() => reader.byte())).toBe('TRUNCATED WIRE-9 3');
    expect(faultOf(() => reader.view(1, false))).toBe('TRUNCATED WIRE-9 3');
    expect(faultOf(() => reader.need(2 ** 32))).toBe('TRUNCATED WIRE-9 3');
  });

  it('answers a view of the same memory, or a copy when asked', () => {
    const bytes = Buffer.from([9, 1, 2, 3]).subarray(1);
    const view = new Reader(bytes, 1).view(2, false);
    expect(view.constructor).toBe(Uint8Array);
    expect([view.buffer, view.byteOffset]).toEqual([bytes.buffer, bytes.byteOffset + 1]);
    const copy = new Reader(bytes, 1).view(2, true);
    expect(copy).toEqual(view);
    expect(copy.buffer).not.toBe(bytes.buffer);
  });
});
