/** How long commands may take, on a network of the test's own, in virtual time. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClientSession, type ServerSession, type SessionEvent } from '../../session/index.ts';
import type { Encodable } from '../../value/index.ts';
import { SessionClient, SessionServer, type SessionDriver, type Transport } from '../index.ts';
import { TaskClocks } from '../policy/index.ts';
import type { TransportHandler } from '../transport/transport.ts';
import { Calls, type CallOptions } from './calls.ts';

/** Milliseconds from one end to the other. */
const WAY = 100;

/** One end of a pipe in memory. */
class End implements Transport {
  full = false;
  other!: End;
  readonly handler: TransportHandler;
  private readonly pace: Pace;
  private freeAt = 0;

  constructor(handler: TransportHandler, pace: Pace) {
    this.handler = handler;
    this.pace = pace;
  }

  write(bytes: Uint8Array): void {
    const { chunk, every } = this.pace;
    for (let at = 0; at < bytes.length; at += chunk) {
      const part = bytes.slice(at, at + chunk);
      this.freeAt = Math.max(performance.now(), this.freeAt) + every;
      setTimeout(() => this.other.handler.data(part), this.freeAt + WAY - performance.now());
    }
  }

  end(): void {}

  destroy(): void {}
}

/** How chunks follow each other. */
interface Pace {
  readonly chunk: number;
  readonly every: number;
}

const AT_ONCE: Pace = { chunk: Infinity, every: 0 };

class World {
  unheard = 0;
  readonly calls: Calls;
  readonly outcomes: string[] = [];
  readonly asked: Extract<SessionEvent, { type: 'command' }>[] = [];
  near!: End;
  server!: SessionDriver<ServerSession>;
  readonly client: SessionClient;

  constructor(down: Pace = AT_ONCE) {
    this.calls = new Calls(() => this.client.driver, {
      clocks: new TaskClocks('wifi', { reply: 5 * 12_288 }),
      unheard: () => this.unheard++,
    });
    const server = new SessionServer({ ackDelay: 0 }, () => (event, driver) => {
      this.server = driver;
      if (event.type === 'command') this.asked.push(event);
      if (event.type === 'command' && event.verb === 'ECHO') driver.session.reply(event.id, event.args[0]!);
    });
    const session = new ClientSession({ ackDelay: 0, pingInterval: Infinity, watch: this.calls.watch });
    const open = (handler: TransportHandler): Transport => {
      const near = (this.near = new End(handler, AT_ONCE));
      server.accept((far) => {
        near.other = new End(far, down);
        return Object.assign(near.other, { other: near });
      });
      setTimeout(() => handler.opened(), WAY);
      return near;
    };
    this.client = new SessionClient(session, { open, settled: () => this.calls.settled() }, (event) =>
      this.calls.on(event),
    );
  }

  async open(): Promise<this> {
    this.client.dial();
    await vi.advanceTimersByTimeAsync(1000);
    return this;
  }

  /** Notes what becomes of a command, and when. */
  ask(verb: string, args: readonly Encodable[] = [], options: CallOptions = {}): void {
    const began = performance.now();
    const took = (): number => Math.floor((performance.now() - began) / TICK) * TICK;
    this.calls.command(verb, args, options).then(
      (value) => this.outcomes.push(`${took()} ${typeof value === 'string' ? value.length : 'no text'}`),
      ({ code, ran, outcome }) => this.outcomes.push(`${took()} ${code} ${ran} ${outcome}`),
    );
  }
}

/** An alarm lets what has come be read, and so rings up to two milliseconds late: times are told to this many. */
const TICK = 10;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a command that takes too long', () => {
  it("ends at its first byte's time, may have been done, and its late answer is dropped", async () => {
    const world = await new World().open();
    world.ask('NEVER');
    await vi.advanceTimersByTimeAsync(12_000 - 1);
    expect(world.outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(TICK);
    expect(world.outcomes).toEqual(['12000 TIMEOUT first unknown']);
    expect(world.unheard).toBe(1);
    const { session } = world.client.driver;
    expect(session.work.unanswered).toBe(0);
    world.server.session.reply(world.asked[0]!.id, 'late');
    world.server.wake();
    await vi.advanceTimersByTimeAsync(1000);
    world.ask('ECHO', ['on time']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(world.outcomes[1]).toBe(`${2 * WAY} 7`);
    expect(world.server.session.work.asked).toBe(0);
  });

  it('says nothing of the link where others were answered meanwhile', async () => {
    const world = await new World().open();
    world.ask('NEVER');
    await vi.advanceTimersByTimeAsync(5000);
    world.ask('ECHO', ['1']);
    await vi.advanceTimersByTimeAsync(8000);
    expect(world.outcomes).toEqual([`${2 * WAY} 1`, '12000 TIMEOUT first unknown']);
    expect(world.unheard).toBe(0);
  });

  it('ends when its parts stop coming', async () => {
    const world = await new World().open();
    world.ask('PARTS');
    await vi.advanceTimersByTimeAsync(3000);
    world.server.session.part(world.asked[0]!.id, 1);
    world.server.wake();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(world.outcomes).toEqual([`${3000 + WAY + 8000} TIMEOUT gap unknown`]);
  });

  it('does not end while a large answer comes in, until all of its time is over', async () => {
    // 12,000 bytes in 12 s, in chunks of which one a second comes
    const world = await new World({ chunk: 1000, every: 1000 }).open();
    world.ask('ECHO', ['x'.repeat(12_000)]);
    world.ask('ECHO', ['x'.repeat(12_000)], { replySize: 1_000_000 });
    world.ask('ECHO', ['x'.repeat(12_000)], { timeouts: false });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.outcomes).toEqual([
      expect.stringMatching(/^1[23]\d{3} 12000$/),
      expect.stringMatching(/^2[45]\d{3} 12000$/),
      expect.stringMatching(/^3[67]\d{3} 12000$/),
    ]);
    world.ask('ECHO', ['x'.repeat(30_000)]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.outcomes[3]).toMatch(/^19\d{3} TIMEOUT whole unknown$/);
  });

  it('has its time from when its last byte has left', async () => {
    const world = await new World().open();
    const { near } = world;
    const write = near.write.bind(near);
    near.write = (bytes) => {
      near.full = true;
      write(bytes);
    };
    world.ask('NEVER');
    await vi.advanceTimersByTimeAsync(8000);
    near.full = false;
    near.handler.writable();
    await vi.advanceTimersByTimeAsync(12_000 - 1);
    expect(world.outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(TICK);
    expect(world.outcomes).toEqual(['20000 TIMEOUT first unknown']);
  });

  it('has all the time that there is no link', async () => {
    const world = await new World().open();
    world.ask('NEVER');
    await vi.advanceTimersByTimeAsync(5000);
    world.calls.linked(false);
    await vi.advanceTimersByTimeAsync(100_000);
    world.calls.linked(true);
    await vi.advanceTimersByTimeAsync(7000 - 1);
    expect(world.outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(TICK);
    expect(world.outcomes).toEqual(['112000 TIMEOUT first unknown']);
  });
});
