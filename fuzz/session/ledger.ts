/** What was said, done and told: the promises of the session are judged by this alone. */

/** What is known of something when it is said. */
export interface Said {
  /** Which side's. */
  readonly from: string;
  /** The session, over crashes: what is said in one is done in its order. */
  readonly line: number;
  readonly kind: 'command' | 'push';
  readonly repeatable: boolean;
  /** Of a command, how many PARTs come before its REPLY. */
  readonly parts: number;
  /** Of news, its key. */
  readonly news: number;
  /** The same, but for this process alone. */
  readonly era: string;
  /** News that waits for room: later news of this session with the same key may take its place. */
  readonly aside: boolean;
}

/** Something that one side said. */
interface Entry extends Said {
  readonly order: number;
  /** How often the other side's application did it. */
  done: number;
  /** What its sender was told: one outcome for a command, none or one for a push. */
  told: string | undefined;
  /** The sender crashed before it was safe: nothing may have been sent. */
  forgotten: boolean;
  /** Its sender may get fewer parts than it wanted. */
  cancelled: boolean;
  /** What came from a backup contradicts what it was said or told: nothing can be promised. */
  forgiven: boolean;
}

export class Broken extends Error {}

export class Ledger {
  private readonly entries = new Map<string, Entry>();
  private readonly forgiven = new Set<string>();
  private order = 0;
  /** The highest order that was done, of each lane. */
  private readonly highest = new Map<string, number>();

  say(text: string, said: Said): void {
    const fresh = {
      done: 0,
      told: undefined,
      forgotten: false,
      cancelled: false,
      forgiven: this.forgiven.has(said.from),
    };
    this.entries.set(text, { ...said, order: ++this.order, ...fresh });
  }

  /** An application does what was said to it, for the first time. */
  does(text: string): void {
    const entry = this.entry(text);
    const { order, told, forgotten } = entry;
    if (entry.forgiven) return;
    const lane = laneOf(entry);
    if (++entry.done > 1) throw new Broken(`${text} is done twice`);
    if (forgotten) throw new Broken(`${text} is done, and was never safe`);
    if (told?.startsWith('notDone') === true)
      throw new Broken(`${text} is done, and its sender was told that it is not`);
    if (order < (this.highest.get(lane) ?? 0)) throw new Broken(`${text} is done after what was said later`);
    this.highest.set(lane, order);
  }

  /** An application that crashed has not done this after all. */
  undoes(text: string): void {
    const entry = this.entry(text);
    const lane = laneOf(entry);
    if (entry.forgiven) return;
    entry.done--;
    this.highest.set(lane, Math.min(this.highest.get(lane) ?? 0, entry.order - 1));
  }

  /** Its sender learns what became of it. */
  tells(text: string, outcome: string): void {
    const entry = this.entry(text);
    if (entry.forgiven) return;
    if (entry.told !== undefined) throw new Broken(`${text} is ${entry.told} and ${outcome}`);
    entry.told = outcome;
    if (outcome === 'reply' && entry.done !== 1)
      throw new Broken(`${text} has a reply and was done ${entry.done} times`);
    if (outcome.startsWith('notDone') && entry.done > 0)
      throw new Broken(`${text} was done, and is told to be not`);
  }

  /** A sender that crashed was not told after all. */
  untells(text: string): void {
    this.entry(text).told = undefined;
  }

  /** A sender that crashed does not know that it said this. */
  forgets(text: string): void {
    const entry = this.entry(text);
    if (entry.forgiven) return;
    if (entry.done > 0) throw new Broken(`${text} was done, and was not safe when its sender crashed`);
    entry.forgotten = true;
  }

  cancels(text: string): void {
    this.entry(text).cancelled = true;
  }

  /** One of these sides goes on from a backup, and what it says from now on may look to the other like what it said before. */
  forgives(...sides: readonly string[]): void {
    for (const side of sides) this.forgiven.add(side);
    for (const entry of this.entries.values()) entry.forgiven ||= sides.includes(entry.from);
  }

  /** Whether this side, or the other of its sessions, went on from a backup. */
  isForgiven(side: string): boolean {
    return this.forgiven.has(side);
  }

  /** All is over: nothing may be open. */
  close(): void {
    for (const [text, entry] of this.entries) {
      const { kind, done, told, forgotten, forgiven } = entry;
      if (forgotten || forgiven || told !== undefined) continue;
      if (kind === 'command') throw new Broken(`${text} has no outcome`);
      if (done === 0 && !this.superseded(entry)) throw new Broken(`${text} is lost, and nobody was told`);
    }
  }

  *of(from: string): Generator<[string, Readonly<Entry>], void, void> {
    for (const [text, entry] of this.entries) if (entry.from === from) yield [text, entry];
  }

  get(text: string): Readonly<Entry> {
    return this.entry(text);
  }

  /** Whether this was news that waited for room while newer came. */
  private superseded({ aside, order, era, ...entry }: Entry): boolean {
    const lane = laneOf(entry);
    const later = [...this.entries.values()].filter((other) => other.order > order && other.era === era);
    return aside && later.some((other) => laneOf(other) === lane);
  }

  private entry(text: string): Entry {
    const entry = this.entries.get(text);
    if (entry === undefined) throw new Broken(`${text} was never said`);
    return entry;
  }
}

function laneOf({ from, line, kind, news }: Pick<Entry, 'from' | 'line' | 'kind' | 'news'>): string {
  return `${from} ${line} ${kind} ${news}`;
}
