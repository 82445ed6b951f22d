/** Virtual time: what is to happen, in the order of its time, and of its planning where that is the same. */
interface Planned {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class Clock {
  now = 0;
  private order = 0;
  private readonly heap: Planned[] = [];

  /** Runs something so many milliseconds from now. */
  after(delay: number, run: () => void): void {
    this.push({ at: this.now + Math.max(0, delay), order: this.order++, run });
  }

  /** Runs what comes next. @returns false when nothing does, or not before `until`. */
  step(until: number): boolean {
    const next = this.heap[0];
    if (next === undefined || next.at > until) return false;
    this.pop();
    this.now = next.at;
    next.run();
    return true;
  }

  private push(planned: Planned): void {
    const { heap } = this;
    let i = heap.push(planned) - 1;
    for (let up = (i - 1) >> 1; i > 0 && before(planned, heap[up]!); up = (i - 1) >> 1) {
      heap[i] = heap[up]!;
      i = up;
    }
    heap[i] = planned;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    const { length } = heap;
    if (length === 0) return;
    let i = 0;
    for (let down = 1; down < length; down = 2 * i + 1) {
      if (down + 1 < length && before(heap[down + 1]!, heap[down]!)) down++;
      if (!before(heap[down]!, last)) break;
      heap[i] = heap[down]!;
      i = down;
    }
    heap[i] = last;
  }
}

function before(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
