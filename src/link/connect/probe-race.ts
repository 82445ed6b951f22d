/** A race of probes: who answers first, without a session. What looks for a way back, and `petrel probe`. */
import {
  Race,
  type AttemptReport,
  type Endpoint,
  type RaceAction,
  type RaceOptions,
} from '../policy/index.ts';
import { Alarm } from '../alarm.ts';
import type { Open } from '../transport/transport.ts';
import { clock, timerTime } from './clock.ts';
import { Probe } from './probe.ts';

export interface ProbeRaceOptions {
  readonly race?: RaceOptions;
  readonly openOf: (endpoint: Endpoint) => Open;
  /** The race is over. */
  readonly ended: (won: Endpoint | undefined, race: ProbeRace) => void;
  /** An attempt has begun, connected, or ended. */
  readonly step?: (report: AttemptReport, error: Error | undefined) => void;
}

export class ProbeRace {
  private readonly options: ProbeRaceOptions;
  private readonly race: Race;
  private readonly probes = new Map<number, Probe>();
  private readonly errors = new Map<number, Error>();
  private readonly alarm: Alarm = new Alarm(() => this.ring());
  private told = false;

  /** It begins with `add`. @throws RangeError naming the option of the race that is out of its range. */
  constructor(options: ProbeRaceOptions) {
    this.options = options;
    this.race = new Race({ first: 'given', ...options.race }, clock());
  }

  add(endpoints: readonly Endpoint[]): void {
    this.race.add(endpoints, clock());
    this.act();
  }

  noMore(): void {
    this.race.noMore(clock());
    this.act();
  }

  /** Gives up; `ended` is told. */
  cancel(): void {
    this.race.cancel(clock());
    this.act();
  }

  /** Attempts so far, in the order of their starts. */
  report(): readonly AttemptReport[] {
    return this.race.report();
  }

  /** Why an attempt has failed, where its transport said so. */
  errorOf({ id }: AttemptReport): Error | undefined {
    return this.errors.get(id);
  }

  private ring(): void {
    this.race.handleTimeout(clock());
    this.act();
  }

  private act(): void {
    let won: Endpoint | undefined;
    for (let action = this.race.poll(); action !== undefined; action = this.race.poll()) {
      if (action.type === 'won') won = action.endpoint;
      this.take(action);
    }
    this.alarm.set(timerTime(this.race.nextTimeout()));
    if (!this.race.over || this.told) return;
    this.told = true;
    this.alarm.stop();
    for (const probe of this.probes.values()) probe.stop();
    this.options.ended(won, this);
  }

  private take(action: RaceAction): void {
    if (action.type === 'lost') return;
    if (action.type === 'start') this.start(action.id, action.endpoint);
    else if (action.type === 'close') this.probes.get(action.id)?.stop();
    this.step(action.id);
  }

  private start(id: number, endpoint: Endpoint): void {
    try {
      const probe = new Probe(this.options.openOf(endpoint), {
        connected: () => this.tell(() => this.race.connected(id, clock()), id),
        answered: () => this.tell(() => this.race.verified(id, clock())),
        failed: (error) => this.failed(id, error),
      });
      this.probes.set(id, probe);
    } catch (error) {
      queueMicrotask(() => this.failed(id, error as Error));
    }
  }

  private failed(id: number, error: Error): void {
    this.errors.set(id, error);
    this.tell(() => this.race.failed(id, clock()));
  }

  private tell(what: () => void, id?: number): void {
    if (this.race.over) return;
    what();
    if (id !== undefined) this.step(id);
    this.act();
  }

  private step(id: number): void {
    const report = this.race.report().find((each) => each.id === id);
    if (report !== undefined) this.options.step?.(report, this.errors.get(id));
  }
}

declare function queueMicrotask(run: () => void): void;
