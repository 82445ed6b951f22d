/** The half that talks to a Redis server: COMMANDs go to it in order, and its replies get their ids. */
import { pushFrame } from '../exchange/replies.ts';
import { CloseCode } from '../frame/close-code.ts';
import { RespReader } from '../resp/reader.ts';
import type { ServerSession } from '../session/server.ts';
import type { Encodable, Value } from '../value/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import { AnsweringLink, type Host } from './answering-link.ts';
import { isRefusal, ORDINARY } from './awaited.ts';
import { overLimits } from './judge.ts';
import { carryReply } from './lanes/replies.ts';
import type { BridgeOptions } from './options.ts';
import { ServerCommands, type Pending } from './server-commands.ts';
import { Sessions } from './sessions.ts';
import { confirmationOf, errorOf, errorValue } from './values.ts';
import { called } from './words.ts';

export class ServerHalf extends ServerCommands implements Host {
  protected readonly link: AnsweringLink;
  /** A server is wanted: connect, then call `connected`, or `fromRespEnd` with what went wrong. */
  wantsServer = false;
  /** The half that goes on with this one's link: give it all that comes, and what `adopt` answers to its link before. */
  successor: ServerHalf | undefined;
  private readonly sessions: Sessions;
  private stands = false;
  private reader: RespReader | undefined;
  private draining = false;

  /** @param sessions of the listener that the link came to, so that further links find this one. @throws RangeError for options out of range. */
  constructor(options: BridgeOptions = {}, now = 0, sessions?: Sessions) {
    // by itself it can't be found by another link: nobody is to guess its token
    const own = sessions ?? new Sessions(options, (length) => new Uint8Array(length));
    super(own.settings, now);
    this.sessions = own;
    this.link = new AnsweringLink(own, this, now);
  }

  offered(): void {
    this.wantsServer = true;
  }

  /** The connection to the server stands. */
  connected(now: number): void {
    this.now = now;
    this.stands = true;
    this.link.answer(now);
    const { accepted } = this.link;
    if (accepted !== undefined) this.sessions.halves.set(accepted, this);
    this.pump();
  }

  protected moves(session: ServerSession): void {
    // there is one: a session whose half has let it go can't be found any more
    this.successor = this.sessions.halves.get(session);
  }

  /** Goes on with the link of a half whose successor this is. @returns what is to be written to the link before: its end. */
  adopt(other: ServerHalf, now: number): Uint8Array {
    this.now = now;
    const last = this.link.adopt(other.link.carried, now);
    this.pump();
    return last;
  }

  /** There are too many already. */
  turnAway(now: number): void {
    this.now = now;
    this.wantsServer = false;
    this.link.close(CloseCode.OVERLOADED, 'max number of clients reached');
    this.pump();
  }

  drain(now: number): void {
    this.now = now;
    this.draining = true;
    this.pump();
  }

  stop(now: number): void {
    this.now = now;
    if (this.link.open) this.lose(CloseCode.GOING_AWAY, 'the bridge stops');
    else this.link.close(CloseCode.GOING_AWAY, 'the bridge stops');
    this.pump();
  }

  protected get takes(): boolean {
    // where there are no replies, each command has its error at once
    return this.pending.length < this.settings.maxPending || this.gone !== undefined;
  }

  protected read(chunk: Uint8Array): number {
    let pos = 0;
    while (pos < chunk.length && (this.link.ready || this.gone !== undefined)) {
      if (this.gone !== undefined) return chunk.length;
      pos = this.carry(chunk, pos) || this.readOne(chunk, pos);
    }
    return pos;
  }

  /** Takes the fast lane with the reply to an ordinary command. @returns the index after it, 0 where it takes the slow way. */
  private carry(chunk: Uint8Array, pos: number): number {
    const first = this.pending.at(0);
    if (this.reader !== undefined || first?.awaited !== ORDINARY || !this.conversation.plain) return 0;
    const { id } = first;
    if (typeof id !== 'number') return 0;
    const { out } = this.link;
    const start = out.pos;
    const end = carryReply(chunk, pos, chunk.length, out, id);
    if (end === 0) return 0;
    if (end - pos > this.fast) {
      out.pos = start;
      return 0;
    }
    this.pending.shift();
    this.open.delete(id);
    this.counts.replies++;
    this.link.sent();
    return end;
  }

