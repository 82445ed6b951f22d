import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Link } from '../session/index.ts';
import { Carrier } from './carrier.ts';
import { SocketTransport } from './transport/socket.ts';

/** A socket that takes nothing until it is told to. */
class Stalled extends Duplex {
  readonly written: string[] = [];
  private taken: (() => void) | undefined;

  constructor() {
    super({ writableHighWaterMark: 4, allowHalfOpen: true });
  }

  setNoDelay(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.written.push(String(chunk));
    this.taken = done;
  }

  goOn(): void {
    this.taken?.();
  }
}

/** A link of which the test says what it has to write, and which tells what it was told. */
class StubLink {
  over = false;
  readonly outputs: string[] = [];
  readonly told: string[] = [];

  receive(chunk: Uint8Array): void {
    this.told.push(String(chunk));
  }

  lost(): void {
    this.told.push('lost');
    this.over = true;
  }

  output(): Uint8Array | undefined {
    const text = this.outputs.shift();
    return text === undefined ? undefined : new TextEncoder().encode(text);
  }
}

describe('a carrier', () => {
  let socket: Stalled;
  let link: StubLink;
  let carrier: Carrier;

  beforeEach(() => {
    socket = new Stalled();
    link = new StubLink();
    const owner = { wake: (): void => carrier.flush() };
    carrier = new Carrier(link as unknown as Link, owner);
    carrier.carryOn(new SocketTransport(socket as unknown as Socket, carrier));
  });
  afterEach(() => {
    vi.useRealTimers();
    socket.destroy();
  });

  it('asks its link for no more while the socket is full, and goes on when it drains', () => {
    link.outputs.push('hello', 'world');
    carrier.flush();
    carrier.flush();
    expect(socket.written).toEqual(['hello']);
    expect(link.outputs).toEqual(['world']);
    socket.goOn();
    expect(socket.written).toEqual(['hello', 'world']);
  });

  it('takes an end from the other side for the end of the link, though its own side is stuck', async () => {
    link.outputs.push('hello');
    carrier.flush();
    socket.push('their last');
    socket.push(null);
    await new Promise((resolve) => socket.once('end', resolve));
    expect(link.told).toEqual(['their last', 'lost']);
    expect(socket.writableEnded).toBe(true);
    expect(carrier.over).toBe(false);
  });

  it('writes the last bytes of a link that is over also when the socket is full', () => {
    link.outputs.push('hello', 'CLOSE');
    carrier.flush();
    link.over = true;
    carrier.flush();
    expect(link.outputs).toEqual([]);
    expect(socket.writableEnded).toBe(true);
  });

  it('does not wait for ever for a socket that takes nothing', () => {
    vi.useFakeTimers();
    link.outputs.push('CLOSE');
    link.over = true;
    carrier.flush();
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(2000);
    expect(socket.destroyed).toBe(true);
  });

  it('hears nothing of what comes when its link is over', async () => {
    link.over = true;
    carrier.flush();
    socket.push('too late');
    await new Promise((resolve) => setImmediate(resolve));
    expect(link.told).toEqual([]);
  });
});
