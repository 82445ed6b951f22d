/** One connection of a bridge: the half, its socket of RESP, and the transports that carry its links, one after the other. */
import type { Socket } from 'node:net';
import { ServerHalf, type Half } from 'petrel/bridge';
import type { Open } from 'petrel/link';
import type { Endpoint } from 'petrel/link/policy';
import type { Complaints } from './complaints.ts';
import { LinkSide, RespSide, type Side, type SideOwner } from './side.ts';
import type { Totals } from './totals.ts';
import type { Caller } from './ways.ts';

/** So long the sides may take to end when all was said. */
const GRACE = 5000;

/** What is dialled is given up by hand. */
const NEVER = new AbortController().signal;

/** Milliseconds of a clock that never goes back. */
export function now(): number {
  return performance.now();
}

/** What a connection needs of the bridge. */
export interface ConnectionOwner {
  readonly totals: Totals;
  readonly complaints: Complaints;
  /** A transport to the other half. @returns what gives it up. */
  call(caller: Caller): () => void;
  /** A session stood on a link to there, or none did. */
  judged(endpoint: Endpoint, stood: boolean): void;
  /** After each step: the half may want a server. */
  stepped(connection: Connection): void;
  done(connection: Connection): void;
}

export class Connection implements SideOwner, Caller {
  readonly half: Half;
  private readonly owner: ConnectionOwner;
  private judged = false;
  private resp: RespSide | undefined;
  private link: LinkSide | undefined;
  /** Of the half that calls: gives up what is dialled, where the link of now goes, and whether a session stood on it. */
  private hangUp: (() => void) | undefined;
  private way: Endpoint | undefined;
  private proved = false;
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private graceful: NodeJS.Timeout | undefined;
  private readonly counted = { commands: 0, replies: 0, pushes: 0 };
  private destroyed = false;
  private finished = false;

  constructor(half: Half, owner: ConnectionOwner) {
    this.half = half;
    this.owner = owner;
    owner.totals.connections++;
    owner.totals.open++;
  }

  /** Takes the socket of the RESP side, connected or connecting. */
  serve(socket: Socket): void {
    this.resp = new RespSide(socket, this);
  }

  /** Takes a transport for the link. */
  carry(side: LinkSide): void {
    side.owner = this;
    this.link = side;
  }

  /** Calls the other half. A link of which no session has come says so of its way. */
  private dial(): void {
    this.judgeWay(false);
    this.hangUp = this.owner.call(this);
  }

  private has(side: Side): boolean {
    return side === this.resp || side === this.link;
  }

  // What sides tell. What one tells that has been replaced is of no interest.

  data(side: Side, chunk: Uint8Array): void {
    const { half } = this;
    const { totals } = this.owner;
    const isResp = side.name === 'resp';
    totals[isResp ? 'respIn' : 'petrelIn'] += chunk.length;
    if (!this.has(side)) return;
    if (isResp) half.fromResp(chunk, now());
    else half.fromLink(chunk, now());
    this.flush();
  }

  ended(side: Side, reason?: string): void {
    if (!this.has(side)) return;
    if (side.name === 'resp') this.half.fromRespEnd(now(), reason);
    else {
      this.half.fromLinkEnd(now(), reason);
      this.judgeWay(false);
    }
    this.flush();
  }

  drained(side: Side): void {
    if (!this.has(side)) return;
    if (side.name === 'resp') this.half.blockResp(false, now());
    else this.half.blockLink(false, now());
    this.flush();
  }

  closed(): void {
    this.finish();
  }

