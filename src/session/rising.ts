/**
 * Things under ids that rise: kept in their order and found by halving, so that a peer who chooses the ids gains nothing
 * by colliding ones.
 */
import type { Uint64 } from '../frame/types.ts';

export class Rising<T> {
  /** The highest id so far; 0 before the first. */
  last: Uint64 = 0;
  private ids: Uint64[] = [];
  private items: (T | undefined)[] = [];
  private open = 0;

  /** Things held. */
  get size(): number {
    return this.open;
  }

  /** Whether an id is above all before. */
  rises(id: Uint64): boolean {
    return id > this.last;
  }

  /** @param id above all before. */
  add(id: Uint64, item: T): void {
    this.last = id;
    this.ids.push(id);
    this.items.push(item);
    this.open++;
  }

  get(id: Uint64): T | undefined {
    return this.items[this.find(id)];
  }

  delete(id: Uint64): T | undefined {
    const at = this.find(id);
    const item = this.items[at];
    if (item === undefined) return undefined;
    this.items[at] = undefined;
    this.open--;
    // given back when half of it is empty: constant time a deletion, on the whole
    if (this.open * 2 < this.ids.length) this.compact();
    return item;
  }

  *[Symbol.iterator](): Generator<[Uint64, T], void, void> {
    for (const [i, item] of this.items.entries()) if (item !== undefined) yield [this.ids[i]!, item];
  }

  clear(): void {
    this.ids = [];
    this.items = [];
    this.open = 0;
  }

  private compact(): void {
    const kept = [...this];
    this.ids = kept.map(([id]) => id);
    this.items = kept.map(([, item]) => item);
  }

  /** The place of an id, -1 when it isn't there. */
  private find(id: Uint64): number {
    let low = 0;
    let high = this.ids.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.ids[middle]!;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
