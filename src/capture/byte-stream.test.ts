import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteStream, type StreamSink } from './byte-stream.ts';

/** What came out: bytes, and -n for a gap of n. */
class Record implements StreamSink {
  readonly out: number[] = [];

  data(bytes: Uint8Array): void {
    this.out.push(...bytes);
  }

  gap(length: number): void {
    this.out.push(-length);
  }
}

function stream(maxHeld = 1 << 20, limit = 1 << 24): { readonly stream: ByteStream; readonly out: number[] } {
  const record = new Record();
  return { stream: new ByteStream(record, maxHeld, { used: 0, limit }), out: record.out };
}

/** Bytes that say their place. */
const bytes = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: to - from }, (_, i) => ((from + i) % 251) + 1);
const said = (from: number, to: number): number[] => [...bytes(from, to)];

describe('one direction of a TCP connection', () => {
  it('comes out as it was sent where segments come in order', () => {
    const { stream: one, out } = stream();
    one.start(1000);
    one.add(1000, bytes(0, 10), 10);
    one.add(1010, bytes(10, 15), 5);
    expect(out).toEqual(said(0, 15));
  });

  it('waits for what is missing, and then lets all out at once', () => {
    const { stream: one, out } = stream();
    one.start(0);
    one.add(10, bytes(10, 20), 10);
    expect(out).toEqual([]);
    one.add(0, bytes(0, 10), 10);
    expect(out).toEqual(said(0, 20));
    expect(one.counts.outOfOrder).toBe(1);
  });

  it('takes the first of two that differ, and counts the bytes that were known', () => {
    const { stream: one, out } = stream();
    one.start(0);
    one.add(0, bytes(0, 6), 6);
    one.add(4, new Uint8Array(8).fill(99), 8);
    expect(out).toEqual([...said(0, 6), 99, 99, 99, 99, 99, 99]);
    expect(one.counts).toMatchObject({ overlapping: 2, retransmitted: 0 });
    one.add(0, bytes(0, 12), 12);
    expect(one.counts).toMatchObject({ overlapping: 2, retransmitted: 12 });
  });

  it('keeps the first also of runs that wait behind a hole', () => {
    const { stream: one, out } = stream();
    one.start(0);
    one.add(4, bytes(4, 8), 4);
    one.add(12, bytes(12, 14), 2);
    one.add(2, new Uint8Array(16).fill(77), 16);
    one.add(0, bytes(0, 3), 3);
    expect(out).toEqual([
      ...said(0, 2),
      77,
      77,
      ...said(4, 8),
      77,
      77,
      77,
      77,
      ...said(12, 14),
      77,
      77,
      77,
      77,
    ]);
  });

  it('goes on over 2^32', () => {
    const { stream: one, out } = stream();
    one.start(0xffff_fff8);
    one.add(2, bytes(10, 20), 10);
    one.add(0xffff_fff8, bytes(0, 10), 10);
    expect(out).toEqual(said(0, 20));
    one.end(12);
    expect(one.finished).toBe(true);
  });

  it('tells a gap once the peer has what the capture has not', () => {
    const { stream: one, out } = stream();
    one.start(0);
    one.add(5, bytes(5, 10), 5);
    one.acknowledge(10);
    expect(out).toEqual([]);
    for (let at = 10; at < 50; at += 5) one.add(at, bytes(at, at + 5), 5);
    expect(out).toEqual([-5, ...said(5, 50)]);
    expect(one.counts.missing).toBe(5);
  });

  it('does not give up a hole that the peer has not acknowledged either', () => {
    const { stream: one, out } = stream();
    one.start(0);
    for (let at = 5; at < 100; at += 5) one.add(at, bytes(at, at + 5), 5);
    expect(out).toEqual([]);
    one.add(0, bytes(0, 5), 5);
    expect(out).toEqual(said(0, 100));
  });

  it('gives up a hole when too much waits behind it, for one stream or for all', () => {
    for (const { stream: one, out } of [stream(1000), stream(1 << 20, 1000)]) {
      one.start(0);
      for (let at = 1; at < 1200; at += 100) one.add(at, bytes(at, at + 100), 100);
      expect(out.slice(0, 3)).toEqual([-1, ...said(1, 3)]);
      expect(out.length).toBeGreaterThan(1000);
    }
  });

  it('tells what a snapshot length cut', () => {
    const { stream: one, out } = stream();
    one.start(0);
    one.add(0, bytes(0, 4), 10);
    one.add(10, bytes(10, 12), 2);
    expect(out).toEqual([...said(0, 4), -6, ...said(10, 12)]);
  });

  it('lets out at the end what waits, and tells what is missing of what was acknowledged', () => {
    const { stream: one, out } = stream();
    one.start(0);
    one.add(3, bytes(3, 6), 3);
    one.acknowledge(20);
    one.flush();
    expect(out).toEqual([-3, ...said(3, 6), -14]);
  });

  it('follows a direction that is not in the capture by its acknowledgements alone', () => {
    const { stream: one, out } = stream();
    for (let at = 0; at < 8; at++) one.acknowledge((at * 0x3000_0000) >>> 0);
    one.flush();
    expect(out.reduce((sum, n) => sum + n, 0)).toBe(-7 * 0x3000_0000);
  });

  it('leaves out what is far from everything', () => {
    const { stream: one, out } = stream();
    one.start(0);
    one.add(0x7000_0000, bytes(0, 4), 4);
    one.flush();
    expect(out).toEqual([]);
    expect(one.counts.stray).toBe(1);
  });

  it('is the stream that was sent, however segments overlap, repeat and change places', () => {
    const cuts = fc.array(fc.tuple(fc.nat(199), fc.integer({ min: 1, max: 60 })), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, fc.nat(0xffff_ffff), (parts, initial) => {
        const { stream: one, out } = stream();
        one.start(initial);
        const whole: (readonly [number, number])[] = [0, 50, 100, 150].map((at) => [at, 50]);
        for (const [at, length] of [...parts, ...whole]) {
          const end = Math.min(200, at + length);
          one.add((initial + at) >>> 0, bytes(at, end), end - at);
        }
        one.flush();
        expect(out).toEqual(said(0, 200));
      }),
    );
  });
});
