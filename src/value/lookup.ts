/**
 * The writer's side of a value's table: from a text, or a sequence of keys, to the index that it took. [VALUE-22]
 *
 * A chained hash over a few characters. Items are numbered over all values, so that emptying the table is raising `origin`:
 * what came before it is not there. Who chooses texts that fall into one chain gets a Map, whose hash is seeded, after
 * `STEPS` of them.
 */
import { seeded } from './keys.ts';
import { PREFIX_CHARACTERS, TABLE_ENTRIES } from './kinds.ts';

const BUCKETS = 512;
const STEPS = 48;
/** Of the bits of what is known: a false hit is one in 70 for a value of 30 fields. */
const WORDS = 64;
/** Beyond so many items the buckets are wiped, long before their numbers leave 32 bits. */
const NUMBERS = 1 << 30;

/** Items that were there before, in their order. */
export interface Known<T> {
  readonly items: readonly T[];
  readonly hashes: readonly number[];
  /** A set bit for each hash: what finds none is not among them. */
  readonly bits: Int32Array;
  /** Of texts: the indices of those that others may begin as. */
  readonly long: readonly number[];
}

export class Lookup<T> {
  /** How many items are there. */
  size = 0;
  private readonly items: (T | undefined)[] = [];
  /** By item: its hash, so that hardly ever two items are compared that differ. */
  private readonly hashes: number[] = [];
  /** By bucket: the number of the item that came last; up to `origin` where there is none. */
  private readonly heads = new Int32Array(BUCKETS);
  /** By item: what was its bucket's head before. */
  private readonly next: number[] = [];
  private origin = 0;
  /** The first items, which are in no chain: most values define keys and refer to none. */
  private waiting: Known<T> | undefined;
  declare private byIdentity: Map<string, number> | undefined;
  declare private readonly same: (a: T, b: T) => boolean;
  declare private readonly identity: (item: T) => string;

  /** @param identity a string that is equal for equal items, differs for others, and spells no array index. */
  constructor(same: (a: T, b: T) => boolean, identity: (item: T) => string) {
    this.same = same;
    this.identity = identity;
  }

  clear(): void {
    const { items, size } = this;
    if (size > BUCKETS) items.length = this.hashes.length = this.next.length = 0;
    else for (let i = this.waiting?.items.length ?? 0; i < size; i++) items[i] = undefined;
    this.waiting = undefined;
    if ((this.origin += size) > NUMBERS) this.heads.fill((this.origin = 0));
    this.size = 0;
    this.byIdentity = undefined;
  }

  /**
   * The index of an equal item, `hash` being a whole number that is equal for equal items, below 2^30; when there is none,
   * -1 less the index that this one takes, if any is left.
   */
  define(item: T, hash: number): number {
    const { items, hashes, origin, waiting, byIdentity } = this;
    if (byIdentity !== undefined) return this.seek(item, hash, byIdentity);
    if (waiting !== undefined && (waiting.bits[(hash >> 5) & (WORDS - 1)]! >> hash) & 1) {
      const found = this.among(waiting, item, hash);
      if (found >= 0) return found;
    }
    let steps = 0;
    for (let at = this.heads[hash & (BUCKETS - 1)]! - origin; at > 0; at = this.next[at - 1]! - origin) {
      if (hashes[at - 1] === hash && this.same(items[at - 1]!, item)) return at - 1;
      if (++steps > STEPS) return this.seek(item, hash, (this.byIdentity = this.index()));
    }
    return this.add(item, hash);
  }

  /** The item with this index. */
  at(index: number): T {
    return this.waiting?.items[index] ?? this.items[index]!;
  }

  /** Has these, in an empty table. */
  recall(known: Known<T>): void {
    this.waiting = known;
    this.size = known.items.length;
  }

  /** What the table has, to be recalled. */
  known(): Known<T> {
    const items = this.items.slice(0, this.size) as T[];
    const hashes = this.hashes.slice(0, this.size);
    const bits = new Int32Array(WORDS);
    for (const hash of hashes) bits[(hash >> 5) & (WORDS - 1)]! |= 1 << hash;
    const long = items.flatMap((item, i) =>
      typeof item === 'string' && item.length >= PREFIX_CHARACTERS ? i : [],
    );
    return { items, hashes, bits, long };
  }

  /** Of a few: to look through them takes less than to put them into the chains. */
  private among({ items, hashes }: Known<T>, item: T, hash: number): number {
    return hashes.includes(hash) ? items.findIndex((each) => this.same(each, item)) : -1;
  }

  /** Adds an item that is not there. */
  add(item: T, hash: number): number {
    const { size } = this;
    if (size < TABLE_ENTRIES) {
      const bucket = hash & (BUCKETS - 1);
      this.items[size] = item;
      this.hashes[size] = hash;
      this.next[size] = this.heads[bucket]!;
      this.heads[bucket] = this.origin + ++this.size;
    }
    return -1 - size;
  }

