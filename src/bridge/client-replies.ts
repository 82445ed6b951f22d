/** What comes back to a client of Redis: replies in the order of its commands, whatever order the link brings, and pushes. [RESP-17] */
import { replyOf } from '../exchange/replies.ts';
import { CloseCode } from '../frame/close-code.ts';
import type { FrameDecoder } from '../frame/decoder.ts';
import { FrameKind } from '../frame/kinds.ts';
import { requestIdIn } from '../frame/request-id.ts';
import type { Part, Push, Reply } from '../frame/types.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Encodable } from '../value/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import { Queue } from '../wire/queue.ts';
import { isRefusal, MONITORS_ALREADY, ORDINARY, type Awaited } from './awaited.ts';
import type { Ending } from './close.ts';
import { Half, isEnd } from './half.ts';
import { HeldReplies } from './held.ts';
import { idBefore, idEnd } from './lanes/ids.ts';
import { giveReply } from './lanes/replies.ts';
import { OVER, OwnIds } from './own-ids.ts';
import { ReplyMode } from './reply-mode.ts';
import { confirmationOf, errorOf, errorValue, isMonitored, statusOf } from './values.ts';

/** A command that is not ordinary, and whose turn it is then. */
interface Special {
  readonly turn: number;
  readonly awaited: Awaited;
}

export abstract class ClientReplies extends Half {
  /** Commands are numbered: whose turn it is, and the last one. */
  protected next = 1;
  protected last = 0;
  protected readonly ids: OwnIds = new OwnIds();
  /** Commands between them that are not ordinary, in order. */
  protected readonly special: Queue<Special> = new Queue<Special>();
  protected readonly held: HeldReplies = new HeldReplies();
  private readonly mode = new ReplyMode();
  /** Why there are no replies any more. */
  protected failed: string | undefined;
  /** Why nothing more is given to the client: the session ends when the other half knows. */
  protected finishing: Ending | undefined;
  /** The client's bytes were no commands: nothing more of them is read. */
  protected malformed = false;

  protected get pending(): number {
    return this.last - this.next + 1;
  }

  protected answered(decoder: FrameDecoder): void {
    if (this.quickly(decoder)) return undefined;
    const { kind, start, end } = decoder;
    const id = Number(requestIdIn(decoder.bytes, decoder.start, decoder.end) ?? 0);
    if (id === 0) return this.link.close(CloseCode.MALFORMED, 'a reply without an id');
    const turn = this.ids.turnOf(id);
    if (turn === 0) return this.link.refuse('ID_UNUSED', 'SESSION-13', 'a reply to what was not asked');
    if (kind === FrameKind.REPLY) this.ids.release(id);
    return turn === OVER ? undefined : this.arrive(turn, this.replyIn(id, kind), end - start);
  } // prettier-ignore

  /** The reply that the link is at; one that is at fault fails its request. [SESSION-11] */
  private replyIn(id: number, kind: number): Reply | Part {
    try {
      return this.link.parse() as Reply | Part;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (kind === FrameKind.PART) this.ids.mute(id);
      return { kind: 'REPLY', id, value: errorValue(`ERR the reply is at fault: ${error.message}`) };
    }
  }

  /** Takes the fast lane with the reply to an ordinary command whose turn it is. @returns false where it takes the slow way. */
  private quickly({ kind, bytes, start, end }: FrameDecoder): boolean {
    const pos = idEnd(bytes, start, end);
    if (pos === 0) return false;
    const id = idBefore(bytes, start, pos);
    if (this.ids.turnOf(id) !== this.next) return false;
    const ordinary = this.special.at(0)?.turn !== this.next && this.conversation.plain && !this.mode.silent;
    const fits = kind === FrameKind.REPLY && end - start <= this.fast && !this.malformed;
    if (!ordinary || !fits || this.respEnds || this.held.highest > 0) return false;
    if (!giveReply(bytes, pos, end, this.resp)) return false;
    this.ids.release(id);
    this.counts.replies++;
    this.next++;
    this.mode.step();
    return true;
  }

