/** The half that Redis clients talk to: their commands go as COMMANDs, and what comes back is put in their order. */
import { commandFrame } from '../exchange/commands.ts';
import { replyOf } from '../exchange/replies.ts';
import type { FrameDecoder } from '../frame/decoder.ts';
import { FrameKind, frameName } from '../frame/kinds.ts';
import type { Part, Push, Reply } from '../frame/types.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Encodable } from '../value/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import {
  awaitedOf,
  isRefusal,
  MONITORS_ALREADY,
  ORDINARY,
  refusal,
  REFUSED_BY_ALL,
  type Awaited,
  type Parts,
} from './awaited.ts';
import { CloseCode } from '../frame/close-code.ts';
import { requestIdIn } from '../frame/request-id.ts';
import { CommandStream } from './command-stream.ts';
import { carryCommand } from './lanes/commands.ts';
import { idBefore, idEnd } from './lanes/ids.ts';
import { giveReply } from './lanes/replies.ts';
import type { Ending } from './close.ts';
import { Half, isEnd, overLimits } from './half.ts';
import { HeldReplies } from './held.ts';
import type { BridgeOptions } from './options.ts';
import { OVER, OwnIds } from './own-ids.ts';
import { Queue } from '../wire/queue.ts';
import { ReplyMode } from './reply-mode.ts';
import { confirmationOf, errorOf, errorValue, isMonitored, statusOf } from './values.ts';

const REPLY_ON: Parts = ['CLIENT', 'REPLY', 'ON'];
const NO_REPLY_MODE = 'ERR CLIENT REPLY OFF and SKIP are not carried over Petrel within a transaction';

export class ClientHalf extends Half {
  private readonly commands: CommandStream;
  /** Commands are numbered: whose turn it is, and the last one. */
  private next = 1;
  private last = 0;
  private readonly ids = new OwnIds();
  /** Commands between them that are not ordinary, in order. */
  private readonly special = new Queue<{ readonly turn: number; readonly awaited: Awaited }>();
  private readonly held = new HeldReplies();
  private readonly mode = new ReplyMode();
  /** What was sent opens a transaction. */
  private aheadMulti = false;
  /** Why there are no replies any more. */
  private failed: string | undefined;
  private draining = false;
  /** Why nothing more is given to the client: the session ends when the other half knows. */
  private finishing: Ending | undefined;
  /** The client's bytes were no commands: nothing more of them is read. */
  private malformed = false;

  /** @throws RangeError for options out of range. */
  constructor(options: BridgeOptions = {}, now = 0) {
    super(undefined, options, now);
    this.commands = new CommandStream(this.settings.limits);
  }

  drain(now: number): void {
    this.now = now;
    this.draining = true;
    this.pump();
  }

  stop(now: number): void {
    this.now = now;
    this.link.close(CloseCode.GOING_AWAY, 'the bridge stops');
    this.pump();
  }

  override get readsResp(): boolean {
    return super.readsResp && (!this.draining || this.over);
  }

  offered(): void {}

  protected moves(): void {}

  protected get takes(): boolean {
    return true;
  }

  protected get pending(): number {
    return this.last - this.next + 1;
  }

  private get reads(): boolean {
    if (this.failed !== undefined) return true;
    const awaited = Math.max(this.pending, this.ids.size);
    return this.link.ready && !this.draining && awaited < this.settings.maxPending;
  }

  protected read(chunk: Uint8Array): number {
    let pos = 0;
    while (pos < chunk.length && this.reads) {
      if (this.malformed || this.respEnds) return chunk.length;
      pos = this.carry(chunk, pos) || this.readOne(chunk, pos);
    }
    return pos;
  }

  /** Takes the fast lane with a command that is whole. @returns the index after it, 0 where it takes the slow way. */
  private carry(chunk: Uint8Array, pos: number): number {
    if (!this.commands.atStart || this.failed !== undefined) return 0;
    const { out } = this.link;
    const start = out.pos;
    const end = carryCommand(chunk, pos, chunk.length, out, this.ids.next);
    if (end === 0) return 0;
    if (end - pos > this.fast) {
      out.pos = start;
      return 0;
    }
    this.ids.take(++this.last);
    this.counts.commands++;
    this.commands.skip(end - pos);
    this.link.sent();
    return end;
  }

  private readOne(chunk: Uint8Array, pos: number): number {
    const { commands } = this;
    const end = commands.read(chunk, pos);
    if (commands.fault !== undefined) this.refuse(commands.fault);
    else if (commands.parts !== undefined) this.command(commands.parts, commands.length);
    return end;
  }

