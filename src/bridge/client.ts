/** The half that Redis clients talk to: their commands go as COMMANDs, and what comes back is put in their order. */
import { commandFrame } from '../exchange/commands.ts';
import { CloseCode } from '../frame/close-code.ts';
import type { FrameDecoder } from '../frame/decoder.ts';
import { FrameKind, frameName } from '../frame/kinds.ts';
import { requestIdIn } from '../frame/request-id.ts';
import type { Reply } from '../frame/types.ts';
import { awaitedOf, ORDINARY, refusal, REFUSED_BY_ALL, type Awaited, type Parts } from './awaited.ts';
import { CallingLink } from './calling-link.ts';
import { ClientReplies } from './client-replies.ts';
import { CommandStream } from './command-stream.ts';
import { overLimits } from './judge.ts';
import { carryCommand } from './lanes/commands.ts';
import { resolveSettings, type BridgeOptions } from './options.ts';
import { errorValue } from './values.ts';

const REPLY_ON: Parts = ['CLIENT', 'REPLY', 'ON'];
const NO_REPLY_MODE = 'ERR CLIENT REPLY OFF and SKIP are not carried over Petrel within a transaction';

export class ClientHalf extends ClientReplies {
  protected readonly link: CallingLink;
  private readonly commands: CommandStream;
  /** What was sent opens a transaction. */
  private aheadMulti = false;
  private draining = false;

  /**
   * @param stands whether the first link has a transport, or will have at once: otherwise `dials` asks for it, as for all that follow.
   * @throws RangeError for options out of range.
   */
  constructor(options: BridgeOptions = {}, now = 0, stands = true) {
    super(resolveSettings(options), now);
    this.link = new CallingLink(this.settings, this, now, stands);
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

  protected moves(): void {}

  protected get takes(): boolean {
    return true;
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
}
