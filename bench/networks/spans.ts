/** Times at which something is so, and then is not, in turns: drawn as far as somebody asks. */
export class Spans {
  private readonly ends: number[] = [0];
  private readonly off: () => number;
  private readonly on: () => number;

  /** @param off gives how long it is not so, which is first; @param on how long it is. In milliseconds, above 0. */
  constructor(off: () => number, on: () => number) {
    this.off = off;
    this.on = on;
  }

  isOn(at: number): boolean {
    return this.turn(at) % 2 === 1;
  }

  /** When what is so at a time ends. */
  endOf(at: number): number {
    return this.ends[this.turn(at) + 1]!;
  }

  /** How many spans have ended by then. */
  private turn(at: number): number {
    const { ends } = this;
    for (let last = ends.at(-1)!; last <= at; last = ends.at(-1)!)
      ends.push(last + (ends.length % 2 === 1 ? this.off() : this.on()));
    let [low, high] = [0, ends.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (ends[middle]! <= at) low = middle;
      else high = middle;
    }
    return low;
  }
}
