/** Links that serve one exchange: what is written on them is complete before the answer comes. */
import { describe, expect, it } from 'vitest';
import { decodeFrames } from '../frame/all.ts';
import { Acceptor } from './acceptor.ts';
import { ClientSession } from './client.ts';
import type { SessionEvent } from './events.ts';
import type { ServerSession } from './server.ts';

let tokens = 0;

class Sides {
  readonly client = new ClientSession({ ackDelay: 0 });
  readonly acceptor = new Acceptor({ ackDelay: 0 }, (length) => new Uint8Array(length).fill(++tokens));
  server: ServerSession | undefined;
  readonly told: SessionEvent[] = [];

  /** One POST: all that the client writes goes up, then all that the server writes comes down. @returns the kinds of both. */
  exchange(): readonly [up: string[], down: string[]] {
    const [near, far] = [this.client.connect(0, true), this.acceptor.open(0)];
    const up = near.output(0)!;
    near.sealed = true;
    far.receive(up, 0);
    for (let event = this.acceptor.poll(); event !== undefined; event = this.acceptor.poll())
      if (event.type === 'hello') this.server = this.acceptor.accept(far, 0);
    this.serve();
    this.server!.ackNow();
    const down = far.output(0) ?? new Uint8Array(0);
    near.receive(down, 0);
    for (let event = this.client.poll(); event !== undefined; event = this.client.poll())
      this.told.push(event);
    return [kinds(up), kinds(down)];
  }

  private serve(): void {
    const { server } = this;
    for (let event = server?.poll(); event !== undefined; event = server?.poll()) {
      if (event.type === 'command') server!.reply(event.id, event.args[0]!);
    }
  }
}

function kinds(bytes: Uint8Array): string[] {
  return decodeFrames(bytes).map(({ kind }) => kind);
}

describe('a session over exchanges [TRANSPORT-7]', () => {
  it('says what it has to on the next, and hears what was taken on each', () => {
    const sides = new Sides();
    sides.client.command('SEND', ['a']);
    expect(sides.exchange()).toEqual([['HELLO'], ['HELLO']]);
    expect(sides.client.work).toMatchObject({ waiting: true, unanswered: 1, closing: false, idle: false });
    expect(sides.exchange()).toEqual([
      ['RESUME', 'COMMAND'],
      ['RESUME', 'REPLY', 'ACK'],
    ]);
    expect(sides.client.work).toEqual({
      waiting: false,
      unanswered: 0,
      asked: 0,
      closing: false,
      idle: true,
    });
  });

  it('keeps its CLOSE for the next, where it goes behind the RESUME', () => {
    const sides = new Sides();
    sides.exchange();
    sides.client.close({ text: 'enough' }, 0);
    // on this link nothing can be written any more
    expect(sides.client.state).toBe('draining');
    expect(sides.client.work.closing).toBe(true);
    expect(sides.exchange()[0]).toEqual(['RESUME', 'CLOSE']);
    expect(sides.client.state).toBe('closed');
    expect(sides.server!.state).toBe('closed');
    expect(sides.told.at(-1)).toMatchObject({ type: 'closed', by: 'us', text: 'enough' });
  });

  it('says no CLOSE behind a RESUME while something is under way', () => {
    const sides = new Sides();
    sides.exchange();
    sides.client.command('SEND', ['last']);
    sides.client.close({}, 0);
    expect(sides.client.work.closing).toBe(false);
    expect(sides.exchange()[0]).toEqual(['RESUME', 'COMMAND']);
    expect(sides.told.filter(({ type }) => type === 'reply')).toHaveLength(1);
    expect(sides.client.work.closing).toBe(true);
    expect(sides.exchange()[0]).toEqual(['RESUME', 'CLOSE']);
  });

  it('waits on a stream for the answer to its RESUME before it says CLOSE', () => {
    const sides = new Sides();
    sides.exchange();
    sides.client.close({}, 0);
    const link = sides.client.connect(0);
    expect(kinds(link.output(0)!)).toEqual(['RESUME']);
    expect(sides.client.state).toBe('resuming');
  });

  it('is told at once when a RESUME brings a draining session to its end', () => {
    const { client, acceptor } = new Sides();
    const [near, far] = [client.connect(0), acceptor.open(0)];
    far.receive(near.output(0)!, 0);
    acceptor.poll();
    const server = acceptor.accept(far, 0);
    near.receive(far.output(0)!, 0);
    far.lost(0);
    near.lost(0);
    server.close({ text: 'later' }, 0);
    const [next, back] = [client.connect(0), acceptor.open(0)];
    back.receive(next.output(0)!, 0);
    expect(acceptor.poll()).toMatchObject({ type: 'resumed', link: back, session: server });
    const types: string[] = [];
    for (let event = server.poll(); event !== undefined; event = server.poll()) types.push(event.type);
    expect(types).toEqual(['open', 'broken', 'resumed', 'closed']);
    expect(kinds(back.output(0)!)).toEqual(['RESUME', 'CLOSE']);
  });
});
