/** The deadlines of one link: until when the peer has to greet, to answer and to finish a frame, and when it is asked whether it is there. */
import type { Settings } from './options.ts';

const NEVER = Infinity;

export class LinkClock {
  private readonly settings: Settings;
  private greetBy: number;
  private answerBy = NEVER;
  private frameBy = NEVER;
  private pingAt = NEVER;
  /** When a PING asks whether a peer that acknowledges nothing is there. */
  private probeAt = NEVER;
  /** When the frame that is not whole yet began. */
  private began = NEVER;

  constructor(settings: Settings, now: number) {
    this.settings = settings;
    this.greetBy = now + settings.handshakeTimeout;
  }

  /** The earliest deadline, Infinity for none. */
  get next(): number {
    return Math.min(this.greetBy, this.answerBy, this.frameBy, this.pingAt, this.probeAt);
  }

  /** Why the link is to be given up now, or that the peer is to be asked. */
  due(now: number): 'silent' | 'slow' | 'ask' | undefined {
    if (now >= this.answerBy && now < this.probeAt) return 'silent';
    if (now >= Math.min(this.greetBy, this.frameBy)) return 'slow';
    return now >= Math.min(this.pingAt, this.probeAt) ? 'ask' : undefined;
  }

  /** The handshake is done, or something is on its way since. */
  live(now: number): void {
    this.greetBy = NEVER;
    this.pingAt = now + this.settings.pingInterval;
  }

  /** Something has come: the peer is there. */
  heard(): void {
    this.answerBy = this.probeAt = NEVER;
  }

  /** An answer is due, of the greeting or of a PING. */
  expect(now: number): void {
    this.answerBy = Math.min(this.answerBy, now + this.settings.patience);
  }

  /**
   * An ACK is due, which may be held back for `delay`. Who is slow to take says nothing either: it is asked by a PING before
   * the link is given up. [SESSION-25]
   */
  expectAck(now: number, delay: number): void {
    const { patience } = this.settings;
    if (this.answerBy <= now + delay + patience) return;
    this.answerBy = now + delay + patience;
    this.probeAt = now + delay + patience / 2;
  }

  /** The peer is asked, since that was due. */
  asked(now: number): void {
    // also when its time has come late, with all timers of a device that slept
    if (now >= this.probeAt) this.answerBy = now + this.settings.patience / 2;
    else this.expect(now);
    this.pingAt = this.probeAt = NEVER; // until it is written
  }

  /** A frame must go on, however large it is. @param pending its bytes that have come. @param moved whether it has begun since. */
  progress(pending: number, moved: boolean, now: number): void {
    const { frameTimeout, leastRate } = this.settings;
    if (pending === 0) this.began = this.frameBy = NEVER;
    else {
      if (moved || this.began === NEVER) this.began = now;
      this.frameBy = this.began + frameTimeout + (1000 * pending) / leastRate;
    }
  }
}
