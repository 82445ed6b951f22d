/**
 * The writer's side of a value's table: from a text, or a sequence of keys, to the index that it took. [VALUE-22]
 *
 * A chained hash over a few characters; emptying it costs as much as was put in, where emptying a Map frees and builds it
 * anew. Who chooses texts that fall into one chain gets a Map, whose hash is seeded, after `STEPS` of them.
 */
import { seeded } from './keys.ts';
import { TABLE_ENTRIES } from './kinds.ts';

const BUCKETS = 512;
const STEPS = 48;

export class Lookup<T> {
  private readonly items: (T | undefined)[] = [];
  private count = 0;
  /** By bucket: 1 + the index of the item that came last; 0 where there is none. */
  private readonly heads = new Int32Array(BUCKETS);
  /** By item: its bucket, and what was its head before. */
  private readonly buckets: number[] = [];
  private readonly next: number[] = [];
  private byIdentity: Map<string, number> | undefined;
  /** What was found last: like objects follow each other. */
  private last = 0;
  private readonly same: (a: T, b: T) => boolean;
  private readonly hash: (item: T) => number;
  private readonly identity: (item: T) => string;

  /** @param identity a string that is equal for equal items, differs for others, and spells no array index. */
  constructor(same: (a: T, b: T) => boolean, hash: (item: T) => number, identity: (item: T) => string) {
    this.same = same;
    this.hash = hash;
    this.identity = identity;
  }

  clear(): void {
    for (let i = 0; i < this.count; i++) {
      this.heads[this.buckets[i]!] = 0;
      this.items[i] = undefined;
    }
    if (this.count > BUCKETS) this.items.length = this.buckets.length = this.next.length = 0;
    this.count = this.last = 0;
    this.byIdentity = undefined;
  }

  /** The index of an equal item; -1 when there is none, and then this one takes the next index, if any is left. */
  define(item: T): number {
    const { items, heads, same, last } = this;
    if (last < this.count && same(items[last]!, item)) return last;
    if (this.byIdentity !== undefined) return this.seek(item, this.byIdentity);
    const bucket = this.hash(item) & (BUCKETS - 1);
    let steps = 0;
    for (let at = heads[bucket]!; at > 0; at = this.next[at - 1]!) {
      if (same(items[at - 1]!, item)) return (this.last = at - 1);
      if (++steps > STEPS) return this.seek(item, (this.byIdentity = this.index()));
    }
    this.add(item, bucket);
    return -1;
  }

  private add(item: T, bucket: number): void {
    if (this.count >= TABLE_ENTRIES) return;
    this.items[this.count] = item;
    this.buckets[this.count] = bucket;
    this.next[this.count] = this.heads[bucket]!;
    this.heads[bucket] = ++this.count;
  }

  private index(): Map<string, number> {
    const map = new Map<string, number>();
    for (let i = 0; i < this.count; i++) map.set(this.identity(this.items[i]!), i);
    return map;
  }

  private seek(item: T, map: Map<string, number>): number {
    const id = this.identity(item);
    const found = map.get(id);
    if (found !== undefined) return (this.last = found);
    if (this.count < TABLE_ENTRIES) map.set(id, this.count);
    this.add(item, 0);
    return -1;
  }
}

/** Texts, for the text table. */
export function textLookup(): Lookup<string> {
  return new Lookup((a, b) => a === b, hashText, seeded);
}

/** Sequences of keys, for the shape table. */
export function shapeLookup(): Lookup<readonly string[]> {
  return new Lookup(
    sameKeys,
    (keys) => 31 * hashText(keys[0]!) + hashText(keys.at(-1)!) + keys.length,
    shapeIdentity,
  );
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** From the length and four characters; NaN, which is bucket 0, for the empty text and one of one character. */
function hashText(text: string): number {
  const { length } = text;
  const ends = text.charCodeAt(length - 1) + 31 * text.charCodeAt(length - 2);
  return ends + 961 * text.charCodeAt(length >> 1) + 29_791 * (text.charCodeAt(0) + 31 * length);
}

/** A string that is equal for equal sequences of keys and differs for others. */
function shapeIdentity(keys: readonly string[]): string {
  return keys.map((key) => `${key.length}:${key}`).join();
}
