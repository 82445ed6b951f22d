/** Talks over a bad network, on which the preferred way dies again and again under traffic. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { NOTHING, sum, type Tally } from '../cuts/flow.ts';
import { Random } from '../session/random.ts';
import { FAULTS, isSilent, type Fault } from './faults.ts';
import { Heard } from './heard.ts';
import { Path, type Conditions } from './path.ts';
import type { Subject, Talk } from './subject.ts';

/** Milliseconds between two messages, each way. */
const BEAT = 25;
/** Milliseconds after which something that has not happened does not. */
const STUCK = 15_000;
/** Milliseconds for which all must be well at the end: what comes twice may come late. */
const AFTER = 500;
const LOOK = 4;
/** A fault begins so many milliseconds, at most, after the traffic is on its way, and lasts from and to so many. */
const BEFORE = 100;
const LASTS = { from: 100, to: 600 };
/** Of a hundred faults, so many meet the second way too. */
const BOTH = 30;
/** Faults in which something went wrong that are kept to be shown. */
const SHOWN = 10;

/** A train: 100 kB a second, a round trip of 20 ms, and one chunk of a hundred is 50 ms late, with all behind it. */
export const TRAIN: Conditions = { delay: 10, rate: 100_000, loss: 1, again: 50 };

export interface Settings {
  /** Faults that nobody is told of; those that are told come besides, one for three. */
  readonly events: number;
  /** Clients at a time. */
  readonly lanes: number;
  readonly seed: number;
  readonly conditions: Conditions;
  /** Milliseconds without a new message after which, at the end, nothing more is to come. */
  readonly quiet: number;
  readonly progress?: (made: number) => void;
}

/** What came of all talks with a subject. */
export interface Outcome {
  readonly subject: string;
  readonly bound: number;
  readonly silent: number;
  readonly told: number;
  /** Of both directions. */
  readonly tally: Tally;
  /** Milliseconds, ascending: until a client noticed a silence; until a message said after a fault was heard on either side; from the end of a fault until the preferred way was in use. */
  readonly noticed: readonly number[];
  readonly recovered: readonly number[];
  readonly returned: readonly number[];
  /** Faults after which it did not recover, or return. */
  readonly stuck: number;
  /** Bytes that arrived for each message that did, of all that was sent. */
  readonly bytes: number;
  /** Connections for each fault. */
  readonly connections: number;
  readonly late: { readonly p99: number; readonly most: number };
  readonly notes: readonly string[];
  readonly seconds: number;
}

class Count {
  readonly noticed: number[] = [];
  readonly recovered: number[] = [];
  readonly returned: number[] = [];
  readonly notes: string[] = [];
  tally: Tally = NOTHING;
  silent = 0;
  told = 0;
  stuck = 0;
  bytes = 0;
  connections = 0;

  note(what: string): void {
    if (this.notes.length < SHOWN) this.notes.push(what);
  }
}

/** A client and its ways, one fault after another. */
class Lane {
  private readonly subject: Subject;
  private readonly name: string;
  private readonly paths: readonly Path[];
  private readonly random: Random;
  private readonly count: Count;
  private readonly quiet: number;
  private readonly heard = { up: new Heard(), down: new Heard() };
  private said = 0;
  /** When the fault of now began, until the client has noticed it. */
  private silentSince: number | undefined;

  constructor(subject: Subject, name: string, settings: Settings, count: Count) {
    this.subject = subject;
    this.name = name;
    this.count = count;
    this.quiet = settings.quiet;
    this.random = new Random(settings.seed);
    this.paths = subject.ports.map((port) => new Path(port, settings.conditions, this.random));
  }

  async run(next: () => Fault | undefined): Promise<void> {
    const { subject, name, paths, heard } = this;
    const ports = await Promise.all(paths.map(async (path) => path.listen()));
    const talk = subject.talk(name, ports, {
      up: (number) => heard.up.hear(number),
      down: (number) => heard.down.hear(number),
      noticed: () => this.noticed(),
    });
    await talk.ready;
    const speaking = setInterval(() => {
      this.said++;
      talk.up(this.said);
      talk.down(this.said);
    }, BEAT);
    for (let fault = next(); fault !== undefined; fault = next()) await this.suffer(fault);
    clearInterval(speaking);
    await this.end(talk);
  }

