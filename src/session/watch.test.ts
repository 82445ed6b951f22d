/** What a session tells of frames on their way, and of commands that are given up. */
import { describe, expect, it } from 'vitest';
import { Acceptor } from './acceptor.ts';
import { ClientSession } from './client.ts';
import type { SessionEvent } from './events.ts';
import type { Link } from './link.ts';
import type { ServerSession } from './server.ts';

class Watched {
  readonly log: string[] = [];
  readonly told: SessionEvent[] = [];
  readonly client = new ClientSession({
    ackDelay: 0,
    watch: {
      written: (ticket, bytes) => this.log.push(`${ticket} written, ${bytes}`),
      arriving: (ticket) => this.log.push(`${ticket ?? 'something'} arriving`),
    },
  });
  readonly acceptor = new Acceptor({ ackDelay: 0 }, (length) => new Uint8Array(length).fill(++this.tokens));
  server!: ServerSession;
  near!: Link;
  private far!: Link;
  private tokens = 0;

  constructor() {
    this.connect();
    this.exchange();
  }

  connect(): void {
    this.near = this.client.connect(0);
    this.far = this.acceptor.open(0);
  }

  /** What the client has to say goes up. */
  up(): void {
    const bytes = this.near.output(0);
    if (bytes !== undefined) this.far.receive(bytes, 0);
    for (let event = this.acceptor.poll(); event !== undefined; event = this.acceptor.poll())
      if (event.type === 'hello') this.server = this.acceptor.accept(this.far, 0);
    for (let event = this.server.poll(); event !== undefined; event = this.server.poll());
  }

  /** What the server has to say comes down, in chunks of so many bytes. */
  down(size = Infinity): void {
    const bytes = this.far.output(0) ?? new Uint8Array(0);
    for (let at = 0; at < bytes.length; at += size) this.near.receive(bytes.slice(at, at + size), 0);
    for (let event = this.client.poll(); event !== undefined; event = this.client.poll())
      this.told.push(event);
  }

  exchange(): void {
    this.up();
    this.down();
  }
}

describe('a session that is watched', () => {
  it('tells of a command when it is written, and again on another link while it is not acknowledged', () => {
    const watched = new Watched();
    const { client, log } = watched;
    const first = client.command('SEND', ['a'])!;
    expect(log).toEqual([]);
    watched.near.output(0);
    expect(log).toEqual([`${first} written, 5`]);
    watched.near.lost(0);
    watched.connect();
    watched.exchange();
    watched.exchange();
    expect(log).toEqual([`${first} written, 5`, `${first} written, 5`]);
    watched.near.lost(0);
    watched.connect();
    watched.exchange();
    watched.exchange();
    expect(log).toHaveLength(2);
  });

  it.each([
    ['REPLY', (server: ServerSession) => server.reply(1, 'x'.repeat(40))],
    ['PART', (server: ServerSession) => server.part(1, 'x'.repeat(40))],
  ] as const)('tells of a %s that has begun to come', (_, answer) => {
    const watched = new Watched();
    watched.client.command('GET', []);
    watched.exchange();
    watched.log.length = 0;
    answer(watched.server);
    watched.down(16);
    expect(watched.log).toEqual(['1 arriving', '1 arriving']);
  });

  it('can not tell whose a frame is of which too little has come, nor that of a push', () => {
    const watched = new Watched();
    watched.client.command('GET', []);
    watched.exchange();
    watched.log.length = 0;
    watched.server.reply(1, 'x'.repeat(20));
    watched.down(1);
    expect(new Set(watched.log)).toEqual(new Set(['something arriving']));
    watched.log.length = 0;
    watched.server.push('NEWS', ['x'.repeat(20)]);
    watched.down(20);
    expect(watched.log).toEqual(['something arriving']);
  });

  it('gives a command up: it fails, the peer is told, and its answer is counted and not told', () => {
    const watched = new Watched();
    const { client, told, server } = watched;
    const ticket = client.command('GET', [])!;
    watched.exchange();
    told.length = 0;
    client.giveUp(ticket);
    client.giveUp(ticket);
    expect(client.work.unanswered).toBe(0);
    watched.exchange();
    expect(told).toEqual([{ type: 'failed', ticket, outcome: 'unknown', why: 'deadline' }]);
    server.reply(1, 'late');
    watched.exchange();
    expect(told).toHaveLength(1);
    expect(server.work.idle).toBe(false);
    watched.exchange();
    expect([client.work.idle, server.work.idle]).toEqual([true, true]);
    // its id is free again
    expect(client.command('GET', [])).toBe(ticket + 1);
  });

  it('gives up the command that is meant, not another', () => {
    const { client } = new Watched();
    const first = client.command('GET', [])!;
    const second = client.command('GET', [])!;
    client.giveUp(second);
    client.giveUp(second + 1);
    expect(client.work.unanswered).toBe(1);
    client.giveUp(first);
    expect(client.work.unanswered).toBe(0);
  });

  it('gives up one that waits for a session, which is then not done', () => {
    const client = new ClientSession();
    const ticket = client.command('GET', [])!;
    client.giveUp(ticket);
    expect(client.poll()).toEqual({ type: 'failed', ticket, outcome: 'notDone', why: 'deadline' });
    expect(client.work.waiting).toBe(false);
  });
});
