/** Petrel on one connection of a capture: frames of both directions, counted, and each reply with its command. */
import type { Connection, Side } from '../capture/connection.ts';
import { elapsed, type Packet } from '../capture/packet.ts';
import type { Frame } from '../frame/decoder.ts';
import { headLength } from '../frame/head.ts';
import { isCounted } from '../frame/kinds.ts';
import { splitPack } from '../frame/pack.ts';
import { parseFrame, type FrameBody } from '../frame/all.ts';
import type { Pack, Uint64 } from '../frame/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Limits } from '../wire/limits.ts';
import { FrameFinder } from './frame-finder.ts';
import type { Asked, ConversationHandler, Remark, Said } from './said.ts';
import type { Direction, Session, Sessions } from './sessions.ts';

/** Inflates what a PACK holds, at most `length` bytes; undefined where its dictionary is not known. */
export type Inflate = (deflated: Uint8Array, dictionary: Uint64, length: number) => Uint8Array | undefined;

export interface PetrelSettings {
  readonly limits: Partial<Limits>;
  readonly inflate: Inflate | undefined;
}

export class PetrelTalk {
  private readonly connection: Connection;
  private readonly settings: PetrelSettings;
  private readonly sessions: Sessions;
  private readonly handler: ConversationHandler;
  private readonly finders: { readonly client: FrameFinder; readonly server: FrameFinder };
  private session: Session | undefined;
  /** The counts of a link whose handshake was not seen are its own. */
  private own: Session | undefined;

  constructor(
    connection: Connection,
    settings: PetrelSettings,
    sessions: Sessions,
    handler: ConversationHandler,
  ) {
    this.connection = connection;
    this.settings = settings;
    this.sessions = sessions;
    this.handler = handler;
    const finder = (side: Side): FrameFinder =>
      new FrameFinder(settings.limits, !connection.complete, (length, why) =>
        handler.unread?.(side, length, why),
      );
    this.finders = { client: finder(connection.client), server: finder(connection.server) };
  }

  read(from: Side, bytes: Uint8Array, packet: Packet | undefined): void {
    for (const frame of this.finderOf(from).read(bytes)) this.frame(from, frame, packet, false);
  }

  gap(from: Side, length: number, packet: Packet | undefined): void {
    for (const frame of this.finderOf(from).lose(length)) this.frame(from, frame, packet, false);
    // frames that are not seen are not counted
    this.directionOf(from).next = undefined;
  }

  finish(packet: Packet | undefined): void {
    const { client, server } = this.connection;
    for (const side of [client, server])
      for (const frame of this.finderOf(side).finish()) this.frame(side, frame, packet, false);
    // another connection may go on with a session
    if (this.own !== undefined) this.sessions.end(this.own);
    if (this.session?.closing === true) this.sessions.end(this.session);
  }

  private finderOf(side: Side): FrameFinder {
    return side === this.connection.client ? this.finders.client : this.finders.server;
  }

  private directionOf(side: Side): Direction {
    const counts = this.session ?? (this.own ??= this.unnamed());
    return side === this.connection.client ? counts.client : counts.server;
  }

  private unnamed(): Session {
    const session = this.sessions.create();
    session.connection = this.connection;
    return session;
  }

  private frame(from: Side, frame: Frame, packet: Packet | undefined, packed: boolean): void {
    const { kind, payload, offset } = frame;
    const { body, fault } = this.parse(frame);
    const remarks: Remark[] = [];
    if (body !== undefined) this.handshake(from, body);
    if (body?.kind === 'CLOSE' && body.scope === 'session' && this.session !== undefined)
      this.session.closing = true;
    const number = isCounted(kind) ? this.count(from, remarks) : undefined;
    const request = body === undefined ? undefined : this.pair(from, body, packet, remarks);
    const head = headLength(payload.length);
    const said: Said = {
      connection: this.connection,
      from,
      protocol: 'petrel',
      time: packet?.time,
      packet: packet?.number ?? 0,
      kind,
      offset,
      length: head + payload.length,
      bytes: payload,
      packed,
      body,
      fault,
      number,
      session: this.session,
      request,
      remarks,
    };
    this.handler.said(said);
    if (body?.kind === 'PACK') this.unpack(from, body, packet);
  }

