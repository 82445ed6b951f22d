import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Intake } from './intake.ts';

function having(...bytes: readonly number[]): Intake {
  const intake = new Intake();
  for (const size of bytes) intake.deliver(size);
  return intake;
}

describe('an intake', () => {
  it('says what is taken, and no more than is safe', () => {
    const intake = having(1, 1, 1);
    expect([intake.owing, intake.sayable]).toEqual([false, 0]);
    intake.take(2);
    expect([intake.owing, intake.sayable, intake.acknowledge()]).toEqual([true, 2, 2]);
    expect(intake.owing).toBe(false);
    intake.durable = 2;
    intake.take(3);
    expect([intake.owing, intake.sayable]).toEqual([false, 2]);
    intake.durable = 3;
    expect(intake.acknowledge()).toBe(3);
  });

  it('takes no more than came, and never less than before', () => {
    const intake = having(1, 1);
    intake.take(9);
    intake.take(1);
    expect(intake.taken).toBe(2);
  });

  it.each([
    ['one of four frames', [1], { frames: 4, bytes: 100 }, false],
    ['two of four frames', [1, 1], { frames: 4, bytes: 100 }, true],
    ['49 of 100 bytes', [49], { frames: 100, bytes: 100 }, false],
    ['50 of 100 bytes', [20, 30], { frames: 100, bytes: 100 }, true],
  ])('knows whether half of the window is taken: %s', (_name, sizes, window, half) => {
    const intake = having(...sizes);
    expect(intake.halfFull(window)).toBe(false);
    intake.take(sizes.length);
    expect(intake.halfFull(window)).toBe(half);
    intake.acknowledge();
    expect(intake.halfFull(window)).toBe(false);
  });

  it.each([
    ['as many frames as it holds', [1, 1, 1], { frames: 3, bytes: 100 }, false],
    ['a frame more', [1, 1, 1, 1], { frames: 3, bytes: 100 }, true],
    ['as many bytes as it holds', [50, 50], { frames: 9, bytes: 100 }, false],
    ['a byte more', [50, 51], { frames: 9, bytes: 100 }, true],
    ['one frame larger than it', [500], { frames: 9, bytes: 100 }, false],
  ])('judges the window: %s', (_name, sizes, window, exceeds) => {
    expect(having(...sizes).exceeds(window)).toBe(exceeds);
  });

  it('keeps delivered, taken and acknowledged in order', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('deliver', 'take', 'acknowledge'), fc.nat(20)));
    fc.assert(
      fc.property(steps, (list) => {
        const intake = new Intake();
        for (const [what, n] of list) {
          if (what === 'deliver') intake.deliver(n + 1);
          else if (what === 'take') intake.take(n);
          else intake.acknowledge();
          const { delivered, taken, acknowledged } = intake;
          expect(delivered >= taken && taken >= acknowledged).toBe(true);
        }
      }),
    );
  });
});
