/**
 * What the application knows of its surroundings and the policies do not: the network, and whether somebody looks on.
 *
 * Every `now` of these policies is in milliseconds, of a clock that does not jump while the process runs. Those that are
 * saved count from 1970, so that they mean the same in the next process: `performance.timeOrigin + performance.now()`.
 */

/** `wifi` also stands for wires: cheap, and fast to wake up. `mobile`: each byte may cost, and the radio sleeps. */
export type NetworkClass = 'wifi' | 'mobile';

/** As the platform tells it: in front of somebody; in the background, at work; in the background, and about to be frozen. */
export type AppState = 'foreground' | 'background' | 'inactive';

/** The app's state with its age, where that matters: in the foreground for less than a minute, than ten, or for longer. */
export type Activity = 'fresh' | 'recent' | AppState;

/** How the foreground ages, in milliseconds. */
export const ACTIVITY_DEFAULTS = { freshFor: 60_000, recentFor: 600_000 } as const;

/** The state of the app, and since when. */
export class AppActivity {
  private since: number;
  private current: AppState;

  constructor(state: AppState, now: number) {
    this.current = state;
    this.since = now;
  }

  get state(): AppState {
    return this.current;
  }

  /** The same state again changes nothing. */
  become(state: AppState, now: number): void {
    if (state === this.current) return;
    this.current = state;
    this.since = now;
  }

  activity(now: number): Activity {
    if (this.current !== 'foreground') return this.current;
    const age = now - this.since;
    if (age < ACTIVITY_DEFAULTS.freshFor) return 'fresh';
    return age < ACTIVITY_DEFAULTS.recentFor ? 'recent' : 'foreground';
  }

  /** When `activity` will have another answer though the state stays; Infinity for never. */
  nextTimeout(now: number): number {
    const { freshFor, recentFor } = ACTIVITY_DEFAULTS;
    const activity = this.activity(now);
    if (activity === 'fresh') return this.since + freshFor;
    return activity === 'recent' ? this.since + recentFor : Infinity;
  }
}
