/** Numbered messages one way, said from 1 on without an end: what was lost, came twice, or overtook another. */
import type { Tally } from '../cuts/flow.ts';

export class Heard {
  /** The highest number that was heard. */
  last = 0;
  private readonly seen = new Set<number>();
  private duplicated = 0;
  private reordered = 0;

  hear(number: number): void {
    if (this.seen.has(number)) this.duplicated++;
    else {
      this.seen.add(number);
      if (number < this.last) this.reordered++;
    }
    this.last = Math.max(this.last, number);
  }

  /** Messages that were heard, each once. */
  get messages(): number {
    return this.seen.size;
  }

  /** Whether all of the first so many were heard. */
  hasAll(said: number): boolean {
    return this.seen.size >= said;
  }

  /** @param said so many were said. */
  tally(said: number): Tally {
    const { seen, duplicated, reordered } = this;
    return { messages: said, lost: said - seen.size, duplicated, reordered };
  }
}
