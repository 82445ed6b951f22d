/** An outbox of runs does what one of single frames does: the same bytes, the same counters. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameWriter } from '../frame/all.ts';
import { Outbox, type Window } from './outbox.ts';
import { RunOutbox } from './run-outbox.ts';

type Step =
  | { readonly does: 'send'; readonly size: number }
  | { readonly does: 'write'; readonly window: Window }
  | { readonly does: 'acknowledge'; readonly share: number }
  | { readonly does: 'rewind' };

const window = fc.record({
  frames: fc.integer({ min: 1, max: 200 }),
  bytes: fc.constantFrom(1, 50, 5000, 1e6),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('send' as const), size: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(3000, 40_000)) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('write' as const), window }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('acknowledge' as const), share: fc.double({ min: 0, max: 1.2, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('rewind' as const) }) },
); // prettier-ignore

/** All that may be written now. */
function drained(outbox: Outbox, of: Window): Buffer {
  const chunks: Uint8Array[] = [];
  for (let chunk = outbox.next(of); chunk !== undefined; chunk = outbox.next(of))
    chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

class Both {
  readonly single: Outbox = new Outbox();
  readonly runs: RunOutbox = new RunOutbox(new FrameWriter());
  private value = 0;

  /** @returns what each of the two answers. */
  do(step: Step): readonly [unknown, unknown] {
    const { single, runs } = this;
    switch (step.does) {
      case 'send':
        return this.send(step.size);
      case 'write':
        return [
          drained(single, step.window).toString('latin1'),
          drained(runs, step.window).toString('latin1'),
        ];
      case 'acknowledge': {
        const number = Math.floor(single.acked + step.share * (single.written - single.acked));
        return [single.acknowledge(number), runs.acknowledge(BigInt(number))];
      }
      case 'rewind':
        return [single.rewind(), runs.rewind()];
      default:
        return step;
    }
  }

  private send(size: number): readonly [unknown, unknown] {
    const frame = new Uint8Array(size).fill(++this.value);
    this.single.push({ frame, ticket: 0 });
    this.runs.writer.raw(frame);
    this.runs.sent();
    return [this.single.last, this.runs.last];
  }

  counters(outbox: Outbox): unknown {
    const { acked, written, last, length, waiting, outstanding } = outbox;
    return { acked, written, last, length, waiting, outstanding };
  }
}

describe('an outbox of runs', () => {
  it('writes what one of single frames writes, over any windows, ACKs and links', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const both = new Both();
        for (const each of steps) {
          const [expected, found] = both.do(each);
          expect(found).toEqual(expected);
          expect(both.counters(both.runs)).toEqual(both.counters(both.single));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps no buffer that is acknowledged', () => {
    const { runs } = new Both();
    for (let i = 0; i < 5000; i++) {
      runs.writer.raw(new Uint8Array(100));
      runs.sent();
      runs.next({ frames: 10, bytes: 10_000 });
      runs.acknowledge(runs.written);
    }
    expect(runs.writer.bytes.length).toBeLessThan(16_385);
    expect(runs.fits({ frames: 1, bytes: 1 })).toBe(true);
  });

  it('leaves room for another frame behind a PART', () => {
    const { runs } = new Both();
    const of = { frames: 2, bytes: 100 };
    for (const leaves of [false, true]) {
      runs.writer.byte(1);
      runs.sent(leaves);
    }
    expect(runs.next(of)).toHaveLength(1);
    expect(runs.next(of)).toBeUndefined();
    runs.acknowledge(1);
    expect(runs.next(of)).toHaveLength(1);
  });
});
