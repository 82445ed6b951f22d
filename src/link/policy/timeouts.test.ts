import { describe, expect, it } from 'vitest';
import { TaskClock, taskTimeouts, type Task } from './timeouts.ts';

const KIB = 1024;

describe('the timeouts of a request', () => {
  it.each<[name: string, task: Task, first: number, gap: number]>([
    ['Wi-Fi, no bytes', { network: 'wifi', length: 0 }, 12_000, 8000],
    ['mobile, no bytes', { network: 'mobile', length: 0 }, 15_000, 12_000],
    ['Wi-Fi, 12 KiB take a second', { network: 'wifi', length: 12 * KIB }, 13_000, 8000],
    ['mobile, 12 KiB take three', { network: 'mobile', length: 12 * KIB }, 18_000, 12_000],
    ['Wi-Fi, 120 KiB and more are capped', { network: 'wifi', length: 1000 * KIB }, 22_000, 8000],
    ['mobile, 60 KiB and more are capped', { network: 'mobile', length: 1000 * KIB }, 30_000, 12_000],
    ['Wi-Fi, two others', { network: 'wifi', length: 0, inFlight: 2 }, 15_000, 8000],
    ['Wi-Fi, five count', { network: 'wifi', length: 1e9, inFlight: 50 }, 29_500, 8000],
    ['mobile, five count', { network: 'mobile', length: 1e9, inFlight: 5 }, 45_000, 12_000],
    ['excellent Wi-Fi', { network: 'wifi', length: 0, excellent: true }, 7000, 8000],
    ['excellent mobile', { network: 'mobile', length: 4 * KIB, excellent: true }, 11_000, 12_000],
  ])('%s', (_, task, first, gap) => {
    expect(taskTimeouts(task)).toMatchObject({ first, gap });
  });

  it('allow the whole answer of 64 KiB, or of as much as is expected, at the same rate', () => {
    expect(taskTimeouts({ network: 'mobile', length: 0 }).whole).toBe(15_000 + 16_000);
    expect(taskTimeouts({ network: 'wifi', length: 0, reply: 24 * KIB }).whole).toBe(14_000);
  });
});

/** Begun at 1 s. */
const clock = (): TaskClock => new TaskClock({ first: 12_000, gap: 8000, whole: 25_000 }, 1000);

describe('the clock of a request', () => {
  it('runs out where no byte comes', () => {
    expect([clock().nextTimeout(), clock().expired(12_999), clock().expired(13_000)]).toEqual([
      13_000,
      undefined,
      'first',
    ]);
  });

  it('runs out between two packets', () => {
    const one = clock();
    one.received(5000);
    expect([one.nextTimeout(), one.expired(12_999), one.expired(13_000)]).toEqual([13_000, undefined, 'gap']);
  });

  it('runs out in all though packets keep coming', () => {
    const one = clock();
    for (let now = 2000; now <= 24_000; now += 2000) one.received(now);
    expect([one.nextTimeout(), one.expired(25_999), one.expired(26_000)]).toEqual([
      26_000,
      undefined,
      'whole',
    ]);
  });
});
