/** What the connections of a capture said: handed to a `CaptureAnalyzer`, it tells its own handler of frames. */
import type { CaptureHandler, Connection, Ending, Side } from '../capture/connection.ts';
import type { Packet } from '../capture/packet.ts';
import type { Limits } from '../wire/limits.ts';
import { resolveLimits } from '../wire/limits.ts';
import { PetrelTalk, type Inflate, type PetrelSettings } from './petrel.ts';
import { RespTalk } from './resp.ts';
import type { ConversationHandler } from './said.ts';
import { Sessions, type Session } from './sessions.ts';
import { ENOUGH, sniff, type Protocol } from './sniff.ts';
import { readTls, TLS_BYTES, type TlsHello } from './tls.ts';

export interface ConversationOptions {
  /** What is read of frames and of RESP. */
  readonly limits?: Partial<Limits>;
  /** Inflates PACKs, so that what they hold is told as well. */
  readonly inflate?: Inflate;
  /** What every connection speaks, where that is known; otherwise each is looked at. */
  readonly protocol?: 'petrel' | 'resp';
}

/** What reads one connection. */
interface Talk {
  read(from: Side, bytes: Uint8Array, packet: Packet | undefined): void;
  gap(from: Side, length: number, packet: Packet | undefined): void;
  finish(packet: Packet | undefined): void;
}

/** What waits until it is known what a connection speaks, in its order; without bytes: a gap. */
interface Early {
  readonly from: Side;
  readonly bytes: Uint8Array | undefined;
  readonly length: number;
  readonly packet: Packet | undefined;
}

/** So much waits at most. */
const MOST_EARLY = 1 << 16;

interface State {
  readonly early: Early[];
  /** Bytes of it; and of TLS, how many of them were looked at. */
  waiting: number;
  looked: number;
  talk: Talk | undefined;
  protocol: Protocol | undefined;
}

export class Conversations implements CaptureHandler {
  private readonly settings: PetrelSettings;
  private readonly protocol: 'petrel' | 'resp' | undefined;
  private readonly handler: ConversationHandler;
  private readonly sessions: Sessions = new Sessions((session) => this.ended(session));
  private readonly states = new Map<Connection, State>();

  /** @throws RangeError for limits out of range. */
  constructor(handler: ConversationHandler, { limits = {}, inflate, protocol }: ConversationOptions = {}) {
    resolveLimits(limits);
    this.handler = handler;
    this.settings = { limits, inflate };
    this.protocol = protocol;
  }

  opened(connection: Connection): void {
    const state: State = { early: [], waiting: 0, looked: 0, talk: undefined, protocol: undefined };
    this.states.set(connection, state);
    if (this.protocol !== undefined) this.decide(connection, state, this.protocol);
  }

  data(from: Side, bytes: Uint8Array, packet: Packet | undefined): void {
    const state = this.states.get(from.connection)!;
    if (state.talk !== undefined) return state.talk.read(from, bytes, packet);
    if (state.protocol !== undefined) return undefined;
    state.early.push({ from, bytes: bytes.slice(), length: bytes.length, packet });
    state.waiting += bytes.length;
    return this.look(from.connection, state, state.waiting > MOST_EARLY);
  }

  gap(from: Side, length: number, packet: Packet | undefined): void {
    this.handler.missing?.(from, length);
    const state = this.states.get(from.connection)!;
    if (state.talk !== undefined) state.talk.gap(from, length, packet);
    else if (state.protocol === undefined) state.early.push({ from, bytes: undefined, length, packet });
  }

  closed(connection: Connection, _how: Ending): void {
    const state = this.states.get(connection)!;
    if (state.protocol === undefined) this.look(connection, state, true);
    state.talk?.finish(undefined);
    this.states.delete(connection);
    this.handler.closed?.(connection);
  }

  finished(): void {
    this.sessions.finish();
  }

  private ended({ connection, client, server }: Session): void {
    if (connection === undefined) return;
    for (const request of client.requests.drain()) this.handler.unanswered?.(request, connection.client);
    for (const request of server.requests.drain()) this.handler.unanswered?.(request, connection.server);
  }

  private look(connection: Connection, state: State, ended: boolean): void {
    const { early } = state;
    const gap = early.findIndex(({ bytes }) => bytes === undefined);
    const known = gap < 0 ? early : early.slice(0, gap);
    const over = ended || gap > 0;
    const { client, server } = connection;
    const head = (side: Side, most = 2 * ENOUGH): Uint8Array => firstBytes(known, side, most);
    const complete = connection.complete && gap !== 0;
    const found = sniff({
      client: head(client),
      server: head(server),
      complete,
      ended: over,
    });
    if (found === undefined) return undefined;
    if (found !== 'tls') return this.decide(connection, state, found);
    // looked at only where there is more than before, so that single bytes cost no more than long segments
    if (!over && state.waiting < state.looked * 1.25) return undefined;
    state.looked = state.waiting;
    const hello = readTls(head(client, TLS_BYTES), head(server, TLS_BYTES), over);
    return hello && this.decide(connection, state, found, hello);
  }

  private decide(connection: Connection, state: State, protocol: Protocol, tls?: TlsHello): void {
    state.protocol = protocol;
    this.handler.speaks?.(connection, protocol, tls);
    state.talk = this.talkOf(connection, protocol);
    for (const { from, bytes, length, packet } of state.early.splice(0)) {
      if (bytes === undefined) state.talk?.gap(from, length, packet);
      else state.talk?.read(from, bytes, packet);
    }
  }

  private talkOf(connection: Connection, protocol: Protocol): Talk | undefined {
    if (protocol === 'petrel') return new PetrelTalk(connection, this.settings, this.sessions, this.handler);
    return protocol === 'resp' ? new RespTalk(connection, this.settings.limits, this.handler) : undefined;
  }
}

/** What one side said first, up to as much as tells, `most` bytes. */
function firstBytes(early: readonly Early[], side: Side, most: number): Uint8Array {
  const head = new Uint8Array(most);
  let length = 0;
  for (const { from, bytes } of early) {
    if (from !== side || bytes === undefined || length === head.length) continue;
    const part = bytes.subarray(0, head.length - length);
    head.set(part, length);
    length += part.length;
  }
  return head.subarray(0, length);
}