  /** Reads up to the end of one reply or push. */
  private readOne(chunk: Uint8Array, pos: number): number {
    const reader = (this.reader ??= new RespReader({ limits: this.settings.limits }));
    const before = reader.position;
    reader.feed(pos === 0 ? chunk : chunk.subarray(pos));
    try {
      const value = reader.next();
      if (value === undefined) return chunk.length;
      const end = pos + reader.position - before;
      this.reader = undefined;
      this.value(value, reader.position);
      return end;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.unreadable(error);
      return chunk.length;
    }
  }

  /** What the server says is no RESP, or too much: whom it answers is told so, and nothing after it can be read. */
  private unreadable(error: ProtocolError): void {
    const text = error.class === 'limit' ? overLimits('reply', error) : `ERR petrel bridge: the server's reply is at fault: ${error.message}`;
    if (this.pending.length > 0) this.reply(errorValue(text), 0);
    this.lose(error.class === 'limit' ? CloseCode.LIMIT : CloseCode.INTERNAL, `the server's reply can't be carried: ${error.code}`);
  } // prettier-ignore

  /** What the server says, `length` bytes of RESP. */
  private value(value: Value, length: number): void {
    const due = this.pending.at(0)?.awaited;
    if (this.conversation.isUnasked(value, due)) this.push(value, length);
    else this.reply(value, length);
  }

  private push(value: Value, length: number): void {
    const confirmation = confirmationOf(value);
    if (confirmation !== undefined) this.conversation.track(confirmation);
    this.counts.pushes++;
    const fault = this.send(pushFrame(value), length);
    if (fault !== undefined) this.lose(CloseCode.LIMIT, overLimits('push', fault));
  }

  private reply(value: Encodable, length: number): void {
    const pending = this.pending.at(0)!;
    const { id, awaited } = pending;
    const { instead } = awaited;
    const said = instead !== undefined && isRefusal(errorOf(value)) ? errorValue(instead) : value;
    const last = this.conversation.answer(awaited, said);
    const kind = last ? 'REPLY' : 'PART';
    const fault = this.send({ kind, id, value: said }, length);
    if (fault !== undefined) this.send({ kind, id, value: errorValue(overLimits('reply', fault)) }, 0);
    if (last) this.answered(pending);
  }

  private answered({ id, awaited: { role, names } }: Pending): void {
    this.pending.shift();
    this.open.delete(id);
    this.counts.replies++;
    if (role === 'monitor' && --this.monitors === 0) this.aheadMonitor &&= this.conversation.monitoring;
    if (role === 'subscribe') this.names -= names.length;
  }

  protected respLost(reason: string): void {
    if (!this.stands)
      this.link.close(
        CloseCode.OVERLOADED,
        `can't reach ${called('the server', this.settings.to)} (${reason})`,
      );
    this.lose(CloseCode.INTERNAL, `the server is lost (${reason})`);
  }

  /** There are no replies any more. */
  private lose(code: number, text: string): void {
    this.gone ??= { code, text };
    this.respEnds = true;
  }

  protected linkLost(): void {
    const { accepted } = this.link;
    if (accepted !== undefined) this.sessions.halves.delete(accepted);
    this.lose(CloseCode.NORMAL, 'the other half is gone');
    this.discard();
  }

  protected settle(allRead: boolean): void {
    if (this.respEnded && allRead) this.lose(CloseCode.NORMAL, 'the server has closed the connection');
    if (this.clientEnded) this.respEnds = true; // what was sent before is written, and replies still come
    const { gone, link } = this;
    if (gone !== undefined) while (link.ready && this.pending.length > 0) this.fail(gone.text);
    if (this.pending.length > 0) return;
    if (gone !== undefined) this.leave(gone);
    else if (this.draining) this.goAway();
    if (this.link.ending !== undefined) this.respEnds = true;
  }

  /** There is nothing to wait for where no link is and all that was sent has arrived. */
  private goAway(): void {
    const ending = { code: CloseCode.GOING_AWAY, text: 'the bridge stops' };
    if (this.link.idle) this.link.close(ending.code, ending.text);
    else this.leave(ending);
  }

  private fail(text: string): void {
    const pending = this.pending.at(0)!;
    const { id } = pending;
    const value = errorValue(`ERR petrel bridge: ${text}; whether this command ran is not known`);
    this.send({ kind: 'REPLY', id, value }, 0);
    this.answered(pending);
  }
}
