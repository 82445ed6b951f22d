/** A map that holds the latest few: what was used longest ago goes first. Keys come from outside, so that it must be bounded. */
export class Recent<T> {
  private readonly items = new Map<string, T>();
  private readonly most: number;

  /** @param most how many it holds, at least 1. */
  constructor(most: number) {
    this.most = most;
  }

  /** Looks without touching. */
  peek(key: string): T | undefined {
    return this.items.get(key);
  }

  /** Puts it in front; for one that is new where it is full, the oldest goes. */
  set(key: string, item: T): void {
    this.items.delete(key);
    this.items.set(key, item);
    for (const oldest of this.items.keys()) {
      if (this.items.size <= this.most) return;
      this.items.delete(oldest);
    }
  }

  clear(): void {
    this.items.clear();
  }

  /** From the one used longest ago. */
  *[Symbol.iterator](): Generator<readonly [key: string, item: T], void, void> {
    yield* this.items;
  }
}
