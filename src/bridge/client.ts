/** The half that Redis clients talk to: their commands go as COMMANDs, and what comes back is put in their order. */
import { commandFrame } from '../exchange/commands.ts';
import { replyOf } from '../exchange/replies.ts';
import type { FrameDecoder } from '../frame/decoder.ts';
import { FrameKind, frameName } from '../frame/kinds.ts';
import type { FrameBody, Part, Push, Reply } from '../frame/types.ts';
import { RespCommandReader } from '../resp/commands.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Encodable } from '../value/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import {
  awaitedOf,
  isRefusal,
  ORDINARY,
  refusal,
  REFUSED_BY_ALL,
  type Awaited,
  type Parts,
} from './awaited.ts';
import { CloseCode } from './close.ts';
import { splitInline } from './inline.ts';
import { carryCommand } from './lanes/commands.ts';
import { idBefore, idEnd } from './lanes/ids.ts';
import { giveReply } from './lanes/replies.ts';
import { Half, idIn, overLimits } from './half.ts';
import type { BridgeOptions } from './options.ts';
import { Queue } from './queue.ts';
import { confirmationOf, errorOf, errorValue, isMonitored, statusOf } from './values.ts';

/** What came before its turn. */
interface Held {
  readonly items: (Reply | Part | Push)[];
  /** Its REPLY is among them. */
  done: boolean;
}

const REPLY_ON: Parts = ['CLIENT', 'REPLY', 'ON'];
const NO_REPLY_MODE = 'ERR CLIENT REPLY OFF and SKIP are not carried over Petrel within a transaction';

export class ClientHalf extends Half {
  private reader: RespCommandReader | undefined;
  /** Offset in the stream of RESP of the reader's first byte. */
  private base = 0;
  /** The id of the command whose turn it is, and of the last one. */
  private next = 1;
  private last = 0;
  /** Commands between them that are not ordinary, in order. */
  private readonly special = new Queue<{ readonly id: number; readonly awaited: Awaited }>();
  /** By id. They are our own, one after the other: nobody can choose such as collide. */
  private readonly held = new Map<number, Held>();
  private highestHeld = 0;
  private heldBytes = 0;
  /** What was sent opens a transaction. */
  private aheadMulti = false;
  /** CLIENT REPLY's modes. */
  private off = false;
  private skip = false;
  private skipNext = false;
  /** Why there are no replies any more. */
  private failed: string | undefined;
  private stood = false;
  private draining = false;
  /** The client's bytes were no commands: nothing more of them is read. */
  private malformed = false;

  /** @throws RangeError for options out of range. */
  constructor(options: BridgeOptions = {}, now = 0) {
    super(true, options, now);
  }

  drain(now: number): void {
    this.now = now;
    this.draining = true;
    this.pump();
  }

  override get readsResp(): boolean {
    return super.readsResp && (!this.draining || this.over);
  }

  offered(): void {}

  override opened(): void {
    super.opened();
    this.stood = true;
  }

  protected get takes(): boolean {
    return true;
  }

  protected get pending(): number {
    return this.last - this.next + 1;
  }

  private get reads(): boolean {
    if (this.failed !== undefined) return true;
    return this.link.ready && !this.draining && this.pending < this.settings.maxPending;
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
    if (this.reader !== undefined || this.failed !== undefined) return 0;
    const { out } = this.link;
    const start = out.pos;
    const end = carryCommand(chunk, pos, chunk.length, out, this.last + 1);
    if (end === 0) return 0;
    if (end - pos > this.fast) {
      out.pos = start;
      return 0;
    }
    this.last++;
    this.counts.commands++;
    this.base += end - pos;
    this.link.sent(start);
    return end;
  }