  private index(): Map<string, number> {
    const map = new Map<string, number>();
    for (let i = 0; i < this.size; i++) map.set(this.identity(this.at(i)), i);
    return map;
  }

  private seek(item: T, hash: number, map: Map<string, number>): number {
    const id = this.identity(item);
    const found = map.get(id);
    if (found !== undefined) return found;
    if (this.size < TABLE_ENTRIES) map.set(id, this.size);
    return this.add(item, hash);
  }
}

/** Texts, for the text table. */
export function textLookup(): Lookup<string> {
  return new Lookup((a, b) => a === b, seeded);
}

/** Sequences of keys, for the shape table. */
export function shapeLookup(): Lookup<readonly string[]> {
  return new Lookup(sameKeys, JSON.stringify);
}

/** Whether two sequences of keys are one. */
export function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Of the first key, the last, and how many there are. */
export function hashKeys(keys: readonly string[]): number {
  return (31 * hashText(keys[0]!) + hashText(keys.at(-1)!) + keys.length) & 0x3fff_ffff;
}

/** How many ASCII characters two texts begin with alike. */
export function sharedStart(a: string, b: string): number {
  let i = 0;
  for (; i < a.length; i++) {
    const unit = a.charCodeAt(i);
    if (unit > 0x7f || unit !== b.charCodeAt(i)) break;
  }
  return i;
}

/**
 * The texts of a text table by how they begin. Chains as those of `Lookup`, but of all texts, the latest first: the first one
 * that begins alike is the one asked for.
 */
export class Starts {
  private readonly texts: Lookup<string>;
  private readonly heads = new Int32Array(BUCKETS);
  private readonly next: number[] = [];
  private origin = 0;
  private latest: Map<string, number> | undefined;

  constructor(texts: Lookup<string>) {
    this.texts = texts;
  }

  /** To be called before the texts are cleared. */
  clear(): void {
    if ((this.origin += this.texts.size) > NUMBERS) this.heads.fill((this.origin = 0));
    this.latest = undefined;
  }

  /**
   * The index of the latest text that may begin as this one does, -1 when none does; `index` is the one that this text took,
   * `bucket` its `hashStart`. [CANON-7]
   */
  define(text: string, index: number, bucket: number = hashStart(text)): number {
    if (bucket < 0) return -1;
    const { heads, origin } = this;
    const last = heads[bucket]!;
    const found = last > origin ? this.find(text, last, index) : -1;
    if (index < TABLE_ENTRIES) {
      if (this.latest !== undefined) this.latest.set(startOf(text), index);
      this.next[index] = last;
      heads[bucket] = origin + index + 1;
    }
    return found;
  }

  /** Has these, with the texts. */
  recall(known: Known<string>): void {
    for (const index of known.long) this.define(known.items[index]!, index);
  }

  private find(text: string, last: number, index: number): number {
    const { origin, texts, next } = this;
    let steps = this.latest === undefined ? 0 : STEPS;
    for (let at = last - origin; at > 0; at = next[at - 1]! - origin) {
      if (sharedStart(text, texts.at(at - 1)) >= PREFIX_CHARACTERS) return at - 1;
      if (++steps > STEPS) return (this.latest ??= this.index(index)).get(startOf(text)) ?? -1;
    }
    return -1;
  }

  private index(end: number): Map<string, number> {
    const map = new Map<string, number>();
    for (let i = 0; i < end; i++) map.set(startOf(this.texts.at(i)), i);
    return map;
  }
}

function startOf(text: string): string {
  return seeded(text.slice(0, PREFIX_CHARACTERS));
}

/** From four of the first characters; -1 where no text begins alike: it is shorter than that, or not ASCII there. */
function hashStart(text: string): number {
  if (text.length < PREFIX_CHARACTERS || text.charCodeAt(7) > 0x7f) return -1;
  return mixStart(text.charCodeAt(0), text.charCodeAt(3), text.charCodeAt(5), text.charCodeAt(7));
}

/** The `hashStart` of an ASCII text of which these are the characters 0, 3, 5 and 7: bytes are read faster (values a, encode: 1.07x). */
export function mixStart(a: number, b: number, c: number, d: number): number {
  return (a + 961 * b + 29_791 * c + 31 * d) & (BUCKETS - 1);
}

/** From the length and four characters; 0 for the empty text and one of one character. */
export function hashText(text: string): number {
  const { length } = text;
  const ends = text.charCodeAt(length - 1) + 31 * text.charCodeAt(length - 2);
  return (
    (ends + 961 * text.charCodeAt(length >> 1) + 29_791 * (text.charCodeAt(0) + 31 * length)) & 0x3fff_ffff
  );
}
