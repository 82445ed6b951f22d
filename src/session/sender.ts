/**
 * What goes out: frames are encoded and numbered when they are given, written as far as the peer's window allows, and kept
 * until they are acknowledged. PARTs wait for room of their own, so that a photo never delays a message.
 */
import { decodeFrames, FrameWriter, type FrameBody } from '../frame/all.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Command, Part, Push, Reply, Uint64 } from '../frame/types.ts';
import { headLength } from '../frame/head.ts';
import type { Journal } from './journal.ts';
import type { Settings } from './options.ts';
import { Outbox, type Held, type Window } from './outbox.ts';
import { Queue } from '../wire/queue.ts';
import { frameWriter, freeFrameWriter, isUsual } from './writers.ts';

/** What the peer has said that it takes. */
export interface PeerLimits {
  readonly maxPayload: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  readonly maxExpanded: number;
  readonly window: Window;
  readonly ackDelay: number;
  /** Of the PACKs that are written; undefined: none. */
  readonly dictionary: number | undefined;
}

/** What a session may say in a counted frame. */
export type Counted = Command | Reply | Part | Push | Extract<FrameBody, { kind: 'CANCEL' }>;

/**
 * Bytes that small frames share, which saves a buffer for each: 1.2 to 1.4 times as many messages a second. What one of
 * them that stays long keeps with it is no more than this.
 */
const SHARED = 4096;

/** A PART, or a REPLY behind PARTs, that has no number yet. */
interface Bulk extends Held {
  readonly numbered: ((number: number) => void) | undefined;
}

export class Sender {
  readonly outbox: Outbox;
  private readonly settings: Settings;
  private readonly journal: Journal | undefined;
  /** For a peer whose limits are not the usual ones: others use the shared writers. */
  private own: FrameWriter | undefined;
  peer: PeerLimits;
  private readonly bulk = new Queue<Bulk>();
  private bulkBytes = 0;
  /** News that had no room: only the latest of each key. */
  private news: Map<string, Held> | undefined;

  constructor(settings: Settings, peer: PeerLimits, journal: Journal | undefined) {
    this.settings = settings;
    this.outbox = settings.channel?.outbox ?? new Outbox(settings.given.watch);
    this.journal = journal;
    this.peer = peer;
  }

  /** The peer has said what it takes. */
  meet(peer: PeerLimits): void {
    this.peer = peer;
    this.own = undefined;
  }

  /**
   * Whether something new may be taken, besides so many frames that will come. What was promised, a REPLY for one, is
   * taken in any case.
   */
  hasRoom(pending = 0): boolean {
    const { frames, bytes } = this.settings.outbox;
    return (
      this.outbox.length + this.bulk.length + pending < frames && this.outbox.bytes + this.bulkBytes < bytes
    );
  }

  /** Whether more is held than new things and REPLYs may take together: all that is beyond is REPLYs. [SESSION-24] */
  get overloaded(): boolean {
    const { outbox, bulk } = this;
    const { outbox: most, replies } = this.settings;
    const frames = outbox.length + bulk.length;
    if (frames <= 1) return false;
    return (
      frames > most.frames + replies.frames || outbox.bytes + this.bulkBytes > most.bytes + replies.bytes
    );
  }

  /** Whether something was not written on the link of now, or on the last: it had no room, or came too late. */
  get waiting(): boolean {
    return this.outbox.waiting || this.bulk.length > 0 || this.hasNews;
  }

  /** Whether all was written and acknowledged. */
  get empty(): boolean {
    return this.outbox.length === 0 && this.bulk.length === 0 && !this.hasNews;
  }

  private get hasNews(): boolean {
    return this.news !== undefined && this.news.size > 0;
  }

  /**
   * Encodes a frame and gives it the next number.
   * @param ticket by which its sender knows it.
   * @param repeatable of a COMMAND: for the journal.
   * @throws TypeError or RangeError for what no frame can say, or what the peer does not take. [HELLO-7]
   */
  send(body: Counted, ticket = 0, repeatable = false): number {
    return this.number({ frame: this.encode(body), ticket }, repeatable);
  }

  /** As `send`, for what is large and can wait: it is numbered when it is written. */
  sendBulk(body: Part | Reply, numbered?: (number: number) => void): void {
    const frame = this.encode(body);
    this.bulk.push({ frame, ticket: 0, numbered });
    this.bulkBytes += frame.length;
  }

