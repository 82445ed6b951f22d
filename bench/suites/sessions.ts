/** Sessions: messages of 100 bytes through two of them back to back, against the same frames through the bare codec. */
import assert from 'node:assert/strict';
import { FrameDecoder, FrameWriter, parseFrame, type FrameBody } from 'petrel/frame';
import { Acceptor, ClientSession, type Link, type ServerSession } from 'petrel/session';
import type { Candidate, Prepared, Suite } from '../suite.ts';

const BODY =
  'How about dinner at the harbour tonight? Bring the others along, and tell me by six if you can come.';
const SIZES = [1, 16];
const CHECKED = 5000;

/** How messages get from one side to the other. */
interface Way {
  /** Messages that nobody answers. @returns how many arrived. */
  push(count: number): number;
  /** Messages that are answered, each on its own. @returns how many answers came. */
  ask(count: number): number;
  /** Bytes that have gone both ways. */
  readonly bytes: number;
}

/** No counters, no acknowledgements, nothing kept: frames are written, found and read. */
class Frames implements Way {
  bytes = 0;
  private readonly up = new Codec();
  private readonly down = new Codec();

  push(count: number): number {
    for (let i = 0; i < count; i++) this.up.write({ kind: 'PUSH', verb: 'SEND', args: [BODY] });
    return this.up.read(
      (bytes) => (this.bytes += bytes),
      () => {},
    );
  }

  ask(count: number): number {
    for (let i = 1; i <= count; i++) this.up.write({ kind: 'COMMAND', id: i, verb: 'SEND', args: [BODY] });
    const told = (bytes: number): void => void (this.bytes += bytes);
    this.up.read(told, (body) => {
      if (body.kind === 'COMMAND') this.down.write({ kind: 'REPLY', id: body.id, value: null });
    });
    return this.down.read(told, () => {});
  }
}

class Codec {
  private readonly writer = new FrameWriter();
  private readonly decoder = new FrameDecoder();

  write(body: FrameBody): void {
    this.writer.frame(body);
  }

  read(carry: (bytes: number) => void, take: (body: FrameBody) => void): number {
    const bytes = this.writer.take();
    this.writer.pos = 0;
    carry(bytes.length);
    this.decoder.feed(bytes);
    let count = 0;
    for (; this.decoder.next(); count++) take(parseFrame(this.decoder.frame()));
    return count;
  }
}

/** A client and a server, and what a driver with two sockets would do. A millisecond goes by with each batch. */
class Sessions implements Way {
  bytes = 0;
  private readonly client = new ClientSession();
  private readonly server: ServerSession;
  private readonly near: Link;
  private readonly far: Link;
  private now = 0;

  constructor() {
    const acceptor = new Acceptor({}, (length) => new Uint8Array(length).fill(7));
    this.near = this.client.connect(0);
    this.far = acceptor.open(0);
    this.far.receive(this.near.output(0)!, 0);
    this.server = acceptor.accept(this.far, 0);
    this.near.receive(this.far.output(0)!, 0);
    this.drain(this.client);
    this.drain(this.server);
  }

  push(count: number): number {
    this.now++;
    for (let i = 0; i < count; i++) this.client.push('SEND', [BODY]);
    this.carry(this.near, this.far);
    const arrived = this.drain(this.server);
    this.carry(this.far, this.near);
    this.drain(this.client);
    return arrived;
  }

  ask(count: number): number {
    this.now++;
    for (let i = 0; i < count; i++) this.client.command('SEND', [BODY]);
    this.carry(this.near, this.far);
    this.drain(this.server);
    this.carry(this.far, this.near);
    return this.drain(this.client);
  }

  private carry(from: Link, to: Link): void {
    const bytes = from.output(this.now);
    if (bytes === undefined) return;
    this.bytes += bytes.length;
    to.receive(bytes, this.now);
  }

  private drain(session: ClientSession | ServerSession): number {
    let count = 0;
    for (let event = session.poll(); event !== undefined; event = session.poll()) {
      if (event.type === 'command') session.reply(event.id, null);
      if ('number' in event) count++;
    }
    return count;
  }
}

function prepare(make: () => Way, corpus: string): Prepared {
  const count = Number(corpus);
  const sized = make();
  for (let i = 0; i < CHECKED; i++) sized.push(count);
  const way = make();
  return {
    size: Math.round(sized.bytes / CHECKED / count),
    per: count,
    check: () => {
      for (let i = 0; i < CHECKED; i++) assert.equal(way.push(count), count);
      for (let i = 0; i < CHECKED; i++) assert.equal(way.ask(count), count);
    },
    operations: { push: () => way.push(count), ask: () => way.ask(count) },
  };
}

function candidate(name: string, make: () => Way): Candidate {
  return { name, ours: true, load: (corpus) => prepare(make, corpus) };
}

export const suite: Suite = {
  name: 'sessions',
  about: 'Messages through two sessions back to back, beside the frames alone.',
  unit: 'message',
  operations: [
    { name: 'push', about: 'a message that nobody answers' },
    { name: 'ask', about: 'a command and its reply' },
  ],
  corpora: SIZES.map((size) => ({
    name: String(size),
    about: `${size} messages of ${BODY.length} bytes in each write`,
    x: size,
  })),
  candidates: [candidate('bare frames', () => new Frames()), candidate('sessions', () => new Sessions())],
  notes: ['Bytes are of a push, with the acknowledgements that it takes.'],
  bars: [],
};