  /** Writes what is due, ends what is over, opens a further link, and sets the timer. */
  flush(): void {
    const { half, owner } = this;
    const { totals } = owner;
    owner.stepped(this);
    if (this.finished) return; // its link goes on elsewhere
    const { resp, link } = this;
    const bytes = half.takeResp();
    totals.respOut += bytes.length;
    if (resp?.write(bytes) === false) half.blockResp(true, now());
    const frames = half.takeLink();
    totals.petrelOut += frames.length;
    if (link?.write(frames) === false) half.blockLink(true, now());
    resp?.pace(half.readsResp);
    if (half.respEnds) resp?.end();
    if (half.linkEnds) link?.end();
    if (half.dials(now())) this.dial();
    if (half.linked) this.judgeWay(true);
    if (half.over) this.end();
    this.judge();
    this.count();
    this.schedule();
  }

  /** Goes on with the link of another connection, whose half has found its successor here. */
  adopt(other: Connection): void {
    const { half } = this;
    const last = half instanceof ServerHalf ? half.adopt(other.half as ServerHalf, now()) : undefined;
    const before = this.link;
    if (last !== undefined) before?.write(last);
    before?.end();
    const side = other.release();
    if (side !== undefined) this.carry(side);
    this.flush();
  }

  drain(): void {
    this.half.drain(now());
    this.flush();
  }

  /** Ends now; what is pending gets an error. */
  stop(): void {
    this.half.stop(now());
    this.flush();
  }

  destroy(): void {
    this.destroyed = true;
    this.hangUp?.();
    this.resp?.destroy();
    this.link?.destroy();
    this.finish();
  }

  /** Gives its link away, and is none any more. */
  private release(): LinkSide | undefined {
    const { link } = this;
    this.link = undefined;
    this.owner.totals.connections--;
    this.destroy();
    return link;
  }

  // Of what it dials.

  /** What was under way on a link before goes on there. */
  reached(endpoint: Endpoint, open: Open): void {
    const { half, link } = this;
    link?.end();
    this.hangUp = undefined;
    this.way = endpoint;
    this.proved = false;
    half.connectLink(now());
    this.carry(new LinkSide((handler) => open(handler, NEVER), this));
    this.flush();
  }

  unreachable(reason: string): void {
    this.hangUp = undefined;
    this.half.linkRefused(reason, now());
    this.flush();
  }

  /** What the first session or the first end on a link says of where it goes. */
  private judgeWay(stood: boolean): void {
    if (this.way === undefined || this.proved) return;
    this.proved = true;
    this.owner.judged(this.way, stood);
  }

  /** Says once why the link can't stand, or that it does. */
  private judge(): void {
    const { stood, failure } = this.half;
    if (this.judged || !(stood || failure !== undefined)) return;
    this.judged = true;
    if (failure === undefined) this.owner.complaints.works();
    else this.owner.complaints.say(failure);
  }

  private count(): void {
    const { commands, replies, pushes } = this.half.counts;
    const { counted } = this;
    const { totals } = this.owner;
    totals.commands += commands - counted.commands;
    totals.replies += replies - counted.replies;
    totals.pushes += pushes - counted.pushes;
    counted.commands = commands;
    counted.replies = replies;
    counted.pushes = pushes;
  }

  /** A timer that fires too early is set anew: to move it with every chunk would cost more. */
  private schedule(): void {
    const { deadline } = this.half;
    if (deadline >= this.timerAt || this.finished) return;
    clearTimeout(this.timer);
    this.timerAt = deadline;
    const wait = Math.max(1, Math.ceil(deadline - now()));
    this.timer = setTimeout(() => {
      this.timerAt = Infinity;
      this.half.tick(now());
      this.flush();
    }, wait);
  }

  /** All is said: the sockets may take a while yet. */
  private end(): void {
    this.graceful ??= setTimeout(() => this.destroy(), GRACE);
    this.hangUp?.();
    this.hangUp = undefined;
    this.finish();
  }

  private finish(): void {
    const open = [this.resp, this.link].some((side) => side?.gone === false);
    if (this.finished || open || !(this.half.over || this.destroyed)) return;
    this.finished = true;
    this.count();
    clearTimeout(this.timer);
    clearTimeout(this.graceful);
    this.owner.totals.open--;
    this.owner.done(this);
  }
}
