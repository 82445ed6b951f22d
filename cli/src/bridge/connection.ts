/** One connection of a bridge: two sockets, and the half between them. */
import type { Socket } from 'node:net';
import type { Half } from 'petrel/bridge';
import type { Complaints } from './complaints.ts';
import type { Totals } from './totals.ts';

/** So long the sides may take to end when all was said. */
const GRACE = 5000;

/** Milliseconds of a clock that never goes back. */
export function now(): number {
  return performance.now();
}

/** A side: its socket, once there is one, and what was done with it. */
interface Side {
  socket: Socket | undefined;
  ended: boolean;
}

type SideName = 'resp' | 'link';

export class Connection {
  private readonly half: Half;
  private readonly complaints: Complaints;
  private judged = false;
  private readonly totals: Totals;
  private readonly sides: Record<SideName, Side> = {
    resp: { socket: undefined, ended: false },
    link: { socket: undefined, ended: false },
  };
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private graceful: NodeJS.Timeout | undefined;
  private readonly counted = { commands: 0, replies: 0, pushes: 0 };
  private readonly whenDone: () => void;
  /** Called after each step: the half may want a socket now. */
  private readonly whenStepped: () => void;

  constructor(
    half: Half,
    totals: Totals,
    complaints: Complaints,
    whenStepped: () => void,
    whenDone: () => void,
  ) {
    this.half = half;
    this.complaints = complaints;
    this.totals = totals;
    this.whenStepped = whenStepped;
    this.whenDone = whenDone;
    totals.connections++;
    totals.open++;
  }

  /** Takes a socket, connected or connecting, for one side. */
  attach(name: SideName, socket: Socket): void {
    const side = this.sides[name];
    side.socket = socket;
    socket.setNoDelay(true);
    const { half, totals } = this;
    const isResp = name === 'resp';
    socket.on('data', (chunk) => {
      totals[isResp ? 'respIn' : 'petrelIn'] += chunk.length;
      if (isResp) half.fromResp(chunk, now());
      else half.fromLink(chunk, now());
      this.flush();
    });
    let over = false;
    const end = (reason?: string): void => {
      if (over) return;
      over = true;
      if (isResp) half.fromRespEnd(now(), reason);
      else half.fromLinkEnd(now(), reason);
      this.flush();
    };
    socket.on('end', () => end());
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.on('drain', () => {
      if (isResp) half.blockResp(false, now());
      else half.blockLink(false, now());
      this.flush();
    });
    socket.on('close', () => {
      end('the connection is closed');
      this.closed();
    });
  }

  /** Writes what is due, ends what is over, and sets the timer. */
  flush(): void {
    const { half, totals } = this;
    const { resp, link } = this.sides;
    this.whenStepped();
    const bytes = half.takeResp();
    totals.respOut += bytes.length;
    if (!written(resp, bytes)) half.blockResp(true, now());
    const frames = half.takeLink();
    totals.petrelOut += frames.length;
    if (!written(link, frames)) half.blockLink(true, now());
    pace(resp, half.readsResp);
    pace(link, half.readsLink);
    end(resp, half.respEnds);
    end(link, half.linkEnds);
    if (half.over) this.graceful ??= setTimeout(() => this.destroy(), GRACE);
    this.judge();
    this.count();
    this.schedule();
  }

  /** Says once why the link can't stand, or that it does. */
  private judge(): void {
    const { stood, failure } = this.half;
    if (this.judged || !(stood || failure !== undefined)) return;
    this.judged = true;
    if (failure === undefined) this.complaints.works();
    else this.complaints.say(failure);
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
    for (const { socket } of Object.values(this.sides)) socket?.destroy();
    this.closed();
  }

  private count(): void {
    const { commands, replies, pushes } = this.half.counts;
    const { totals, counted } = this;
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
    if (deadline >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = deadline;
    const wait = Math.max(1, Math.ceil(deadline - now()));
    this.timer = setTimeout(() => {
      this.timerAt = Infinity;
      this.half.tick(now());
      this.flush();
    }, wait);
  }

  private finished = false;

  private closed(): void {
    const open = Object.values(this.sides).some(({ socket }) => socket !== undefined && !socket.closed && !socket.destroyed);
    if (open || this.finished) return;
    this.finished = true;
    this.count();
    clearTimeout(this.timer);
    clearTimeout(this.graceful);
    this.timerAt = -Infinity;
    this.totals.open--;
    this.whenDone();
  } // prettier-ignore
}

/** @returns false when the socket wants no more for now. */
function written({ socket, ended }: Side, bytes: Uint8Array): boolean {
  if (bytes.length === 0 || socket === undefined || ended || socket.destroyed) return true;
  return socket.write(bytes);
}

function pace({ socket }: Side, reads: boolean): void {
  if (socket === undefined || socket.isPaused() === !reads) return;
  if (reads) socket.resume();
  else socket.pause();
}

function end(side: Side, ends: boolean): void {
  if (!ends || side.ended || side.socket === undefined) return;
  side.ended = true;
  // one that never stood has nobody to say it to
  if (side.socket.connecting) side.socket.destroy();
  else side.socket.end();
}
