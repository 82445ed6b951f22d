/** One clock for all that keeps a link: the dial of now and the next one, the beats, and the looks at better tiers. */
import type { ClientSession } from '../../session/index.ts';
import { Alarm } from '../alarm.ts';
import type { SessionDriver } from '../driver.ts';
import type { Endpoint } from '../policy/index.ts';
import { clock, timerTime } from './clock.ts';
import type { Dials } from './dials.ts';
import type { Redials } from './redials.ts';
import type { Standing } from './standing.ts';
import type { Upkeep } from './upkeep.ts';

export interface TimetableParts {
  readonly dials: Dials;
  readonly redials: Redials;
  readonly upkeep: Upkeep;
  readonly standing: Standing;
  /** Of the session of now. */
  readonly driver: () => SessionDriver<ClientSession>;
  /** It is time to dial. */
  readonly dial: () => void;
}

export class Timetable {
  private readonly parts: TimetableParts;
  private readonly alarm: Alarm = new Alarm(() => this.ring());
  private running = false;

  /** Nothing is due before `start`. */
  constructor(parts: TimetableParts) {
    this.parts = parts;
  }

  /** Whether it has begun, and not ended. */
  get runs(): boolean {
    return this.running;
  }

  start(): void {
    this.running = true;
  }

  stop(): void {
    this.running = false;
    this.alarm.stop();
  }

  /** Whether the session has no link, and nothing is dialled. */
  get idle(): boolean {
    const { dials, standing } = this.parts;
    return !dials.busy && standing.endpoint === undefined;
  }

  /** When a session without a link is to be dialled for. */
  nextDial(now: number): number {
    return this.parts.redials.next(this.parts.driver().session, now);
  }

  /** Something has happened: what is due may be another. */
  set(): void {
    if (!this.running) return;
    const { dials, redials, upkeep, driver } = this.parts;
    const next = Math.min(
      dials.nextTimeout(),
      this.idle ? redials.nextTimeout(driver().session, clock()) : Infinity,
      upkeep.nextTimeout(this.settledAt),
    );
    this.alarm.set(timerTime(next));
  }

  /** Where the link stands, while no dial is on. */
  private get settledAt(): Endpoint | undefined {
    const { dials, standing } = this.parts;
    return dials.busy ? undefined : standing.endpoint;
  }

  private ring(): void {
    if (!this.running) return;
    const { dials, upkeep, dial } = this.parts;
    const now = clock();
    dials.handleTimeout(now);
    if (this.idle && now >= this.nextDial(now)) dial();
    this.beat(now);
    const { settledAt } = this;
    if (settledAt !== undefined) upkeep.look(settledAt, now);
    this.set();
  }

  private beat(now: number): void {
    const { upkeep, dial } = this.parts;
    const driver = this.parts.driver();
    const action = upkeep.pulse.handleTimeout(now);
    if (action === 'beat' && driver.session.ping(timerTime(now))) driver.wake();
    // the session finds out for itself; there is no reason to wait for that
    if (action === 'dead') dial();
  }
}
