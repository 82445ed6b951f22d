/** The writer's side of a value's table: from a text, or a sequence of keys, to the index that it took. [VALUE-22] */
import { seeded } from './keys.ts';
import { TABLE_ENTRIES } from './kinds.ts';

/** Up to this many entries are compared one by one: for a chat message, half the cost of a Map. */
const LINEAR = 16;

export class Lookup<T> {
  private readonly items: (T | undefined)[] = [];
  /** How many of the items are defined: setting an array's length costs more than writing over it. */
  private count = 0;
  private readonly byIdentity = new Map<string, number>();
  /** What was found last: like objects follow each other. */
  private last = 0;
  private readonly same: (a: T, b: T) => boolean;
  private readonly identity: (item: T) => string;

  /** @param identity a string that is equal for equal items, differs for others, and spells no array index. */
  constructor(same: (a: T, b: T) => boolean, identity: (item: T) => string) {
    this.same = same;
    this.identity = identity;
  }

  clear(): void {
    if (this.count > LINEAR) {
      this.byIdentity.clear();
      this.items.length = 0;
    }
    this.count = this.last = 0;
  }

  /** The index of an equal item; -1 when there is none, and then this one takes the next index, if any is left. */
  define(item: T): number {
    const { items, byIdentity, same, identity, last, count } = this;
    if (last < count && same(items[last]!, item)) return last;
    if (count <= LINEAR) {
      for (let i = 0; i < count; i++) if (same(items[i]!, item)) return (this.last = i);
      if (count === LINEAR) for (const [i, each] of items.entries()) byIdentity.set(identity(each!), i);
    } else {
      const index = byIdentity.get(identity(item));
      if (index !== undefined) return (this.last = index);
    }
    if (count >= LINEAR && count < TABLE_ENTRIES) byIdentity.set(identity(item), count);
    if (count < TABLE_ENTRIES) items[this.count++] = item;
    return -1;
  }
}

/** Texts, for the text table. */
export function textLookup(): Lookup<string> {
  return new Lookup((a, b) => a === b, seeded);
}

/** Sequences of keys, for the shape table. */
export function shapeLookup(): Lookup<readonly string[]> {
  return new Lookup((a, b) => a.length === b.length && a.every((key, i) => key === b[i]), shapeIdentity);
}

/** A string that is equal for equal sequences of keys and differs for others. */
function shapeIdentity(keys: readonly string[]): string {
  return keys.map((key) => `${key.length}:${key}`).join();
}