  private parse(frame: Frame): {
    readonly body: FrameBody | undefined;
    readonly fault: ProtocolError | undefined;
  } {
    try {
      return { body: parseFrame(frame, { limits: this.settings.limits, lossless: true }), fault: undefined };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { body: undefined, fault: error };
    }
  }

  private unpack(from: Side, pack: Pack, packet: Packet | undefined): void {
    const { inflate, limits } = this.settings;
    if (inflate === undefined) return;
    let frames: readonly Frame[] | undefined;
    let fault: ProtocolError | undefined;
    try {
      const inflated = inflate(pack.deflated, pack.dictionary, pack.length);
      frames = inflated && splitPack(inflated, pack.length, { limits });
    } catch (error) {
      if (error instanceof ProtocolError) fault = error; // what else inflating throws says only that it is no deflate
    }
    if (frames === undefined) this.handler.unread?.(from, pack.length, fault);
    else for (const frame of frames) this.frame(from, frame, packet, true);
  }

  /** Which session a link is of, and where its numbers stand. [SESSION-3] */
  private handshake(from: Side, body: FrameBody): void {
    if (body.kind === 'HELLO' && body.form === 'offer') this.begin(this.sessions.create(), 1, 1);
    else if (body.kind === 'HELLO') {
      if (this.session === undefined) this.begin(this.sessions.create(), undefined, 1);
      if (body.form === 'answer' && body.token !== undefined) this.sessions.name(body.token, this.session!);
    } else if (body.kind === 'RESUME') {
      if (this.session === undefined)
        this.begin(this.sessions.find(body.token) ?? this.sessions.create(), undefined, undefined);
      this.sessions.name(body.token, this.session!);
      this.directionOf(from).next = Number(body.next);
    }
  }

  private begin(session: Session, client: number | undefined, server: number | undefined): void {
    this.session = session;
    session.client.next = client;
    session.server.next = server;
    session.connection = this.connection;
    session.connections.push(this.connection.id);
  }

  /** The number of the counted frame that came. */
  private count(from: Side, remarks: Remark[]): number | undefined {
    const direction = this.directionOf(from);
    const number = direction.next;
    if (number === undefined) return undefined;
    direction.next = number + 1;
    if (number <= direction.highest) remarks.push('sent again');
    else if (direction.highest > 0 && number > direction.highest + 1) remarks.push('numbers missing');
    direction.highest = Math.max(direction.highest, number);
    return number;
  }

  private pair(
    from: Side,
    body: FrameBody,
    packet: Packet | undefined,
    remarks: Remark[],
  ): Asked | undefined {
    const again = remarks.includes('sent again');
    switch (body.kind) {
      case 'COMMAND': {
        const { id, verb } = body;
        const asked: Asked = {
          id,
          verb,
          time: packet?.time,
          packet: packet?.number ?? 0,
          connection: this.connection.id,
        };
        if (!again && !this.directionOf(from).requests.add(asked)) remarks.push('id taken');
        return undefined;
      }
      case 'REPLY':
      case 'PART': {
        const { requests } = this.directionOf(from.peer);
        const request = requests.get(body.id);
        if (request === undefined && !again) remarks.push('not asked');
        if (body.kind === 'REPLY') requests.remove(body.id);
        return request;
      }
      case 'ACK':
        this.acknowledge(from, Number(body.received), remarks);
        return undefined;
      default:
        return undefined;
    }
  }

  private acknowledge(from: Side, received: number, remarks: Remark[]): void {
    const mine = this.directionOf(from);
    const { next } = this.directionOf(from.peer);
    if (received < mine.acknowledged) remarks.push('acknowledges less than before');
    else mine.acknowledged = received;
    if (next !== undefined && received >= next) remarks.push('acknowledges more than was sent');
  }
}

/** Seconds between a command and what answers it. */
export function roundTrip({ request, time }: Pick<Said, 'request' | 'time'>): number | undefined {
  return request?.time === undefined || time === undefined ? undefined : elapsed(request.time, time);
}
