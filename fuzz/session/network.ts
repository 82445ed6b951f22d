/**
 * A network in virtual time: connections that delay, freeze, take little, and are cut at any byte, by FIN, by RST or by
 * silence, in one direction or both. A connection looks to both ends as a socket does.
 */
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** What an end of a connection is told. */
interface End {
  receive(chunk: Uint8Array): void;
  /** The other side has ended, or the connection is broken. */
  lost(): void;
  /** What was sent has gone out: there is room for more. */
  drained(): void;
}

/** How a connection fails. `fin`: what is under way still arrives. `rst`: it doesn't. `silence`: nobody is told. */
export type Failure = 'fin' | 'rst' | 'silence';

export interface Cut {
  readonly how: Failure;
  /** Which direction counts the bytes, and after how many of them it happens. */
  readonly up: boolean;
  readonly bytes: number;
  /** `silence` or `fin` in this direction alone. */
  readonly half: boolean;
}

/** What all connections have in common. */
export interface Medium {
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds one way, at least; at most twice that. */
  readonly delay: number;
  /** Bytes that are taken before the sender is asked to wait. */
  readonly buffer: number;
}

/** Each way of a connection: chunks arrive in order, after a delay. */
class Way {
  sent = 0;
  ended = false;
  silent = false;
  /** Bytes that have not arrived. */
  queued = 0;
  readonly carried: Uint8Array[] = [];
  private end: End | undefined;
  private sender: Way | undefined;
  /** What has arrived, and waits for an end, or for a thaw. */
  private waiting: ((end: End) => void)[] = [];
  private frozen = 0;
  private rate = Infinity;
  private last = 0;
  private readonly medium: Medium;

  constructor(medium: Medium) {
    this.medium = medium;
  }

  /** Who is at its end. */
  set to(end: End) {
    this.end = end;
    this.deliver();
  }

  /** The way whose end sends here. */
  set from(sender: Way) {
    this.sender = sender;
  }

  send(bytes: Uint8Array): void {
    const { random } = this.medium;
    this.sent += bytes.length;
    this.queued += bytes.length;
    this.carried.push(bytes);
    for (let at = 0; at < bytes.length;) {
      const end = random.chance(50) ? bytes.length : Math.min(bytes.length, at + 1 + random.below(40));
      const chunk = bytes.slice(at, end);
      this.later((to) => {
        this.arrived(chunk.length);
        to.receive(chunk);
      }, chunk.length);
      at = end;
    }
  }

  /** After what is under way. */
  later(run: (end: End) => void, size = 0): void {
    const { clock, random, delay } = this.medium;
    const soon = clock.now + delay + random.below(1 + delay);
    const at = Math.max(this.last, soon) + Math.ceil((1000 * size) / this.rate);
    this.last = at;
    clock.after(at - clock.now, () => {
      this.waiting.push(run);
      this.deliver();
    });
  }

  /** Falls silent behind what is under way. */
  hush(): void {
    this.later(() => (this.silent = true));
  }

  /** What is under way is gone, and the end is told at once. */
  drop(): void {
    this.silent = true;
    this.waiting = [];
    this.medium.clock.after(0, () => this.end?.lost());
  }

  freeze(time: number): void {
    this.frozen++;
    this.medium.clock.after(time, () => {
      this.frozen--;
      this.deliver();
    });
  }

  choke(rate: number, time: number): void {
    this.rate = rate;
    this.medium.clock.after(time, () => (this.rate = Infinity));
  }

  private deliver(): void {
    const { end } = this;
    if (end === undefined) return;
    while (this.frozen === 0 && !this.silent && this.waiting.length > 0) this.waiting.shift()!(end);
  }

  private arrived(bytes: number): void {
    const { buffer, clock } = this.medium;
    const full = this.queued >= buffer;
    this.queued -= bytes;
    if (full && this.queued < buffer) clock.after(0, () => this.sender?.end?.drained());
  }
}

export class Connection {
  readonly up: Way;
  readonly down: Way;
  /** Is told what is sent each way. */
  told: (up: boolean, bytes: Uint8Array) => void = () => {};
  private readonly buffer: number;
  /** What `send` is told to do when so many bytes were sent. */
  private cut: Cut | undefined;
  private broken = false;
  private abandoned = false;

  constructor(medium: Medium, cut: Cut | undefined) {
    this.up = new Way(medium);
    this.down = new Way(medium);
    this.up.from = this.down;
    this.down.from = this.up;
    this.buffer = medium.buffer;
    this.cut = cut;
  }

  /** Whether an end should wait before it writes. */
  full(up: boolean): boolean {
    return (up ? this.up : this.down).queued >= this.buffer;
  }

  /** An end writes. */
  send(up: boolean, bytes: Uint8Array): void {
    if (this.broken || (up && this.abandoned)) return;
    const way = up ? this.up : this.down;
    if (way.ended) return;
    const { cut } = this;
    const left = cut !== undefined && cut.up === up ? cut.bytes - way.sent : Infinity;
    const goes = bytes.length < left ? bytes : bytes.subarray(0, left);
    this.told(up, goes);
    way.send(goes);
    if (goes !== bytes) this.fail(cut!);
  }

  /** It fails when so many more bytes were sent. */
  cutSoon(cut: Cut): void {
    this.cut = { ...cut, bytes: cut.bytes + (cut.up ? this.up : this.down).sent };
  }

  /** An end closes: the other is told after what is under way. */
  close(up: boolean): void {
    const way = up ? this.up : this.down;
    if (way.ended || (up && this.abandoned)) return;
    way.ended = true;
    way.later((end) => end.lost());
  }

  /** The client has left without a word: what is under way still arrives. */
  abandon(): void {
    this.abandoned = true;
  }

  /** What is under way each way is dropped, both are told. */
  reset(): void {
    this.fail({ how: 'rst', up: true, bytes: 0, half: false });
  }

  private fail({ how, up, half }: Cut): void {
    const both = [this.up, this.down];
    const ways = half && how !== 'rst' ? [up ? this.up : this.down] : both;
    this.cut = undefined;
    this.broken = ways.length === 2;
    for (const way of ways) {
      if (how === 'rst') way.drop();
      // what was sent before still arrives; nothing after it does
      else if (how === 'silence') way.hush();
      else if (!way.ended) {
        way.ended = true;
        way.later((end) => end.lost());
      }
    }
  }
}
