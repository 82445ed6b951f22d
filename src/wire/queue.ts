/** First in, first out, in constant time: an array whose front is given back now and then. */

/** The items of a queue that has none: most of a session's are empty most of the time, and an array each would take 32 bytes. */
const NONE: undefined[] = [];

/** Slots that may lie empty at the front before the array is moved up. */
const SLACK = 1024;

export class Queue<T> {
  private items: (T | undefined)[] = NONE;
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    if (this.items === NONE) this.items = [item];
    else this.items.push(item);
  }

  /** The item at this place, counted from the front. */
  at(index: number): T | undefined {
    return this.items[this.head + index];
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head === this.items.length) this.clear();
    else if (this.head > SLACK && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  clear(): void {
    this.items = NONE;
    this.head = 0;
  }

  *[Symbol.iterator](): Generator<T, void, void> {
    for (let i = this.head; i < this.items.length; i++) yield this.items[i]!;
  }
}
