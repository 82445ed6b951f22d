/** A queue whose first is taken in constant time. */
export class Queue<T> {
  private items: T[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  get first(): T | undefined {
    return this.items[this.head];
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    const { items, head } = this;
    const item = items[head];
    if (head >= items.length) return undefined;
    items[head] = undefined as T;
    this.head++;
    // what was taken is dropped when it is most of the array: each is moved once on average
    if (this.head === items.length) this.items.length = this.head = 0;
    else if (this.head * 2 > items.length && this.head > 1024) {
      this.items = items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
