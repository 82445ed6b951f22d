/** What hostile bytes cost. That time grows with the bytes and no faster is shown by bench/doubling.ts. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readReplies } from '../../spec/resp.ts';
import { RespReader } from './index.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const byteByByte = (text: string): Uint8Array[] => Array.from(text, bytesOf);

afterEach(() => vi.unstubAllGlobals());

/** The bytes that all buffers made during `run` have together. */
function allocated(run: () => void): number {
  let sum = 0;
  const Counted = new Proxy(Uint8Array, {
    construct(target, [first, ...rest]: [number | ArrayBuffer, ...number[]]): Uint8Array {
      if (typeof first === 'number') sum += first;
      return Reflect.construct(target, [first, ...rest]) as Uint8Array;
    },
  });
  vi.stubGlobal('Uint8Array', Counted);
  run();
  vi.unstubAllGlobals();
  return sum;
}

describe('a reader of RESP', () => {
  const ANNOUNCED = ['$16000000\r\nabc', '!16000000\r\nabc', '=16000000\r\ntxt:', '$?\r\n;16000000\r\nabc', '*1000000\r\n:1\r\n', '%500000\r\n', '~1000000\r\n']; // prettier-ignore
  it.each(ANNOUNCED)('allocates for the bytes that came, not for those that %j announces', (text) => {
    for (const chunks of [[bytesOf(text)], byteByByte(text)]) {
      expect(allocated(() => expect(readReplies(chunks).fault?.code).toBe('TRUNCATED'))).toBeLessThan(2000);
    }
  });

  it('gathers a body from chunks of one byte in buffers that double', () => {
    const text = `$100000\r\n${'x'.repeat(100_000)}\r\n`;
    const sum = allocated(() => expect(readReplies(byteByByte(text)).items).toHaveLength(1));
    expect(sum).toBeLessThan(5 * 100_000);
  });

  it.each(['*1\r\n', '|1\r\n', '%1\r\n', '~1\r\n', '>1\r\n', '*?\r\n', '|0\r\n'])(
    'refuses a million of %j in each other at the depth of the limit',
    (open) => {
      const { fault } = readReplies([bytesOf(open.repeat(1_000_000))], { maxDepth: 1000 });
      expect(fault?.code).toBe('LIMIT_DEPTH');
      expect(fault!.offset).toBeLessThanOrEqual(4 * 1000);
    },
  );

  it('reads and drops a thousand levels without a stack of its own', () => {
    const text = `${'*1\r\n'.repeat(999)}*0\r\n`.repeat(20);
    expect(readReplies(byteByByte(text), { maxDepth: 1000 }).items).toHaveLength(20);
  });

  it('does not keep a line without an end beyond the limit', () => {
    const reader = new RespReader({ limits: { maxPayload: 1000 } });
    const chunk = bytesOf('a'.repeat(100));
    reader.feed(bytesOf('+'));
    reader.next();
    const feed = (): void => {
      for (let i = 0; i < 20; i++) {
        reader.feed(chunk);
        reader.next();
      }
    };
    expect(feed).toThrow(/LIMIT_PAYLOAD at byte 0/);
    expect(reader.position).toBeLessThanOrEqual(1101);
  });

  it('has limits that its caller can only set within their ranges', () => {
    expect(() => new RespReader({ limits: { maxDepth: 1001 } })).toThrow(RangeError);
  });
});
