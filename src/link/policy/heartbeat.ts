/**
 * When a link that has nothing to say says something, so that it stays in the tables on its way, and when it is dead. A beat is
 * due so long after the last *write*; what is received never postpones it, but any byte is a sign of life.
 */
import { HeartbeatMemory } from './heartbeat-memory.ts';
import { firstInterval } from './learned-interval.ts';
import { checkedLabel } from './labels.ts';
import { option } from './plain.ts';

/** Times in milliseconds. */
export interface HeartbeatOptions {
  /** A fixed interval; left out, it is learned. */
  readonly fixed?: number;
  /** Within which something must come after a beat. Default 8,000. */
  readonly replyTimeout?: number;
}

export const HEARTBEAT_DEFAULTS = {
  stabilising: 3,
  replyTimeout: 8000,
  longSleep: 600_000,
  replyTimeoutAfterSleep: 5000,
} as const;

/** `beat`: write something that is answered, a PING. `dead`: nothing came; leave the link. */
export type HeartbeatAction = 'beat' | 'dead';

export class Heartbeat {
  readonly memory: HeartbeatMemory;
  private readonly fixed: number | undefined;
  private readonly replyTimeout: number;
  private label = '';
  private foreground = true;
  private up = false;
  private queued = false;
  private beats = 0;
  private lastWrite = 0;
  private lastReceived = 0;
  /** By when something must have come; undefined while nothing is due. */
  private answerBy: number | undefined;
  /** Of what the beat that waits for an answer says something: of the learned interval, or as one of the link's first of the least. */
  private tells: 'interval' | 'least' | undefined;

  /** @throws RangeError naming the option that is out of its range. */
  constructor(options: HeartbeatOptions = {}, memory: HeartbeatMemory = new HeartbeatMemory()) {
    this.fixed = options.fixed === undefined ? undefined : option('fixed', options.fixed, 1);
    this.replyTimeout = option('replyTimeout', options.replyTimeout ?? HEARTBEAT_DEFAULTS.replyTimeout, 1);
    this.memory = memory;
  }

  /**
   * What a write is followed by in silence until the next beat. Learned: 210 s in the foreground, where a dead link is noticed by somebody,
   * and for the first three beats of a link, which score nothing; without that a link whose network got worse would die at its first beat
   * each time, and nothing would be learned from it. Less than 210 s where links have died at these, three in a row.
   */
  get interval(): number {
    if (this.fixed !== undefined) return this.fixed;
    const settled = !this.foreground && this.beats >= HEARTBEAT_DEFAULTS.stabilising;
    const learned = this.memory.of(this.label);
    return settled ? learned.interval : firstInterval(learned);
  }

  /** The app came to the front, or left it. */
  setForeground(foreground: boolean): void {
    this.foreground = foreground;
  }

  /** The device is on another network: a link of before proves nothing of it. @throws RangeError for a label longer than 128. */
  networkChanged(label: string): void {
    if (checkedLabel(label) !== this.label) this.tells = undefined;
    this.label = label;
  }

  /** A link is live. */
  linkUp(now: number): void {
    this.up = true;
    this.beats = 0;
    this.lastWrite = this.lastReceived = now;
    this.answerBy = undefined;
    this.queued = false;
  }

  /** It is not any more, and not because of a beat. */
  linkDown(): void {
    this.up = false;
    this.answerBy = undefined;
  }

  /** Bytes were written; @param queued whether more wait: while they do, no beat is needed. */
  wrote(now: number, queued = false): void {
    this.lastWrite = now;
    this.queued = queued;
  }

  /** Bytes came. */
  received(now: number): void {
    this.lastReceived = now;
    if (this.answerBy === undefined) return;
    this.answerBy = undefined;
    if (this.tells === 'interval') this.memory.learn(this.label, true, now);
    else if (this.tells === 'least') this.memory.kept(this.label);
  }

  /** Whether a beat waits for its answer. */
  get awaiting(): boolean {
    return this.answerBy !== undefined;
  }

  /** When `handleTimeout` wants to be called; Infinity for never. */
  nextTimeout(): number {
    if (!this.up) return Infinity;
    if (this.answerBy !== undefined) return this.answerBy;
    return this.queued ? Infinity : this.lastWrite + this.interval;
  }

  /** What is to be done now, if anything. Let what has arrived be told by `received` before. */
  handleTimeout(now: number): HeartbeatAction | undefined {
    const due = this.nextTimeout();
    if (now < due) return undefined;
    return this.answerBy === undefined ? this.beat(now, now - due) : this.die(now, now - this.answerBy);
  }

  private beat(now: number, late: number): 'beat' {
    const { longSleep, replyTimeoutAfterSleep } = HEARTBEAT_DEFAULTS;
    const slept = late >= longSleep;
    this.tells = slept ? undefined : this.telling(now);
    this.beats++;
    this.answerBy = now + (slept ? Math.min(replyTimeoutAfterSleep, this.replyTimeout) : this.replyTimeout);
    return 'beat';
  }

  /** A NAT sees both directions: only a silence of both tells how long it waits, but for the answer to what was written last. */
  private telling(now: number): 'interval' | 'least' | undefined {
    if (this.fixed !== undefined) return undefined;
    const learned = this.memory.of(this.label);
    const settled = this.beats >= HEARTBEAT_DEFAULTS.stabilising;
    const interval = settled ? learned.interval : firstInterval(learned);
    const silent =
      now - this.lastReceived >= interval - this.replyTimeout && now - this.lastWrite >= interval;
    if (!silent) return undefined;
    return settled ? 'interval' : 'least';
  }

  /** A timer that came much too late slept with the device, and so may the answer have. */
  private die(now: number, late: number): 'dead' {
    this.linkDown();
    if (late >= this.replyTimeout) return 'dead';
    if (this.tells === 'interval') this.memory.learn(this.label, false, now);
    else if (this.tells === 'least') this.memory.lost(this.label, now);
    return 'dead';
  }
}
