/** Counted frames of the peer, read: what each of them does to a session, and what one that can't be read does. */
import type { Frame } from '../frame/decoder.ts';
import { CloseCode } from '../frame/close-code.ts';
import { FrameKind } from '../frame/kinds.ts';
import type { Uint64 } from '../frame/types.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Encodable } from '../value/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import { requestId } from './counted.ts';
import type { Link } from './link.ts';
import { SessionCore } from './session-core.ts';

export abstract class SessionFrames extends SessionCore {
  protected handle(link: Link, frame: Frame, number: number): void {
    try {
      const body = link.parse(frame);
      switch (body.kind) {
        case 'COMMAND':
          if (!this.opened(frame, body.id)) return;
          return this.tell({ type: 'command', number, id: body.id, verb: body.verb, args: body.args });
        case 'REPLY':
        case 'PART':
          return this.answered(frame, body.kind, body.id, body.value, number);
        case 'PUSH':
          return this.tell({ type: 'push', number, verb: body.verb, args: body.args });
        case 'CANCEL':
          if (this.answers.has(body.id)) this.tell({ type: 'cancel', number, id: body.id });
          return;
        default:
          throw new Error(`a ${body.kind} is not counted`);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.unreadable(frame, error, number);
    }
  }

  /** A command's id is free, and it waits for its answer. [SESSION-12] */
  protected opened(frame: Frame, id: Uint64): boolean {
    if (this.answers.has(id)) {
      this.fail(new ProtocolError('ID_TAKEN', 'SESSION-12', frame.offset, `${id} has no REPLY yet`));
      return false;
    }
    this.answers.add(id);
    this.journal?.asked(id, this.intake.delivered);
    return true;
  }

  protected answered(
    frame: Frame,
    kind: 'REPLY' | 'PART',
    id: Uint64,
    value: Encodable,
    number: number,
  ): void {
    const request = this.requests.get(id);
    if (request === undefined)
      return this.fail(new ProtocolError('ID_UNUSED', 'SESSION-13', frame.offset, `${id} was not asked`));
    const { ticket, told } = request;
    if (kind === 'REPLY') {
      this.requests.settle(request, number);
      this.journal?.answered(ticket, number);
    }
    // who was told of a failure hears no more
    if (!told) this.tell({ type: kind === 'PART' ? 'part' : 'reply', number, ticket, value });
  }

  /** A whole counted frame whose payload is at fault: it is counted, and what it was for fails. [SESSION-11] */
  protected unreadable(frame: Frame, error: ProtocolError, number: number): void {
    const { kind } = frame;
    if (kind === FrameKind.PUSH || kind === FrameKind.CANCEL)
      return this.tell({ type: 'fault', number, error });
    const id = requestId(kind, frame.payload);
    if (id === undefined) return this.fail(error); // also kinds 6 and 7 [FRAME-4]
    if (kind === FrameKind.COMMAND) {
      if (this.opened(frame, id)) this.respond(id, new Tagged(Tag.ERROR, `${error.code} ${error.rule}`));
      return;
    }
    const request = this.requests.get(id);
    if (request === undefined) return this.answered(frame, 'REPLY', id, null, number);
    const { ticket, told } = request;
    this.requests.tell(request);
    if (kind === FrameKind.REPLY) {
      this.requests.settle(request, number);
      this.journal?.answered(ticket, number);
    }
    if (!told) this.tell({ type: 'failed', ticket, outcome: 'unknown', why: 'unreadable', error });
  }

  protected respond(id: Uint64, value: Encodable): void {
    const body = { kind: 'REPLY', id, value } as const;
    if (this.answers.demand(id).parts > 0) this.sender.sendBulk(body);
    else this.sender.send(body);
    this.answers.delete(id);
    if (this.sender.overloaded) this.end({ code: CloseCode.OVERLOADED });
  }
}
