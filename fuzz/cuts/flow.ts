/** Numbered messages one way: what was lost, came twice, or overtook another. */

/** What comes with each number, over all protocols alike. */
export const FILLING = 'a few words';

/** What went wrong. */
export interface Tally {
  /** Messages that were to arrive. */
  readonly messages: number;
  readonly lost: number;
  /** Arrivals beyond the first of a message. */
  readonly duplicated: number;
  /** Messages that arrived first after a later one had. */
  readonly reordered: number;
}

export const NOTHING: Tally = { messages: 0, lost: 0, duplicated: 0, reordered: 0 };

export class Flow {
  private readonly count: number;
  private readonly seen = new Set<number>();
  private last = 0;
  private duplicated = 0;
  private reordered = 0;

  /** @param count the numbers from 1 to this are said in their order. */
  constructor(count: number) {
    this.count = count;
  }

  /** @returns whether it is new. */
  hear(number: number): boolean {
    if (!(number >= 1 && number <= this.count)) throw new Error(`nobody said ${number}`);
    if (this.seen.has(number)) {
      this.duplicated++;
      return false;
    }
    this.seen.add(number);
    if (number < this.last) this.reordered++;
    else this.last = number;
    return true;
  }

  /** Whether nothing is missing. */
  get complete(): boolean {
    return this.seen.size === this.count;
  }

  get tally(): Tally {
    const { count, seen, duplicated, reordered } = this;
    return { messages: count, lost: count - seen.size, duplicated, reordered };
  }
}

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, { messages, lost, duplicated, reordered }) => ({
      messages: all.messages + messages,
      lost: all.lost + lost,
      duplicated: all.duplicated + duplicated,
      reordered: all.reordered + reordered,
    }),
    NOTHING,
  );
}
