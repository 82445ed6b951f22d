/** One connection of a bridge: the half, its socket of RESP, and the sockets that carry its links, one after the other. */
import type { Socket } from 'node:net';
import { ServerHalf, type Half } from 'petrel/bridge';
import type { Complaints } from './complaints.ts';
import { Side, type SideName, type SideOwner } from './side.ts';
import type { Totals } from './totals.ts';

/** So long the sides may take to end when all was said, and a further link to stand. */
const GRACE = 5000;

/** Milliseconds of a clock that never goes back. */
export function now(): number {
  return performance.now();
}

/** What a connection needs of the bridge. */
export interface ConnectionOwner {
  readonly totals: Totals;
  readonly complaints: Complaints;
  /** A socket to the side that the bridge calls. */
  dial(): Socket;
  /** After each step: the half may want a server. */
  stepped(connection: Connection): void;
  done(connection: Connection): void;
}

export class Connection implements SideOwner {
  readonly half: Half;
  private readonly owner: ConnectionOwner;
  private judged = false;
  private readonly sides: Partial<Record<SideName, Side>> = {};
  private dialled: Socket | undefined;
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

  /** Takes a socket, connected or connecting, for one side. */
  attach(name: SideName, socket: Socket): void {
    this.sides[name] = new Side(name, socket, this);
  }

  // What sockets tell. What one tells that has been replaced is of no interest.

  data(side: Side, chunk: Buffer): void {
    const { half } = this;
    const { totals } = this.owner;
    const isResp = side.name === 'resp';
    totals[isResp ? 'respIn' : 'petrelIn'] += chunk.length;
    if (this.sides[side.name] !== side) return;
    if (isResp) half.fromResp(chunk, now());
    else half.fromLink(chunk, now());
    this.flush();
  }

  ended(side: Side, reason?: string): void {
    if (this.sides[side.name] !== side) return;
    if (side.name === 'resp') this.half.fromRespEnd(now(), reason);
    else this.half.fromLinkEnd(now(), reason);
    this.flush();
  }

  drained(side: Side): void {
    if (this.sides[side.name] !== side) return;
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
    const { resp, link } = this.sides;
    const bytes = half.takeResp();
    totals.respOut += bytes.length;
    if (resp?.write(bytes) === false) half.blockResp(true, now());
    const frames = half.takeLink();
    totals.petrelOut += frames.length;
    if (link?.write(frames) === false) half.blockLink(true, now());
    resp?.pace(half.readsResp);
    if (half.respEnds) resp?.end();
    if (half.linkEnds) link?.end();
    if (half.dials(now())) this.redial();
    if (half.over) this.end();
    this.judge();
    this.count();
    this.schedule();
  }

  /** Goes on with the link of another connection, whose half has found its successor here. */
  adopt(other: Connection): void {
    const { half } = this;
    const last = half instanceof ServerHalf ? half.adopt(other.half as ServerHalf, now()) : undefined;
    const before = this.sides.link;
    if (last !== undefined) before?.write(last);
    before?.end();
    const side = other.release();
    if (side !== undefined) {
      side.owner = this;
      this.sides.link = side;
    }
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
    this.dialled?.destroy();
    for (const side of Object.values(this.sides)) side.socket.destroy();
    this.finish();
  }

  /** Gives its link away, and is none any more. */
  private release(): Side | undefined {
    const { link } = this.sides;
    delete this.sides.link;
    this.owner.totals.connections--;
    this.destroy();
    return link;
  }

  /** A further link: what was under way on the one before goes on there. */
  private redial(): void {
    const socket = this.owner.dial();
    this.dialled = socket;
    const failed = (reason: string): void => {
      if (this.dialled !== socket) return;
      this.dialled = undefined;
      socket.destroy();
      this.half.linkRefused(reason, now());
      this.flush();
    };
    const refused = (error: NodeJS.ErrnoException): void => failed(error.code ?? error.message);
    socket.once('error', refused);
    socket.setTimeout(GRACE, () => failed('it does not answer'));
    socket.once('connect', () => {
      socket.off('error', refused).setTimeout(0);
      this.dialled = undefined;
      this.sides.link?.end();
      this.half.connectLink(now());
      this.attach('link', socket);
      this.flush();
    });
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
    this.dialled?.destroy();
    this.dialled = undefined;
    this.finish();
  }

  private finish(): void {
    const open = Object.values(this.sides).some(({ gone }) => !gone);
    if (this.finished || open || !(this.half.over || this.destroyed)) return;
    this.finished = true;
    this.count();
    clearTimeout(this.timer);
    clearTimeout(this.graceful);
    this.owner.totals.open--;
    this.owner.done(this);
  }
}
