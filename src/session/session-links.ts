/** What links tell a session, and what it writes on them. */
import type { Frame, FrameDecoder } from '../frame/decoder.ts';
import { FrameKind } from '../frame/kinds.ts';
import type { Ack, Close, Extension, Pack, Resume, Uint64 } from '../frame/types.ts';
import { CloseCode } from '../frame/close-code.ts';
import { ProtocolError } from '../wire/errors.ts';
import { closeCodeOf } from './codes.ts';
import type { Cut } from './events.ts';
import type { Greeting, Link, LinkOwner } from './link.ts';
import { SessionFrames } from './session-frames.ts';

export abstract class SessionLinks extends SessionFrames implements LinkOwner {
  /** The number at which the link before met a fault of framing. [SESSION-10] */
  protected poisoned: Uint64 = 0;
  /** What was refused for want of room: it is told when there is some. */
  protected refused = false;
  protected refusedCommand = false;

  abstract greeted(link: Link, greeting: Greeting, now: number): void;

  /** The session is lost: what that means is the role's. */
  protected abstract lose(received: Uint64): void;

  /** What in a RESUME contradicts this side's counters: the peer was rolled back, or lies. */
  protected contradiction({ received, next }: Resume): ProtocolError | undefined {
    const { acked, written } = this.sender.outbox;
    const { delivered } = this.intake;
    if (received < acked || received > written)
      return new ProtocolError(
        'SESSION_LOST',
        'SESSION-6',
        0,
        `${received} frames taken, not ${acked} to ${written}`,
      );
    if (next > delivered + 1)
      return new ProtocolError('SESSION_LOST', 'SESSION-3', 0, `${next} after ${delivered}: a gap`);
    return undefined;
  }

  get passes(): boolean {
    return this.settings.channel !== undefined;
  }

  get outstanding(): boolean {
    return this.sender.outbox.outstanding;
  }

  get peerAckDelay(): number {
    return this.sender.peer.ackDelay;
  }

  counted(link: Link, frame: Frame, now: number): void {
    if (link !== this.link) return;
    if (!this.arrived(link, frame.payload.length + frame.start - frame.offset, frame.offset, now)) return;
    const { intake } = this;
    this.handle(link, frame, intake.delivered);
    if (link.over) return;
    if (this.events.last <= intake.taken) this.advance(intake.delivered);
    this.makeRoom();
  }

  /** A counted frame for a channel: no object is made of it. */
  passed(link: Link, decoder: FrameDecoder, now: number): void {
    const { offset, origin, end } = decoder;
    if (link === this.link && this.arrived(link, end + origin - offset, offset, now))
      this.settings.channel!.counted(decoder);
  }

  /** Counts a frame. @returns false for a duplicate [SESSION-3], and for more than the window. */
  private arrived(link: Link, size: number, offset: number, now: number): boolean {
    const number = link.next;
    link.next = typeof number === 'number' ? number + 1 : number + 1n;
    const { intake, settings } = this;
    if (number <= intake.delivered) return false;
    intake.deliver(size);
    if (intake.exceeds(settings.window)) {
      this.fail(new ProtocolError('LIMIT_WINDOW', 'SESSION-9', offset, 'more than the window holds'));
      return false;
    }
    this.ack.start(now);
    return true;
  }

  packed(link: Link, pack: Pack, offset: number, now: number): void {
    const { dictionaries = [0], inflate } = this.settings.given;
    const { dictionary } = pack;
    if (inflate === undefined || !dictionaries.includes(Number(dictionary)))
      throw new ProtocolError(
        'FRAME_UNSUPPORTED',
        'SESSION-20',
        offset,
        `a PACK with the dictionary ${dictionary}`,
      );
    link.unpack(pack, offset, inflate, (frame) => {
      if (frame.kind === FrameKind.ACK)
        this.acknowledged(link, (link.parse(frame) as Ack).received, frame.offset);
      else this.counted(link, frame, now);
    });
  }