  /** A reply: written where it is its turn, held otherwise. */
  protected arrive(turn: number, body: Reply | Part, size: number): void {
    if (turn > this.next) return this.hold(turn, body, size);
    this.turn(body);
    return this.turns();
  }

  private hold(turn: number, body: Reply | Part | Push, size: number): void {
    this.held.add(turn, body, size);
    if (this.held.size > this.settings.maxHeld) this.link.close(CloseCode.LIMIT, 'too many replies before their turn');
  } // prettier-ignore

  /** Writes what was held for those whose turn it is now. */
  protected turns(): void {
    for (let items = this.held.take(this.next); items !== undefined; items = this.held.take(this.next)) {
      for (const body of items) {
        if (body.kind === 'PUSH') this.writePush(body);
        else this.turn(body);
      }
    }
  }

  /** A reply whose turn it is. */
  private turn({ kind, value }: Reply | Part): void {
    if (this.respEnds) return;
    const first = this.special.at(0);
    const awaited = first?.turn === this.next ? first.awaited : ORDINARY;
    const { monitoring, transaction } = this.conversation;
    const { instead } = awaited;
    const said = instead !== undefined && isRefusal(errorOf(value)) ? errorValue(instead) : value;
    // Redis gives no reply, but for an error of its own, and in a transaction, which fails
    const silent =
      awaited.role === 'monitor' &&
      monitoring &&
      transaction === undefined &&
      (errorOf(said) ?? MONITORS_ALREADY).startsWith(MONITORS_ALREADY);
    const isFirst = awaited.queued === undefined;
    this.conversation.answer(awaited, said);
    const swallowed = this.mode.change(awaited, said) || silent;
    if (!swallowed && !this.mode.silent) this.give(said);
    else if (!swallowed) this.giveConfirmations(awaited, said, isFirst);
    if (kind === 'PART') return;
    this.counts.replies++;
    if (awaited !== ORDINARY) this.special.shift();
    this.next++;
    this.mode.step();
    if (this.next > this.last && this.malformed)
      this.finish(CloseCode.NORMAL, 'the client broke the protocol');
    if (awaited.role === 'quit' && statusOf(said) === 'OK')
      this.finish(CloseCode.NORMAL, 'the client has quit');
  }

  /** Confirmations and pushes are given in all modes. EXEC's first reply is its array; confirmations may follow. */
  private giveConfirmations({ role, queued }: Awaited, value: Encodable, isFirst: boolean): void {
    const confirms = role === 'subscribe' || role === 'unsubscribe';
    if (confirms && confirmationOf(value) !== undefined) return this.give(value);
    if (queued === undefined) return undefined;
    const items = isFirst && Array.isArray(value) ? (value as readonly Encodable[]) : [value];
    for (const item of items) if (this.conversation.isGivenAlways(item)) this.give(item);
  }

  private give(value: Encodable): void {
    try {
      this.write(value);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      this.write(errorValue(`ERR the reply has no form in RESP: ${error.message}`));
    }
  }

  protected push(decoder: FrameDecoder): void {
    let body: Push;
    try {
      body = this.link.parse() as Push;
    } catch (error) {
      if (error instanceof ProtocolError) return; // [SESSION-11] nobody waits for it
      throw error;
    }
    if (isEnd(body)) return this.serverEnded();
    // It does not overtake what came before it.
    if (this.held.highest > 0) this.hold(this.held.highest, body, decoder.end - decoder.start);
    else this.writePush(body);
  }

  /** The server sends nothing more, and has answered all: its half wants to know that this is heard. */
  private serverEnded(): void {
    this.failed ??= 'ERR petrel bridge: the server has closed the connection';
    this.link.ackNow();
  }

  private writePush(body: Push): void {
    if (this.respEnds) return;
    try {
      const value = replyOf(body);
      if (this.mode.silent && isMonitored(value)) return;
      this.counts.pushes++;
      this.write(this.conversation.version === 2 && value instanceof Tagged && value.tag === Tag.PUSH ? value.value : value);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError || error instanceof ProtocolError)) throw error;
    }
  } // prettier-ignore

  protected finish(code: number, text: string): void {
    this.respEnds = true;
    this.discard();
    this.finishing ??= { code, text };
  }
}
