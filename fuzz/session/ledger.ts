/** What was said, done and told: the promises of the session are judged by this alone. */

/** Something that one side said. */
interface Entry {
  readonly order: number;
  readonly kind: 'command' | 'push' | 'serverPush';
  readonly repeatable: boolean;
  /** How often the other side's application did it. */
  done: number;
  /** What its sender was told: one outcome for a command, none or one for a push. */
  told: string | undefined;
  /** The sender crashed before it was safe: nothing may have been sent. */
  forgotten: boolean;
}

export class Broken extends Error {}

export class Ledger {
  private readonly entries = new Map<string, Entry>();
  private order = 0;
  /** The highest order that was done, of each kind. */
  private readonly highest = { command: 0, push: 0, serverPush: 0 };

  say(text: string, kind: Entry['kind'], repeatable = false): void {
    this.entries.set(text, { order: ++this.order, kind, repeatable, done: 0, told: undefined, forgotten: false });
  }

  /** An application does what was said to it, for the first time. */
  does(text: string): void {
    const entry = this.entry(text);
    if (++entry.done > 1) throw new Broken(`${text} is done twice`);
    if (entry.forgotten) throw new Broken(`${text} is done, and was never safe`);
    if (entry.told?.startsWith('notDone') === true) throw new Broken(`${text} is done, and its sender was told that it is not`);
    if (entry.order < this.highest[entry.kind]) throw new Broken(`${text} is done after what was said later`);
    this.highest[entry.kind] = entry.order;
  }

  /** An application that crashed has not done this after all. */
  undoes(text: string): void {
    const entry = this.entry(text);
    entry.done--;
    this.highest[entry.kind] = Math.min(this.highest[entry.kind], entry.order - 1);
  }

  /** Its sender learns what became of it. */
  tells(text: string, outcome: string): void {
    const entry = this.entry(text);
    if (entry.told !== undefined) throw new Broken(`${text} is ${entry.told} and ${outcome}`);
    entry.told = outcome;
    if (outcome === 'reply' && entry.done !== 1) throw new Broken(`${text} has a reply and was done ${entry.done} times`);
    if (outcome.startsWith('notDone') && entry.done > 0) throw new Broken(`${text} was done, and is told to be not`);
  }

  /** A sender that crashed was not told after all. */
  untells(text: string): void {
    this.entry(text).told = undefined;
  }

  /** A sender that crashed does not know that it said this. */
  forgets(text: string): void {
    const entry = this.entry(text);
    if (entry.done > 0) throw new Broken(`${text} was done, and was not safe when its sender crashed`);
    entry.forgotten = true;
  }

  /** All is over: nothing may be open. */
  close(): void {
    for (const [text, { kind, done, told, forgotten }] of this.entries) {
      if (forgotten) continue;
      if (kind === 'command' && told === undefined) throw new Broken(`${text} has no outcome`);
      if (kind !== 'command' && done === 0 && told === undefined) throw new Broken(`${text} is lost, and nobody was told`);
    }
  }

  *of(kind: Entry['kind']): Generator<[string, Readonly<Entry>], void, void> {
    for (const [text, entry] of this.entries) if (entry.kind === kind) yield [text, entry];
  }

  get(text: string): Readonly<Entry> {
    return this.entry(text);
  }

  private entry(text: string): Entry {
    const entry = this.entries.get(text);
    if (entry === undefined) throw new Broken(`${text} was never said`);
    return entry;
  }
}
