/**
 * A conversation in protobuf: a message type for each command, for its reply and for each push, inferred from all that were
 * said; each item is `message Said { oneof said { ... } }` behind its length.
 */
import type { FrameBody } from 'petrel';
import { errorIn } from 'petrel/conversation';
import { Entries, Float, type Encodable } from 'petrel/value';
import { varintLength } from 'petrel/wire';
import { sizesAlike } from './inferred.ts';
import { plain } from './plain.ts';

/** What waits for its schema. More is not held, and then nothing is priced. */
const MOST_BYTES = 32 << 20;
const MOST_ITEMS = 1 << 18;
const TYPES = 1000;
/** Commands of more arguments have them as a list. */
const MOST_FIELDS = 8;

interface Held {
  /** Which write it is of. */
  readonly write: number;
  readonly object: Entries;
}

export class Schemas {
  private readonly types = new Map<string, Held[]>();
  private bytes = 0;
  private items = 0;

  /** Whether there was more than could be held. */
  get isFull(): boolean {
    return this.bytes > MOST_BYTES || this.items > MOST_ITEMS;
  }

  /**
   * @param name of the item's type
   * @param size of the item, of which memory is a small multiple
   */
  add(name: string, body: FrameBody, size: number, write: number): void {
    this.bytes += size;
    this.items++;
    if (this.isFull) this.types.clear();
    else this.listOf(name).push({ write, object: objectOf(body) });
  }

  private listOf(name: string): Held[] {
    const key = this.types.has(name) || this.types.size < TYPES ? name : '(others)';
    let list = this.types.get(key);
    if (list === undefined) this.types.set(key, (list = []));
    return list;
  }

  /** The sizes of all writes, by their numbers; undefined where there was too much. */
  sizes(writes: number): readonly number[] | undefined {
    if (this.isFull) return undefined;
    const sums = Array.from({ length: writes }, () => 0);
    // the types that are said most have the numbers of one byte
    const byCount = [...this.types.values()].toSorted((a, b) => b.length - a.length);
    for (const [i, list] of byCount.entries()) {
      const tag = varintLength((i + 1) << 3);
      const lengths = sizesAlike(list.map(({ object }) => object));
      for (const [k, { write }] of list.entries()) {
        const inner = tag + varintLength(lengths[k]!) + lengths[k]!;
        sums[write]! += varintLength(inner) + inner;
      }
    }
    return sums;
  }
}

/** An item as an object of named members. */
function objectOf(body: FrameBody): Entries {
  if (body.kind === 'REPLY' || body.kind === 'PART')
    return new Entries([errorIn(body) === undefined ? 'value' : 'error'], [fillerFor(plain(body.value))]);
  const args = 'args' in body ? body.args.map((each) => fillerFor(plain(each))) : [];
  if (args.length > MOST_FIELDS) return new Entries(['all'], [args]);
  return new Entries(
    args.map((_, i) => `arg${i + 1}`),
    args,
  );
}

/** Another double, where JSON has no such number. */
const DOUBLE = new Float(0.1);

/**
 * Schemas are inferred from JSON's values. So bytes become a text of their length, since in protobuf a string takes what `bytes`
 * take, and infinities and NaN another double.
 */
function fillerFor(value: Encodable): Encodable {
  if (value instanceof Float) return Number.isFinite(value.value) ? value : DOUBLE;
  if (value instanceof Uint8Array) return 'x'.repeat(value.length);
  if (Array.isArray(value)) return (value as readonly Encodable[]).map(fillerFor);
  return value instanceof Entries ? new Entries(value.keys, value.values.map(fillerFor)) : value;
}
