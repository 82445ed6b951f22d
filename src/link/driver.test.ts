import { afterEach, expect, it, vi } from 'vitest';
import { ClientSession } from '../session/index.ts';
import { now } from './clock.ts';
import { SessionDriver } from './driver.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('a driver that was destroyed sets no timer any more, whatever its transports tell later', () => {
  vi.useFakeTimers();
  const driver = new SessionDriver(new ClientSession(), () => undefined);
  driver.session.command('WAIT', [], { deadline: now() + 300_000 });
  driver.wake();
  expect(vi.getTimerCount()).toBe(1);
  driver.destroy();
  driver.wake();
  expect(vi.getTimerCount()).toBe(0);
});