  /** Reads up to the end of one command. A reader serves one; what it holds of an unfinished one waits in it. */
  private readOne(chunk: Uint8Array, pos: number): number {
    const reader = (this.reader ??= new RespCommandReader({ limits: this.settings.limits }));
    const before = reader.position;
    reader.feed(pos === 0 ? chunk : chunk.subarray(pos));
    try {
      const command = reader.next();
      if (command === undefined) return chunk.length;
      const end = pos + reader.position - before;
      this.reader = undefined;
      this.base += reader.position;
      if (command.inline) this.inline(command.parts[0]!);
      else if (command.parts.length > 0) this.command(command.parts, command.length);
      return end;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const { code, offset, detail } = error;
      this.refuse(`${detail} (${code} at byte ${this.base + offset})`);
      return chunk.length;
    }
  }

  private inline(line: string | Uint8Array): void {
    const words = splitInline(line);
    if (typeof words === 'string') this.refuse(words);
    else if (words.length > 0) this.command(words, line.length);
  }

  private command(parts: Parts, length: number): void {
    this.counts.commands++;
    if (this.failed !== undefined) return this.local(this.failed);
    const [awaited, sent] = this.forwarded(parts);
    const fault = this.send(commandFrame({ parts: sent, inline: false }, ++this.last), length);
    if (fault !== undefined) return this.answerLocally(this.last, overLimits('command', fault));
    if (awaited !== ORDINARY) this.special.push({ id: this.last, awaited });
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
    this.answerLocally(++this.last, text);
  }

  private answerLocally(id: number, text: string): void {
    this.arrive({ kind: 'REPLY', id, value: errorValue(text) }, 0);
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
    if (this.quickly(decoder)) return;
    const { start, end } = decoder;
    let body: FrameBody;
    try {
      body = this.link.parse();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const id = idIn(decoder);
      if (id === undefined) return this.link.close(CloseCode.MALFORMED, error.message);
      body = { kind: 'REPLY', id, value: errorValue(`ERR the reply is at fault: ${error.message}`) };
    }
    this.arrive(body as Reply | Part, end - start);
  }

  /** Takes the fast lane with the reply to an ordinary command whose turn it is. @returns false where it takes the slow way. */
  private quickly({ kind, bytes, start, end }: FrameDecoder): boolean {
    const pos = idEnd(bytes, start, end);
    if (pos === 0 || idBefore(bytes, start, pos) !== this.next || this.next > this.last) return false;
    const ordinary = this.special.first?.id !== this.next && this.conversation.plain && !this.silent;
    const fits = kind === FrameKind.REPLY && end - start <= this.fast && !this.malformed;
    if (!ordinary || !fits || this.respEnds || this.held.size > 0) return false;
    if (!giveReply(bytes, pos, end, this.resp)) return false;
    this.counts.replies++;
    this.next++;
    this.skip = this.skipNext;
    this.skipNext = false;
    return true;
  }

  /** A reply: written where it is its turn, held otherwise. */
  private arrive(body: Reply | Part, size: number): void {
    const id = Number(body.id);
    if (!(id > 0 && id <= this.last)) return this.link.close(CloseCode.MALFORMED, `a ${body.kind} to what was not asked`);
    if (id < this.next) return undefined; // answered already [SESSION-13]
    if (id > this.next) return this.hold(id, body, size);
    this.turn(body);
    return this.turns();
  } // prettier-ignore

  private hold(id: number, body: Reply | Part | Push, size: number): void {
    let held = this.held.get(id);
    if (held === undefined) this.held.set(id, (held = { items: [], done: false }));
    if (held.done && body.kind !== 'PUSH') return undefined;
    held.items.push(body);
    held.done ||= body.kind === 'REPLY';
    this.highestHeld = Math.max(this.highestHeld, id);
    this.heldBytes += size;
    if (this.heldBytes > this.settings.maxHeld)
      return this.link.close(CloseCode.LIMIT, 'too many replies before their turn');
    return undefined;
  }

  /** Writes what was held for those whose turn it is now. */
  private turns(): void {
    for (let held = this.held.get(this.next); held !== undefined; held = this.held.get(this.next)) {
      this.held.delete(this.next);
      for (const body of held.items) {
        if (body.kind === 'PUSH') this.writePush(body);
        else this.turn(body);
      }
    }
    if (this.held.size === 0) this.heldBytes = this.highestHeld = 0;
  }

