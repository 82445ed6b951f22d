import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

const frame = (size: number): Uint8Array => new Uint8Array(size);
const WIDE = { frames: 100, bytes: 1_000_000 };

/** All that may be written now: their lengths. */
function written(outbox: Outbox, window = WIDE): number[] {
  const sizes: number[] = [];
  for (let next = outbox.next(window); next !== undefined; next = outbox.next(window))
    sizes.push(next.length);
  return sizes;
}

function holding(...sizes: readonly number[]): Outbox {
  const outbox = new Outbox();
  for (const size of sizes) outbox.push({ frame: frame(size), ticket: 0 });
  return outbox;
}

describe('an outbox', () => {
  it('numbers frames from 1, in order', () => {
    const outbox = new Outbox();
    expect([1, 2, 3].map((size) => outbox.push({ frame: frame(size), ticket: 0 }))).toEqual([1, 2, 3]);
    expect([outbox.last, outbox.length, outbox.bytes]).toEqual([3, 3, 6]);
  });

  it('writes each frame once on a link, and again on the next what is not acknowledged', () => {
    const outbox = holding(1, 2, 3);
    expect(written(outbox)).toEqual([1, 2, 3]);
    expect(written(outbox)).toEqual([]);
    expect(outbox.acknowledge(1)).toBe(true);
    expect(outbox.rewind()).toBe(2);
    expect(written(outbox)).toEqual([2, 3]);
  });

  it('writes on a link also what the peer says it has had before, so that the count holds', () => {
    const outbox = new Outbox();
    const frames = [1, 2, 3].map((size) => ({ frame: frame(size), ticket: 0 }));
    // a process that ended between an ACK and its journal
    outbox.restore(0, 2, frames);
    expect(outbox.rewind()).toBe(1);
    const narrow = { frames: 1, bytes: 100 };
    expect(written(outbox, narrow)).toEqual([1]);
    expect(outbox.acknowledge(2)).toBe(true);
    expect([outbox.acked, outbox.length, outbox.bytes]).toEqual([2, 1, 3]);
    expect(written(outbox, narrow)).toEqual([2, 3]);
    // on the next link none of that is due any more
    expect(outbox.rewind()).toBe(3);
    expect(written(outbox, narrow)).toEqual([3]);
  });

  it.each([
    ['frames', { frames: 2, bytes: 100 }, [5, 5]],
    ['bytes', { frames: 10, bytes: 12 }, [5, 5]],
    ['a frame larger than the window, alone', { frames: 10, bytes: 3 }, [5]],
  ])('keeps the window in %s', (_name, window, expected) => {
    expect(written(holding(5, 5, 5), window)).toEqual(expected);
  });

  it('writes nothing that is not safe in the journal', () => {
    const outbox = holding(1, 2, 3);
    outbox.durable = 2;
    expect(written(outbox)).toEqual([1, 2]);
    outbox.durable = 3;
    expect(written(outbox)).toEqual([3]);
  });

  it('refuses an acknowledgement of what was never written, and ignores a stale one', () => {
    const outbox = holding(1, 2, 3);
    outbox.next(WIDE);
    expect(outbox.acknowledge(2)).toBe(false);
    expect(outbox.acknowledge(2n ** 64n - 1n)).toBe(false);
    expect(outbox.acknowledge(1)).toBe(true);
    expect(outbox.acknowledge(0)).toBe(true);
    expect([outbox.acked, outbox.length, outbox.bytes]).toEqual([1, 2, 5]);
  });

  it('frees what another link was told to have, and writes it all the same', () => {
    const outbox = holding(1, 2, 3);
    written(outbox);
    outbox.rewind();
    expect(outbox.acknowledge(2)).toBe(true);
    expect(outbox.bytes).toBe(3);
    expect(written(outbox)).toEqual([1, 2, 3]);
    expect(outbox.outstanding).toBe(true);
  });

  it('goes on where another stood', () => {
    const outbox = new Outbox();
    outbox.restore(
      7,
      9,
      [1, 2, 3].map((size) => ({ frame: frame(size), ticket: size })),
    );
    expect([outbox.acked, outbox.last, outbox.written, outbox.rewind()]).toEqual([7, 10, 9, 8]);
    expect(written(outbox)).toEqual([1, 2, 3]);
  });

  it('never has more outstanding than the window, and loses neither a frame nor count', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('push' as const), size: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ do: fc.constantFrom('write' as const, 'ack' as const, 'cut' as const), size: fc.nat(9) }),
    );
    const window = { frames: 5, bytes: 60 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const outbox = new Outbox();
        const sizes: number[] = [];
        let onLink: number[] = [];
        let first = outbox.rewind();
        for (const { do: what, size } of steps) {
          if (what === 'push') {
            sizes.push(size);
            outbox.push({ frame: frame(size), ticket: 0 });
          } else if (what === 'write') onLink.push(...written(outbox, window));
          else if (what === 'cut') {
            first = outbox.rewind();
            onLink = [];
          } else {
            const by = Math.min(size, outbox.written - outbox.acked);
            outbox.acknowledge(outbox.acked + by);
          }
          // what is on a link are frames from the first that was said, without a hole
          const end = first - 1 + onLink.length;
          expect(onLink).toEqual(sizes.slice(first - 1, end));
          const outstanding = sizes.slice(outbox.acked, Math.max(outbox.acked, end));
          const bytes = outstanding.reduce((sum, length) => sum + length, 0);
          const fits = outstanding.length <= 1 || bytes <= window.bytes;
          expect(outstanding.length <= window.frames && fits).toBe(true);
          expect(outbox.bytes).toBe(sizes.slice(outbox.acked).reduce((sum, length) => sum + length, 0));
        }
      }),
    );
  });
});
