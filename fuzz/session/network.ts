/**
 * A network in virtual time: connections that delay, cut at any byte, by FIN, by RST or by silence, in one direction or both.
 * A connection looks to both ends as a socket does.
 */
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** What an end of a connection is told. */
export interface End {
  receive(chunk: Uint8Array): void;
  /** The other side has ended, or the connection is broken. */
  lost(): void;
}

/** How a connection fails. `fin`: what is under way still arrives. `rst`: it doesn't. `silence`: nobody is told. */
export type Failure = 'fin' | 'rst' | 'silence';

export interface Cut {
  readonly how: Failure;
  /** Which direction counts the bytes, and after how many of them it happens. */
  readonly up: boolean;
  readonly bytes: number;
  /** `silence` in this direction alone. */
  readonly half: boolean;
}

/** Each way of a connection: chunks arrive in order, after a delay. */
class Way {
  sent = 0;
  ended = false;
  private end: End | undefined;
  /** What arrived before anybody was there. */
  private early: ((end: End) => void)[] = [];
  silent = false;
  private last = 0;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly delay: number;

  constructor(clock: Clock, random: Random, delay: number) {
    this.clock = clock;
    this.random = random;
    this.delay = delay;
  }

  /** Who is at its end. */
  set to(end: End) {
    this.end = end;
    for (const run of this.early) run(end);
    this.early = [];
  }

  send(bytes: Uint8Array): void {
    this.sent += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const end = this.random.chance(50) ? bytes.length : Math.min(bytes.length, at + 1 + this.random.below(40));
      const chunk = bytes.slice(at, end);
      this.later((end) => end.receive(chunk));
      at = end;
    }
  }

  /** After what is under way. */
  later(run: (end: End) => void): void {
    const { clock } = this;
    const at = Math.max(this.last, clock.now + this.delay + this.random.below(1 + this.delay));
    this.last = at;
    clock.after(at - clock.now, () => {
      if (this.silent) return;
      if (this.end === undefined) this.early.push(run);
      else run(this.end);
    });
  }

  /** What is under way is gone, and the end is told at once. */
  drop(): void {
    this.silent = true;
    this.early = [];
    this.clock.after(0, () => this.end?.lost());
  }
}

export class Connection {
  readonly up: Way;
  readonly down: Way;
  /** What `send` is told to do when so many bytes were sent. */
  private cut: Cut | undefined;
  private broken = false;

  constructor(clock: Clock, random: Random, delay: number, cut: Cut | undefined) {
    this.up = new Way(clock, random, delay);
    this.down = new Way(clock, random, delay);
    this.cut = cut;
  }

  /** An end writes. */
  send(up: boolean, bytes: Uint8Array): void {
    if (this.broken) return;
    const way = up ? this.up : this.down;
    const { cut } = this;
    const left = cut !== undefined && cut.up === up ? cut.bytes - way.sent : Infinity;
    if (bytes.length < left) return way.send(bytes);
    way.send(bytes.subarray(0, left));
    this.fail(cut!);
  }

  /** It fails when so many more bytes were sent. */
  cutSoon(cut: Cut): void {
    this.cut = { ...cut, bytes: cut.bytes + (cut.up ? this.up : this.down).sent };
  }

  /** An end closes: the other is told after what is under way. */
  close(up: boolean): void {
    const way = up ? this.up : this.down;
    if (way.ended) return;
    way.ended = true;
    way.later((end) => end.lost());
  }

  /** What is under way each way is dropped, both are told. */
  reset(): void {
    this.fail({ how: 'rst', up: true, bytes: 0, half: false });
  }

  private fail({ how, up, half }: Cut): void {
    const { down } = this;
    const ways = [this.up, down];
    if (how === 'silence') {
      // what was sent before still arrives; nothing after it does
      const silent = half ? [up ? this.up : down] : ways;
      for (const way of silent) way.later(() => (way.silent = true));
      this.broken = !half;
      return;
    }
    this.broken = true;
    for (const way of ways) {
      if (how === 'fin') way.later((end) => end.lost());
      else way.drop();
    }
  }
}