  /** Sends news, or keeps them until there is room: of each key the latest only. [SESSION-9] */
  sendNews(key: string, body: Push, ticket: number, room: boolean): void {
    const held = { frame: this.encode(body), ticket };
    // what was kept before is older: it must not come after these
    this.news?.delete(key);
    if (room) this.number(held);
    else (this.news ??= new Map()).set(key, held);
  }

  /** Writes what the window allows. @returns whether anything was written. */
  fill(out: FrameWriter): boolean {
    const start = out.pos;
    this.admitNews();
    this.drain(out);
    while (this.admitBulk()) this.drain(out);
    this.pack(out, start);
    return out.pos > start;
  }

  /** What the peer has. @returns false for more than was written. [SESSION-8] */
  acknowledge(number: Uint64): boolean {
    const { outbox } = this;
    const before = outbox.acked;
    if (!outbox.acknowledge(number)) return false;
    if (outbox.acked > before) this.journal?.acked(outbox.acked);
    return true;
  }

  /** What was not acknowledged, and what had no number yet (0), in order. */
  *unacknowledged(): Generator<Held & { readonly number: number }, void, void> {
    let number = this.outbox.acked;
    for (const held of this.outbox) yield { number: ++number, ...held };
    for (const held of this.bulk) yield { number: 0, ...held };
    for (const held of this.news?.values() ?? []) yield { number: 0, ...held };
  }

  /** A frame as its bytes. @throws as `send`. */
  encode(body: Counted): Uint8Array {
    if (!isUsual(this.peer)) return this.encodeWith((this.own ??= new FrameWriter(this.peer)), body);
    const writer = frameWriter();
    try {
      return this.encodeWith(writer, body);
    } finally {
      freeFrameWriter(writer);
    }
  }

  private encodeWith(writer: FrameWriter, body: Counted): Uint8Array {
    const start = writer.pos;
    writer.frame(body);
    const { bytes, pos } = writer;
    if (pos > SHARED / 2) {
      writer.bytes = new Uint8Array(SHARED);
      writer.pos = 0;
    }
    const frame = pos > SHARED ? bytes.slice(start, pos) : bytes.subarray(start, pos);
    this.demandWithin(frame);
    return frame;
  }

  /** What the peer would refuse fails here. A frame that is short enough can't be over a limit. [HELLO-7] */
  private demandWithin(frame: Uint8Array): void {
    const { maxElements, maxExpanded, maxDepth } = this.peer;
    // an element takes a byte, and a reference or record stands for no more than what is before it
    if (frame.length <= maxElements && frame.length ** 2 <= maxExpanded) return;
    try {
      decodeFrames(frame, { limits: { maxPayload: frame.length, maxElements, maxExpanded, maxDepth } });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new RangeError(`the peer takes no such frame: ${error.message}`, { cause: error });
    }
  }

  private number(held: Held, repeatable = false): number {
    const number = this.outbox.push(held);
    this.journal?.append(number, { ...held, repeatable });
    return number;
  }

  private drain(out: FrameWriter): void {
    const { outbox, peer } = this;
    for (let frame = outbox.next(peer.window); frame !== undefined; frame = outbox.next(peer.window))
      out.raw(frame);
  }

  private admitNews(): void {
    if (this.news === undefined) return;
    for (const [key, held] of this.news) {
      if (!this.hasRoom()) return;
      this.news.delete(key);
      this.number(held);
    }
  }

  /** A PART is numbered when nothing else waits, and while half of the window is free. [SESSION-9] */
  private admitBulk(): boolean {
    const { frames, bytes } = this.peer.window;
    const { outbox } = this;
    const first = this.bulk.at(0);
    if (first === undefined || outbox.waiting) return false;
    const fits = outbox.length * 2 < frames && (outbox.bytes + first.frame.length) * 2 <= bytes;
    if (!fits && outbox.length > 0) return false;
    this.bulk.shift();
    this.bulkBytes -= first.frame.length;
    const number = this.number(first);
    first.numbered?.(number);
    return true;
  }

  /** Puts what was written since `start` into a PACK where that is shorter. [FRAME-16] */
  private pack(out: FrameWriter, start: number): void {
    const { dictionary, maxPayload } = this.peer;
    const { packFrom, given } = this.settings;
    const length = out.pos - start;
    const { deflate } = given;
    if (dictionary === undefined || deflate === undefined || length < packFrom || length > maxPayload) return;
    const frames = out.bytes.slice(start, out.pos);
    const deflated = deflate(frames, dictionary);
    const payload = deflated.length + 10; // two varints of what is common
    if (payload + headLength(payload) >= length) return;
    out.pos = start;
    out.frame({ kind: 'PACK', dictionary, length, deflated });
  }
}