  acknowledged(link: Link, received: Uint64, offset: number): void {
    if (link !== this.link) return;
    if (!this.sender.acknowledge(received))
      return this.fail(
        new ProtocolError(
          'ACK_RANGE',
          'SESSION-8',
          offset,
          `${received} frames, ${this.sender.outbox.written} were sent`,
        ),
      );
    this.makeRoom();
    this.drained();
  }

  extended(_link: Link, { type, bytes }: Extension): void {
    this.events.tellExtension({ type: 'extension', extension: type, bytes });
  }

  arriving(link: Link, id: Uint64 | undefined): void {
    if (link !== this.link) return;
    // a frame that comes again answers what has its answer already: its id may be another's by now
    const isNew = id !== undefined && link.next > this.intake.delivered;
    const request = isNew ? this.requests.get(id) : undefined;
    this.settings.given.watch?.arriving(request?.told === false ? request.ticket : undefined);
  }

  closed(link: Link, close: Close, now: number): void {
    if (link !== this.link) return;
    const { scope, received, code, text, after } = close;
    // a contradiction in a CLOSE changes nothing any more
    this.sender.acknowledge(received);
    if (scope === 'link') return this.cut(link, { why: 'closed', code, text, after }, now);
    if (code === CloseCode.SESSION_LOST && this.established) return this.lose(received);
    this.step('end');
    this.finish('peer', { code, text, after }, received);
  }

  faulted(link: Link, error: ProtocolError, now: number): void {
    if (link !== this.link) return;
    // before the handshake is done no counted frame can be at fault: a portal that answers for the server is none
    if (link.live && this.poisoned === link.next) return this.fail(error);
    if (link.live) this.poisoned = link.next;
    link.close({
      scope: 'link',
      received: this.intake.sayable,
      code: closeCodeOf(error),
      after: 0,
      text: error.code,
    });
    this.cut(link, { why: 'fault', error }, now);
  }

  cut(link: Link, cut: Cut, _now: number): void {
    if (link !== this.link) return;
    link.end();
    this.link = undefined;
    this.ack.stop();
    this.step('cut');
    this.tell({ type: 'broken', ...cut });
  }

  /** Frames as the window allows, and an ACK that is due or can travel with them. */
  fill(link: Link, now: number): void {
    if (link !== this.link) return;
    const { intake, settings } = this;
    const wrote = this.sender.fill(link.out);
    if (wrote) link.clock.expectAck(now, this.peerAckDelay);
    const due =
      intake.owing &&
      (this.rides(wrote || link.writes, now) || this.ack.isDue(now) || intake.halfFull(settings.window));
    if (!due || !link.live) return;
    link.write({ kind: 'ACK', received: intake.acknowledge() });
    this.ack.from(now, intake);
  }

  /** Whether an ACK goes with what is written anyway. */
  private rides(writes: boolean, now: number): boolean {
    const { window, given } = this.settings;
    if (!writes || given.lazyAcks !== true) return writes;
    return this.ack.isHalfDue(now) || this.intake.halfFull(window, 4);
  }

  /** A link is live: what waits goes out, or the session goes on closing. */
  protected begun(link: Link, now: number): void {
    link.begin(now);
    this.ack.from(now, this.intake);
    this.makeRoom();
    if (this.leaving === undefined) return;
    this.step('drain');
    this.drained();
  }

  /** Whether a PART or PUSH may be taken. */
  protected get room(): boolean {
    return this.established && this.sender.hasRoom();
  }

  /** Whether a command may be: those that wait for a session, or for their REPLY, are bounded like frames. */
  protected get commandRoom(): boolean {
    const { size, pending } = this.requests;
    return size < this.settings.outbox.frames && this.sender.hasRoom(pending);
  }

  protected makeRoom(): void {
    const room = this.refused && this.room;
    const commandRoom = this.refusedCommand && this.established && this.commandRoom;
    if (!room && !commandRoom) return;
    this.refused = this.refusedCommand = false;
    this.tell({ type: 'writable' });
  }
}
