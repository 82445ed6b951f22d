/** When a client dials again: what the app is at, how long ago the last dial was, and what the server wants. */
import type { ClientSession } from '../../session/index.ts';
import { AppActivity, Pacing, type AppState, type PacingOptions } from '../policy/index.ts';

export class Redials {
  private readonly pacing: Pacing;
  private readonly activity: AppActivity;

  /** @throws RangeError naming the option that is out of its range. */
  constructor(state: AppState, random: () => number, options: PacingOptions, now: number) {
    this.pacing = new Pacing(random, options);
    this.activity = new AppActivity(state, now);
  }

  /** The app came to the front, or left it. */
  become(state: AppState, now: number): void {
    this.activity.become(state, now);
  }

  dialled(now: number): void {
    this.pacing.dialled(now);
  }

  /** The link has ended. */
  lost(now: number): void {
    this.pacing.lost(now);
  }

  networkChanged(now: number): void {
    this.pacing.networkChanged(now);
  }

  /** The server wants to be asked again after so many milliseconds; 0 says nothing. */
  steered(after: number, now: number): void {
    this.pacing.steered(after, now);
  }

  /** When the next dial is due, for a session without a link. */
  next(session: ClientSession, now: number): number {
    return this.pacing.nextDial(this.activity.activity(now), hasWork(session));
  }

  /** When `next` has to be asked again, though nothing has happened by then. */
  nextTimeout(session: ClientSession, now: number): number {
    return Math.min(this.next(session, now), this.activity.nextTimeout(now));
  }
}

/** Whether something waits for a link. */
function hasWork({ work }: ClientSession): boolean {
  return work.waiting || work.unanswered > 0 || work.closing || !work.idle;
}