  private noticed(): void {
    if (this.silentSince === undefined) return;
    this.count.noticed.push(performance.now() - this.silentSince);
    this.silentSince = undefined;
  }

  private async suffer(fault: Fault): Promise<void> {
    const { paths, random, count } = this;
    const [preferred] = paths;
    await sleep(random.below(BEFORE));
    const met = random.chance(BOTH) ? paths.slice(0, 2) : [preferred!];
    const [began, said] = [performance.now(), this.said];
    for (const path of met) path.strike(fault);
    if (isSilent(fault)) {
      this.silentSince = began;
      count.silent++;
    } else count.told++;
    const healed = this.heal(met);
    const { up, down } = this.heard;
    if (await happens(() => up.last > said && down.last > said)) count.recovered.push(performance.now() - began);
    else this.stuckIn(fault, 'did not recover');
    const well = await healed;
    if (await happens(() => preferred!.aliveAt > well)) count.returned.push(Math.max(0, preferred!.aliveAt - well));
    else this.stuckIn(fault, 'did not return');
    this.silentSince = undefined;
  } // prettier-ignore

  /** @returns when it was. */
  private async heal(met: readonly Path[]): Promise<number> {
    await sleep(this.random.from(LASTS.from, LASTS.to));
    for (const path of met) await path.heal();
    return performance.now();
  }

  private stuckIn({ name }: Fault, what: string): void {
    this.count.stuck++;
    this.count.note(`${this.name} ${what}: ${name}`);
  }

  /** What comes twice may come after all was heard. */
  private async end(talk: Talk): Promise<void> {
    const { count, heard, said, name } = this;
    let last = -1;
    for (let since = performance.now(); performance.now() - since < this.quiet; await sleep(LOOK)) {
      if (heard.up.hasAll(said) && heard.down.hasAll(said) && performance.now() - since > AFTER) break;
      const now = heard.up.messages + heard.down.messages;
      if (now !== last) since = performance.now();
      last = now;
    }
    talk.stop();
    const tally = sum([heard.up.tally(said), heard.down.tally(said)]);
    count.tally = sum([count.tally, tally]);
    for (const note of talk.notes) count.note(`${name}: ${note}`);
    for (const path of this.paths) {
      count.bytes += path.carried;
      count.connections += path.asked;
      await path.close();
    }
  }
}

async function happens(what: () => boolean): Promise<boolean> {
  for (const since = performance.now(); !what(); await sleep(LOOK))
    if (performance.now() - since > STUCK) return false;
  return true;
}

/** All faults in turn, until so many silent ones were handed out. */
function faults(events: number, progress: (made: number) => void): () => Fault | undefined {
  let [silent, at] = [0, 0];
  return () => {
    if (silent >= events) return undefined;
    const fault = FAULTS[at++ % FAULTS.length]!;
    if (isSilent(fault)) progress(++silent);
    return fault;
  };
}

export async function run(subject: Subject, settings: Settings): Promise<Outcome> {
  const began = performance.now();
  const count = new Count();
  const lateness = monitorEventLoopDelay({ resolution: 1 });
  lateness.enable();
  const next = faults(settings.events, settings.progress ?? (() => undefined));
  await Promise.all(
    Array.from({ length: settings.lanes }, async (_, i) =>
      new Lane(subject, `lane ${i}`, { ...settings, seed: settings.seed + i }, count).run(next),
    ),
  );
  lateness.disable();
  const { silent, told, tally, stuck, notes } = count;
  return {
    subject: subject.name,
    bound: subject.bound,
    silent,
    told,
    tally,
    stuck,
    notes,
    noticed: ascending(count.noticed),
    recovered: ascending(count.recovered),
    returned: ascending(count.returned),
    bytes: count.bytes / (tally.messages - tally.lost),
    connections: count.connections / (silent + told),
    late: { p99: lateness.percentile(99) / 1e6, most: lateness.max / 1e6 },
    seconds: (performance.now() - began) / 1000,
  };
}

function ascending(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}
