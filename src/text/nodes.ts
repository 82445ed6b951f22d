/**
 * A value between its bytes and its text: every item with the exact bytes of its head, so that neither side loses how it
 * was spelled. The head of a value without content of its own (numbers, null) is the whole item.
 */
import type { Decimal, Float } from '../value/types.ts';

interface Spelled {
  /** The head's bytes. From text: those of the mark, which is read last; undefined without one. */
  head: Uint8Array | undefined;
  /** Offset in the bytes or in the text that it was read from. */
  readonly at: number;
  /** Which default spellings the head differs from: bits of `CANONICAL` and `PLAIN`. */
  differs: number;
}

export interface ScalarNode extends Spelled {
  readonly type: 'scalar';
  readonly value: null | boolean | number | bigint | Float | Decimal;
}

/** A literal or a reference: the head says which. */
interface TextNode extends Spelled {
  readonly type: 'text';
  readonly text: string;
}

interface BytesNode extends Spelled {
  readonly type: 'bytes';
  readonly bytes: Uint8Array;
}

export interface ArrayNode extends Spelled {
  readonly type: 'array';
  readonly items: readonly Node[];
}

/** A map or a record: the head says which. */
export interface MapNode extends Spelled {
  readonly type: 'map';
  /** Undefined for a record that was read from bytes: its keys are not there. */
  readonly keys: readonly Node[] | undefined;
  /** The keys, when all are texts. */
  readonly texts: readonly string[] | undefined;
  readonly values: readonly Node[];
}

interface TaggedNode extends Spelled {
  readonly type: 'tagged';
  readonly tag: number | bigint;
  readonly content: Node;
}

/** A message (`number` is its type) or a value of a reserved kind (`number` is its first byte). */
export interface OpaqueNode extends Spelled {
  readonly type: 'message' | 'reserved';
  readonly number: number | bigint;
  readonly bytes: Uint8Array;
}

export type Node = ScalarNode | TextNode | BytesNode | ArrayNode | MapNode | TaggedNode | OpaqueNode;

/** Bits of `differs`. */
export const CANONICAL = 1;
export const PLAIN = 2;
export type Form = typeof CANONICAL | typeof PLAIN;

/** The texts of keys that are all texts, undefined for others. */
export function textsOf(keys: readonly Node[]): readonly string[] | undefined {
  const texts: string[] = [];
  for (const key of keys) {
    if (key.type !== 'text') return undefined;
    texts.push(key.text);
  }
  return texts;
}
