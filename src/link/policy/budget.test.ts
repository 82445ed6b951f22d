import { describe, expect, it } from 'vitest';
import { BudgetError, RequestBudget, TrafficBudget } from './budget.ts';

const HOUR = 3_600_000;
const MIB = 2 ** 20;
const body = (n: number): Uint8Array => Uint8Array.of(n & 255, n >> 8);

/** The error that a call throws. */
function refusal(call: () => void): BudgetError | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof BudgetError) return error;
    throw error;
  }
  return undefined;
}

describe('the same request', () => {
  it('is refused the 106th time within an hour, with the time until it is not', () => {
    const budget = new RequestBudget();
    for (let i = 0; i < 105; i++) budget.take(body(1), i * 1000);
    expect(refusal(() => budget.take(body(1), 200_000))).toMatchObject({
      name: 'BudgetError',
      code: 'TOO_OFTEN',
      wait: HOUR - 200_000,
      message: 'the same request was sent too often: wait 3400000 ms',
    });
    expect(refusal(() => budget.take(body(1), HOUR - 1))?.wait).toBe(1);
    expect(refusal(() => budget.take(body(1), HOUR))).toBeUndefined();
    expect(refusal(() => budget.take(body(1), HOUR))?.wait).toBe(1000);
  });

  it('is told from others that differ in a byte or in length', () => {
    const budget = new RequestBudget();
    for (let i = 0; i < 105; i++) budget.take(body(1), i);
    for (const other of [body(2), body(256), Uint8Array.of(1), Uint8Array.of(1, 0, 0), new Uint8Array(0)])
      expect(refusal(() => budget.take(other, 200))).toBeUndefined();
    expect(refusal(() => budget.take(body(1), 200))?.code).toBe('TOO_OFTEN');
  });

  it('is told from one that has the same sum: FNV-1a alone takes these two words for one', () => {
    const [one, other] = ['declinate', 'macallums'].map((word) => new TextEncoder().encode(word));
    const budget = new RequestBudget();
    for (let i = 0; i < 105; i++) budget.take(one!, i);
    expect(refusal(() => budget.take(other!, 200))).toBeUndefined();
  });

  it('is remembered among the latest 30', () => {
    const budget = new RequestBudget();
    for (let i = 0; i < 105; i++) budget.take(body(0), i);
    for (let other = 1; other < 30; other++) budget.take(body(other), 200);
    expect(refusal(() => budget.take(body(0), 201))?.code).toBe('TOO_OFTEN');
    for (let other = 1; other <= 30; other++) budget.take(body(other), 202);
    expect(refusal(() => budget.take(body(0), 203))).toBeUndefined();
  });
});

describe('traffic on a mobile network', () => {
  it('is 80 MiB at once, and 80 MiB an hour while the app is active', () => {
    const budget = new TrafficBudget('foreground', 0);
    budget.take(80 * MIB, 'mobile', 0);
    expect(refusal(() => budget.take(MIB, 'mobile', 0))).toMatchObject({ code: 'TRAFFIC', wait: HOUR / 80 });
    expect(refusal(() => budget.take(MIB, 'mobile', HOUR / 80 - 10))?.wait).toBeCloseTo(10, 3);
    expect(refusal(() => budget.take(MIB, 'mobile', HOUR / 80))).toBeUndefined();
  });

  it('is 20 MiB an hour while it is inactive, and drains by the state of the time', () => {
    const budget = new TrafficBudget('inactive', 0);
    budget.take(80 * MIB, 'mobile', 0);
    budget.become('background', HOUR);
    expect(refusal(() => budget.take(21 * MIB, 'mobile', HOUR))?.wait).toBeCloseTo(HOUR / 80, 3);
    expect(refusal(() => budget.take(20 * MIB, 'mobile', HOUR))).toBeUndefined();
  });

  it('counts what has come without asking, and not what goes over Wi-Fi', () => {
    const budget = new TrafficBudget('foreground', 0);
    budget.take(500 * MIB, 'wifi', 0);
    budget.count(500 * MIB, 'wifi', 0);
    budget.count(79 * MIB, 'mobile', 0);
    expect(refusal(() => budget.take(2 * MIB, 'mobile', 0))?.wait).toBeCloseTo(HOUR / 80, 3);
    budget.count(900 * MIB, 'mobile', 0);
    expect(refusal(() => budget.take(MIB, 'mobile', 0))?.wait).toBeCloseTo(HOUR / 80, 3);
  });

  it('never takes what is larger than the bucket', () => {
    const budget = new TrafficBudget('foreground', 0, { bucket: 100 });
    expect(refusal(() => budget.take(101, 'mobile', 0))).toMatchObject({ wait: Infinity });
    expect(refusal(() => budget.take(100, 'mobile', 0))).toBeUndefined();
  });

  it('does not drain backwards when a clock does', () => {
    const budget = new TrafficBudget('foreground', HOUR);
    budget.take(80 * MIB, 'mobile', 0);
    expect(refusal(() => budget.take(1, 'mobile', 0))?.code).toBe('TRAFFIC');
  });

  it.each([{ bucket: 0 }, { drainActive: NaN }, { drainInactive: -1 }])('refuses %j', (options) => {
    expect(() => new TrafficBudget('foreground', 0, options)).toThrow(RangeError);
  });
});
