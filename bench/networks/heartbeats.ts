/** A link that has little to say, behind a NAT that forgets what is silent: what it costs to keep it, and how late news come when it was lost. */
import { encodeFrame } from '../../src/index.ts';
import { Heartbeat, PACING_DEFAULTS, type HeartbeatOptions } from '../../src/link/policy/index.ts';
import type { Random } from '../../fuzz/session/random.ts';
import { diceOf, exponential, share } from './dice.ts';
import { MINUTE, SECOND } from './scenario.ts';

interface Interval {
  readonly id: string;
  readonly name: string;
  readonly options: HeartbeatOptions;
}

const fixed = (seconds: number): Interval => ({
  id: `${seconds}`,
  name: `every ${seconds} s`,
  options: { fixed: seconds * SECOND },
});

export const INTERVALS: readonly Interval[] = [
  fixed(60),
  fixed(210),
  fixed(270),
  fixed(580),
  { id: 'adaptive', name: 'adaptive', options: {} },
];

/** Minutes after which a NAT forgets a connection. */
export const NATS: readonly number[] = [2, 4, 7, 30];

/** Of a day's hours. */
interface Kept {
  /** Times the radio wakes for the link alone. */
  readonly wakes: number;
  /** Of beats, their answers, and links that were dialled again, with the headers of TCP and IPv4. */
  readonly bytes: number;
  /** Links that were found dead. */
  readonly lost: number;
}

export interface HeartbeatCell {
  /** Minutes. */
  readonly nat: number;
  readonly interval: string;
  /** For an hour of the first day, and of those after it. */
  readonly first: Kept;
  readonly later: Kept;
  /** Milliseconds by which news were late, after the first day: of 100 the latest. */
  readonly late: number;
  /** Share of news that found the link dead, after the first day. */
  readonly missed: number;
}

const HOUR = 60 * MINUTE;
const DAYS = 3;
const NEWS_EVERY = 30 * MINUTE;
const RTT = 50;
/** With IPv4. */
const HEADERS = 40;
const SYN = 60;

const echo = new Uint8Array(0);
const pingBytes = encodeFrame({ kind: 'PING', echo }).length;
const pongBytes = encodeFrame({ kind: 'PONG', echo }).length;
const token = new Uint8Array(16);
const counters = { token, attempt: 1000, received: 1000, next: 1000 } as const;
const [offerBytes, answerBytes] = (['offer', 'answer'] as const).map(
  (form) => encodeFrame({ kind: 'RESUME', form, ...counters }).length,
) as [number, number];

/** PING, PONG with TCP's acknowledgement, and one more. */
const ANSWERED = HEADERS + pingBytes + HEADERS + pongBytes + HEADERS;
/** TCP sends it again: after 250 ms, and twice as long each time, until the heartbeat gives up after 8 s. */
const UNANSWERED = 6 * (HEADERS + pingBytes);
const DIALLED = 2 * SYN + HEADERS + (HEADERS + offerBytes) + (HEADERS + answerBytes) + HEADERS;

class Device {
  private readonly heartbeat: Heartbeat;
  private readonly nat: number;
  private readonly random: Random;
  private now = 0;
  private lastPacket = 0;
  private answerAt = Infinity;
  private waiting: number[] = [];
  readonly days: { wakes: number; bytes: number; lost: number }[] = [];
  /** Of news after the first day. */
  readonly late: number[] = [];

  constructor(nat: number, { options }: Interval, seed: number) {
    this.nat = nat;
    this.heartbeat = new Heartbeat(options);
    this.random = diceOf(seed, 4);
    for (let day = 0; day < DAYS; day++) this.days.push({ wakes: 0, bytes: 0, lost: 0 });
    this.heartbeat.setForeground(false);
    this.heartbeat.networkChanged('home');
    this.heartbeat.linkUp(0);
  }

  run(): void {
    let news = exponential(this.random, NEWS_EVERY);
    for (;;) {
      const next = Math.min(news, this.answerAt, this.heartbeat.nextTimeout());
      this.now = Math.max(this.now, next);
      if (this.now >= DAYS * 24 * HOUR) return;
      if (next === this.answerAt) this.answered();
      else if (next === news) {
        this.newsCome();
        news += exponential(this.random, NEWS_EVERY);
      } else this.due();
    }
  }

  private get alive(): boolean {
    return this.now - this.lastPacket < this.nat;
  }

  private get day(): { wakes: number; bytes: number; lost: number } {
    return this.days[Math.floor(this.now / (24 * HOUR))]!;
  }

  /** The server writes. Where the NAT has forgotten, the news wait for the next link. */
  private newsCome(): void {
    if (!this.alive) {
      this.waiting.push(this.now);
      return;
    }
    this.told(0);
    this.lastPacket = this.now;
    this.heartbeat.received(this.now);
    this.heartbeat.wrote(this.now); // the acknowledgement
  }

  private answered(): void {
    this.answerAt = Infinity;
    this.lastPacket = this.now;
    this.heartbeat.received(this.now);
  }

  private due(): void {
    if (this.heartbeat.handleTimeout(this.now) === 'dead') {
      this.redial();
      return;
    }
    this.heartbeat.wrote(this.now);
    this.day.wakes++;
    this.day.bytes += this.alive ? ANSWERED : UNANSWERED;
    if (!this.alive) return;
    this.lastPacket = this.now;
    this.answerAt = this.now + RTT;
  }

  private redial(): void {
    const { day } = this;
    day.lost++;
    day.bytes += DIALLED;
    this.now += share(this.random) * PACING_DEFAULTS.lossSpread + 2 * RTT;
    for (const since of this.waiting.splice(0)) this.told(this.now - since);
    this.lastPacket = this.now;
    this.heartbeat.linkUp(this.now);
  }

  private told(late: number): void {
    if (this.now >= 24 * HOUR) this.late.push(late);
  }
}

export function keep(nat: number, interval: Interval, devices: number): HeartbeatCell {
  const all = Array.from({ length: devices }, (_, i) => new Device(nat * MINUTE, interval, i + 1));
  for (const device of all) device.run();
  const [first, ...later] = Array.from({ length: DAYS }, (_, day) => all.map(({ days }) => days[day]!));
  const late = all.flatMap((device) => device.late).toSorted((a, b) => a - b);
  return {
    nat,
    interval: interval.id,
    first: perHour(first!),
    later: perHour(later.flat()),
    late: Math.round(late[Math.ceil(0.99 * late.length) - 1]!),
    missed: Number((late.filter((time) => time > 0).length / late.length).toFixed(4)),
  };
}

function perHour(days: readonly Kept[]): Kept {
  const mean = (of: (kept: Kept) => number): number =>
    Number((days.reduce((sum, kept) => sum + of(kept), 0) / days.length / 24).toFixed(2));
  return {
    wakes: mean(({ wakes }) => wakes),
    bytes: mean(({ bytes }) => bytes),
    lost: mean(({ lost }) => lost),
  };
}
