/**
 * What values are in JavaScript. Most are plain: null, boolean, number, bigint, string, Uint8Array, arrays, objects. The
 * classes here stand for what plain JavaScript can't say.
 */

/** A value as `decode` answers it. Integers are `number` when safe and `bigint` otherwise; bignums are `bigint`. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Value[]
  | { [key: string]: Value }
  | Entries
  | Float
  | Decimal
  | Tagged
  | Message
  | Opaque;

/** What `encode` takes: everything that `decode` answers, read-only, and JavaScript's own Map and Set. */
export type Encodable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Encodable[]
  | { readonly [key: string]: Encodable | undefined }
  | ReadonlyMap<Encodable, Encodable>
  | ReadonlySet<Encodable>
  | Entries
  | Float
  | Decimal
  | Tagged
  | Message
  | Opaque;

/**
 * A float where a plain number would be written as an integer (`new Float(1)` is 1.0) or where every float is to be kept
 * apart (the `lossless` option).
 */
export class Float {
  declare readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/**
 * An exact decimal: `coefficient * 10 ** exponent`. The coefficient is a whole number, not 0 and not a multiple of ten;
 * at most 10,000 digits; the exponent is within 10,000 of zero. [VALUE-15]
 */
export class Decimal {
  declare readonly coefficient: number | bigint;
  declare readonly exponent: number;
  constructor(coefficient: number | bigint, exponent: number) {
    this.coefficient = coefficient;
    this.exponent = exponent;
  }
}

/** A value under a tag. Registered tags are in `spec/codes.json`; unknown ones come through unchanged. [VALUE-16] */
export class Tagged {
  declare readonly tag: number | bigint;
  declare readonly value: Encodable;
  constructor(tag: number | bigint, value: Encodable) {
    this.tag = tag;
    this.value = value;
  }
}

/** A protobuf-encoded message and its registered type. [VALUE-19] */
export class Message {
  declare readonly type: number | bigint;
  declare readonly bytes: Uint8Array;
  constructor(type: number | bigint, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }
}

/** A value of a reserved kind, FC to FE: kept to be forwarded. [VALUE-20] */
export class Opaque {
  declare readonly kind: number;
  declare readonly bytes: Uint8Array;
  constructor(kind: number, bytes: Uint8Array) {
    this.kind = kind;
    this.bytes = bytes;
  }
}

/**
 * A map as it is on the wire: keys in order, values in the same order. Maps with keys other than texts always come back
 * so, and every map with the option `maps: 'entries'`, which keeps the order that a plain object loses for keys like "7".
 * Float keys are `Float`s in every mode, so that 1 and 1.0 stay two keys.
 */
export class Entries implements Iterable<[Encodable, Encodable]> {
  declare readonly keys: readonly Encodable[];
  declare readonly values: readonly Encodable[];

  /** @throws RangeError when there are not as many values as keys. */
  constructor(keys: readonly Encodable[], values: readonly Encodable[]) {
    if (keys.length !== values.length)
      throw new RangeError(`${keys.length} keys but ${values.length} values`);
    this.keys = keys;
    this.values = values;
  }

  /** From pairs: an array, a Map, or another Entries. */
  static from(pairs: Iterable<readonly [Encodable, Encodable]>): Entries {
    const keys: Encodable[] = [];
    const values: Encodable[] = [];
    for (const [key, value] of pairs) {
      keys.push(key);
      values.push(value);
    }
    return new Entries(keys, values);
  }

  get size(): number {
    return this.keys.length;
  }

  *[Symbol.iterator](): IterableIterator<[Encodable, Encodable]> {
    for (let i = 0; i < this.keys.length; i++) yield [this.keys[i]!, this.values[i]!];
  }
}