  private command(parts: Parts, length: number): void {
    this.counts.commands++;
    if (this.failed !== undefined) return this.local(this.failed);
    const [awaited, sent] = this.forwarded(parts);
    const fault = this.send(commandFrame({ parts: sent, inline: false }, this.ids.next), length);
    if (fault !== undefined) return this.local(overLimits('command', fault));
    this.ids.take(++this.last);
    if (awaited !== ORDINARY) this.special.push({ turn: this.last, awaited });
  }

  /** What awaits a command's reply, and what is sent for it. */
  private forwarded(parts: Parts): readonly [Awaited, Parts] {
    const awaited = awaitedOf(parts);
    const { role, mode } = awaited;
    if (this.pending === 0) this.aheadMulti = this.conversation.transaction !== undefined;
    if (role === 'multi') this.aheadMulti = true;
    if (role === 'exec' || role === 'discard' || role === 'reset') this.aheadMulti = false;
    if (role !== 'replyMode' || mode === 'ON') return [awaited, parts];
    return this.aheadMulti ? [refusal(NO_REPLY_MODE), REFUSED_BY_ALL] : [awaited, REPLY_ON];
  }

  /** The client broke the protocol: earlier replies, then this, then the end. */
  private refuse(detail: string): void {
    this.malformed = true;
    this.local(`ERR Protocol error: ${detail}`);
  }

  /** An answer of our own, in the turn of a command that is not sent. */
  private local(text: string): void {
    this.arrive(++this.last, { kind: 'REPLY', id: 0, value: errorValue(text) }, 0);
  }

  frame(decoder: FrameDecoder): void {
    const { kind } = decoder;
    switch (kind) {
      case FrameKind.REPLY:
      case FrameKind.PART:
        return this.answered(decoder);
      case FrameKind.PUSH:
        return this.push(decoder);
      case FrameKind.CANCEL:
        return undefined;
      case FrameKind.COMMAND:
        return this.asked(decoder);
      default:
        return this.link.close(CloseCode.UNSUPPORTED, `a frame of kind ${frameName(kind)}`);
    }
  }

  private answered(decoder: FrameDecoder): void {
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
  private arrive(turn: number, body: Reply | Part, size: number): void {
    if (turn > this.next) return this.hold(turn, body, size);
    this.turn(body);
    return this.turns();
  }

  private hold(turn: number, body: Reply | Part | Push, size: number): void {
    this.held.add(turn, body, size);
    if (this.held.size > this.settings.maxHeld) this.link.close(CloseCode.LIMIT, 'too many replies before their turn');
  } // prettier-ignore

  /** Writes what was held for those whose turn it is now. */
  private turns(): void {
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

  private push(decoder: FrameDecoder): void {
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

  /** A bridge's client has no commands for its server: they are refused. */
  private asked(decoder: FrameDecoder): void {
    const id = requestIdIn(decoder.bytes, decoder.start, decoder.end);
    if (id === undefined || !this.link.ready) return this.link.close(CloseCode.UNSUPPORTED, 'no commands are taken here');
    this.send({ kind: 'REPLY', id, value: errorValue('ERR no commands are taken here') }, 0);
    return undefined;
  } // prettier-ignore

  protected respLost(reason: string): void {
    this.finish(CloseCode.NORMAL, `the client is gone: ${reason}`);
  }

  protected linkLost(text: string): void {
    const reason = text === '' ? 'the connection is lost' : text;
    this.failed = `ERR petrel bridge: ${reason}`;
    this.failAll(this.failed);
    this.turns();
    if (!this.stood && this.last === 0 && !this.respEnds && super.readsResp)
      this.write(errorValue(this.failed));
  }

  /** Every command that has no reply gets an error; those that no link has carried did not run for sure. [RESP-23] */
  private failAll(text: string): void {
    const error = (outcome: string): Reply => ({ kind: 'REPLY', id: 0, value: errorValue(`${text}; ${outcome}`) });
    const unknown = error('whether this command ran is not known');
    const notRun = error('this command did not run');
    let unsent = this.link.notTaken - (this.endSaid ? 1 : 0);
    for (let turn = this.last; turn >= this.next; turn--)
      if (!this.held.isDone(turn)) this.held.add(turn, unsent-- > 0 ? notRun : unknown, 0);
  } // prettier-ignore

  protected settle(allRead: boolean): void {
    if (this.failed !== undefined && allRead && this.pending === 0) this.respEnds = true;
    if (this.draining && this.pending === 0) this.finish(CloseCode.GOING_AWAY, 'the bridge stops');
    if (this.respEnded && allRead) this.sayEnd();
    if (this.finishing !== undefined) this.leave(this.finishing);
  }

  private finish(code: number, text: string): void {
    this.respEnds = true;
    this.discard();
    this.finishing ??= { code, text };
  }
}
