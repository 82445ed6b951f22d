import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarm } from './alarm.ts';
import { now } from './clock.ts';

describe('an alarm', () => {
  let rung: number;
  let alarm: Alarm;

  beforeEach(() => {
    vi.useFakeTimers();
    rung = 0;
    alarm = new Alarm(() => rung++);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('rings once when its time has come, and not before', () => {
    alarm.set(now() + 100);
    vi.advanceTimersByTime(99);
    expect(rung).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(rung).toBe(1);
  });

  it('rings at the earliest of several times, and can be set anew then', () => {
    alarm.set(now() + 100);
    alarm.set(now() + 500);
    alarm.set(now() + 20);
    vi.advanceTimersByTime(21);
    expect(rung).toBe(1);
    alarm.set(now() + 479);
    vi.advanceTimersByTime(480);
    expect(rung).toBe(2);
  });

  it('never rings for Infinity, nor after it was stopped', () => {
    alarm.set(Infinity);
    alarm.set(now() + 10);
    alarm.stop();
    vi.advanceTimersByTime(1e12);
    expect(rung).toBe(0);
  });

  it('does not take a time beyond what a timer holds for one that has passed', () => {
    alarm.set(now() + 2 ** 40);
    vi.advanceTimersByTime(1e6);
    expect(rung).toBe(0);
  });

  it('lets what has arrived be read before it rings', () => {
    const order: string[] = [];
    const late = new Alarm(() => order.push('rung'));
    late.set(now() - 5);
    setTimeout(() => order.push('another timer'), 1);
    vi.advanceTimersByTime(5);
    expect(order).toEqual(['another timer', 'rung']);
  });
});

describe('alarms of a crowd', () => {
  it('ring all, a few in one turn of the loop', async () => {
    const CROWD = 500;
    let turn = 0;
    const turns: number[] = [];
    const rang = (): void => {
      busy();
      turns.push(turn);
    };
    for (let i = 0; i < CROWD; i++) new Alarm(rang).set(now());
    for (; turns.length < CROWD; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (let each = 0; each < turn; each++)
      expect(turns.filter((other) => other === each).length).toBeLessThanOrEqual(32);
  });
});

/** Takes longer than timers wait that are set by timers. */
function busy(): void {
  const until = now() + 0.1;
  while (now() < until) now();
}
