/** RESP on one connection of a capture: replies are paired with commands by their order, pushes told from them. */
import { Conversation } from '../bridge/conversation.ts';
import { awaitedOf, type Awaited } from '../bridge/awaited.ts';
import { splitInline } from '../bridge/inline.ts';
import { confirmationOf } from '../bridge/values.ts';
import type { Connection, Side } from '../capture/connection.ts';
import type { Packet } from '../capture/packet.ts';
import { commandFrame } from '../exchange/commands.ts';
import { pushFrame, replyFrame } from '../exchange/replies.ts';
import { FrameKind } from '../frame/kinds.ts';
import type { FrameBody } from '../frame/all.ts';
import { RespCommandReader, type RespCommand } from '../resp/commands.ts';
import { RespReader } from '../resp/reader.ts';
import type { Value } from '../value/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import { Queue } from '../wire/queue.ts';
import type { Limits } from '../wire/limits.ts';
import { Held } from './held.ts';
import type { Asked, ConversationHandler, Remark } from './said.ts';

interface Waiting {
  readonly asked: Asked;
  readonly awaited: Awaited;
}

/** So many commands may wait for a reply, and so many in a transaction; beyond, no reply is paired. */
const MOST = 65_536;

export class RespTalk {
  private readonly connection: Connection;
  private readonly handler: ConversationHandler;
  private readonly limits: Partial<Limits>;
  private readonly talk: Conversation = new Conversation();
  private readonly waiting: Queue<Waiting> = new Queue();
  private commands: RespCommandReader | undefined;
  private replies: RespReader | undefined;
  private count = 0;
  /** Bytes of each direction so far, and how many of them the items that were told take. */
  private asked = 0;
  private answered = 0;
  private askedAt = 0;
  private answeredAt = 0;
  private heldCommands: Held = new Held();
  private heldReplies: Held = new Held();
  /** Whether replies are known to answer what waits: not after a gap, nor where the begin is missing. */
  private paired: boolean;

  constructor(connection: Connection, limits: Partial<Limits>, handler: ConversationHandler) {
    this.connection = connection;
    this.handler = handler;
    this.limits = limits;
    this.commands = new RespCommandReader({ limits });
    this.replies = new RespReader({ limits });
    this.paired = connection.complete;
  }

  read(from: Side, bytes: Uint8Array, packet: Packet | undefined): void {
    if (from === this.connection.client) this.readCommands(bytes, packet);
    else this.readReplies(bytes, packet);
  }

  gap(from: Side): void {
    // nothing in RESP says where an item begins
    if (from === this.connection.client) this.commands = undefined;
    else this.replies = undefined;
    this.paired = false;
  }

  finish(): void {
    for (let left = this.waiting.shift(); left !== undefined; left = this.waiting.shift())
      if (this.paired) this.handler.unanswered?.(left.asked, this.connection.client);
  }

  private readCommands(bytes: Uint8Array, packet: Packet | undefined): void {
    const { commands } = this;
    if (commands === undefined) return this.handler.unread?.(this.connection.client, bytes.length, undefined);
    this.asked += bytes.length;
    this.heldCommands.feed(bytes);
    const fault = faultOf(() => {
      commands.feed(bytes);
      for (let item = commands.next(); item !== undefined; item = commands.next()) {
        this.command(item, commands.position, packet);
      }
    });
    if (fault === undefined) return this.heldCommands.settle();
    this.commands = undefined;
    this.heldCommands = new Held();
    return this.handler.unread?.(this.connection.client, this.asked - this.askedAt, fault);
  }

  private command(item: RespCommand, end: number, packet: Packet | undefined): void {
    const words = item.inline ? splitInline(item.parts[0]!) : item.parts;
    // an empty one gets no reply; what is no line of words is shown as it is, and an error follows it
    if (words.length === 0) return;
    const parts = typeof words === 'string' ? item.parts : words;
    const body = commandFrame({ parts, inline: false }, ++this.count);
    const { id } = this.connection;
    const asked = {
      id: this.count,
      verb: body.verb,
      time: packet?.time,
      packet: packet?.number ?? 0,
      connection: id,
    };
    this.waiting.push({ asked, awaited: awaitedOf(parts) });
    const lost = this.isCrowded && this.forget();
    const remarks: Remark[] = lost ? ['too many wait'] : [];
    this.say(this.connection.client, FrameKind.COMMAND, this.askedAt, end, body, packet, undefined, remarks);
    this.askedAt = end;
  }

  private get isCrowded(): boolean {
    return this.waiting.length > MOST || (this.talk.transaction?.length ?? 0) > MOST;
  }

  /** The oldest command goes, and with it the knowledge of which reply is whose. @returns whether there was any. */
  private forget(): boolean {
    const { paired } = this;
    this.waiting.shift();
    this.talk.transaction = undefined;
    this.paired = false;
    return paired;
  }

  private readReplies(bytes: Uint8Array, packet: Packet | undefined): void {
    const { replies } = this;
    if (replies === undefined) return this.handler.unread?.(this.connection.server, bytes.length, undefined);
    this.answered += bytes.length;
    this.heldReplies.feed(bytes);
    const fault = faultOf(() => {
      replies.feed(bytes);
      for (let value = replies.next(); value !== undefined; value = replies.next()) {
        this.value(value, this.answeredAt, replies.position, packet);
        this.answeredAt = replies.position;
      }
    });
    if (fault === undefined) return this.heldReplies.settle();
    this.replies = undefined;
    this.heldReplies = new Held();
    return this.handler.unread?.(this.connection.server, this.answered - this.answeredAt, fault);
  }

  private value(value: Value, start: number, end: number, packet: Packet | undefined): void {
    const due = this.waiting.at(0);
    const { server } = this.connection;
    if (this.talk.isUnasked(value, due?.awaited)) {
      const confirmation = confirmationOf(value);
      if (confirmation !== undefined) this.talk.track(confirmation);
      this.say(server, FrameKind.PUSH, start, end, pushFrame(value), packet, undefined, []);
      return;
    }
    const { asked, awaited } = due!;
    const last = this.talk.answer(awaited, value);
    if (last) this.waiting.shift();
    const body = replyFrame(value, asked.id);
    const request = this.paired ? asked : undefined;
    this.say(server, last ? FrameKind.REPLY : FrameKind.PART, start, end, body, packet, request, []);
  }

  private say(
    from: Side,
    kind: number,
    offset: number,
    end: number,
    body: FrameBody,
    packet: Packet | undefined,
    request: Asked | undefined,
    remarks: readonly Remark[],
  ): void {
    const held = from === this.connection.client ? this.heldCommands : this.heldReplies;
    this.handler.said({
      connection: this.connection,
      from,
      protocol: 'resp',
      time: packet?.time,
      packet: packet?.number ?? 0,
      kind,
      offset,
      length: end - offset,
      bytes: held.take(end - offset),
      packed: false,
      body,
      fault: undefined,
      number: undefined,
      session: undefined,
      request,
      remarks,
    });
  }
}

function faultOf(run: () => void): ProtocolError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}