  /** A reply whose turn it is. */
  private turn({ kind, value }: Reply | Part): void {
    if (this.respEnds) return;
    const { first } = this.special;
    const awaited = first?.id === this.next ? first.awaited : ORDINARY;
    const { monitoring } = this.conversation;
    const { instead } = awaited;
    const said = instead !== undefined && isRefusal(errorOf(value)) ? errorValue(instead) : value;
    const silent = awaited.role === 'monitor' && monitoring; // Redis gives no reply
    this.conversation.answer(awaited, said);
    const swallowed = this.changeMode(awaited, said) || silent;
    if (!swallowed && !this.silent) this.give(said);
    else if (!swallowed) this.giveConfirmations(awaited, said);
    if (kind === 'PART') return;
    this.counts.replies++;
    if (awaited !== ORDINARY) this.special.shift();
    this.next++;
    this.skip = this.skipNext;
    this.skipNext = false;
    if (this.next > this.last && this.malformed)
      this.finish(CloseCode.NORMAL, 'the client broke the protocol');
    if (awaited.role === 'quit' && statusOf(said) === 'OK')
      this.finish(CloseCode.NORMAL, 'the client has quit');
  }

  /** @returns whether Redis would have given no reply. */
  private changeMode({ role, mode }: Awaited, value: Encodable): boolean {
    const status = statusOf(value);
    if (role === 'reset' && status === 'RESET') this.off = this.skipNext = false;
    if (role !== 'replyMode' || status !== 'OK') return false;
    if (mode === 'SKIP') this.skipNext = !this.off;
    else this.off = mode === 'OFF';
    if (mode === 'ON') this.skip = false;
    return mode !== 'ON';
  }

  private get silent(): boolean {
    return this.off || this.skip;
  }

  /** Confirmations and pushes are given in all modes. */
  private giveConfirmations({ role, queued }: Awaited, value: Encodable): void {
    const confirms = role === 'subscribe' || role === 'unsubscribe';
    if (confirms && confirmationOf(value) !== undefined) return this.give(value);
    if (queued === undefined) return undefined;
    const items = Array.isArray(value) ? (value as readonly Encodable[]) : [value];
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
    // It does not overtake what came before it.
    if (this.highestHeld > 0) this.hold(this.highestHeld, body, decoder.end - decoder.start);
    else this.writePush(body);
  }

  private writePush(body: Push): void {
    if (this.respEnds) return;
    try {
      const value = replyOf(body);
      if (this.silent && isMonitored(value)) return;
      this.counts.pushes++;
      this.write(this.conversation.version === 2 && value instanceof Tagged && value.tag === Tag.PUSH ? value.value : value);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError || error instanceof ProtocolError)) throw error;
    }
  } // prettier-ignore

  /** A bridge's client has no commands for its server: they are refused. */
  private asked(decoder: FrameDecoder): void {
    const id = idIn(decoder);
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
    const unknown = `${this.failed}; whether this command ran is not known`;
    for (let id = this.next; id <= this.last; id++)
      if (this.held.get(id)?.done !== true) this.fill(id, unknown);
    this.turns();
    if (!this.stood && this.last === 0 && !this.respEnds && super.readsResp)
      this.write(errorValue(this.failed));
  }

  private fill(id: number, text: string): void {
    const reply: Reply = { kind: 'REPLY', id, value: errorValue(text) };
    const held = this.held.get(id);
    if (held === undefined) this.held.set(id, { items: [reply], done: true });
    else held.items.push(reply);
  }

  protected settle(allRead: boolean): void {
    if (this.failed !== undefined && allRead) this.respEnds = true;
    if (this.draining && this.pending === 0) this.finish(CloseCode.GOING_AWAY, 'the bridge stops');
    if (this.respEnded && allRead && this.link.ready) this.link.end();
  }

  private finish(code: number, text: string): void {
    this.respEnds = true;
    this.discard();
    this.link.close(code, text);
  }
}
