/** What an inspection answers: rows, in the order of the bytes. */
import type { PathStep, ProtocolError } from '../wire/errors.ts';
import type { ValueKind } from '../value/kinds.ts';

/**
 * What a row shows: a frame's first byte, its length varint, a field of its payload, a value's kind; `hidden` stands for
 * a secret, `unread` for bytes that a fault left unread, `fault` for the fault itself.
 */
export type RowKind =
  | 'frame'
  | 'length'
  | 'field'
  | 'hidden'
  | 'unread'
  | 'fault'
  | ValueKind
  | WireKind
  | RespKind;

/** What a row of a protobuf message shows: a field by its wire type, or the tag that ends a group. */
export type WireKind = 'varint' | 'fixed64' | 'delimited' | 'group' | 'group end' | 'fixed32';

/** What a row of RESP shows: a token by its type. */
export type RespKind =
  | 'inline command'
  | 'simple string'
  | 'simple error'
  | 'integer'
  | 'bulk string'
  | 'array'
  | 'null'
  | 'boolean'
  | 'double'
  | 'big number'
  | 'bulk error'
  | 'verbatim string'
  | 'map'
  | 'attribute'
  | 'set'
  | 'push'
  | 'chunk'
  | 'end';

/**
 * One item of the input. Every byte is in exactly one row: a value that holds others has a row for its head, and a row
 * for each of them after it. Only faults have no bytes of their own.
 */
export interface Row {
  readonly kind: RowKind;
  /** Offset of the first byte in the input; with `inflated`, in what the PACK before inflates to. */
  readonly offset: number;
  /** How many bytes the row stands for; 0 for a fault. */
  readonly length: number;
  /** How many of them, from the first, are the item's head: the byte that says its kind, and the number after it. */
  readonly head: number;
  /** The bytes: a view of the input; none for a fault and a secret. Of `unread` bytes it may hold the first ones only. */
  readonly bytes: Uint8Array;
  /** Nesting: 0 for frames, 1 for their fields. */
  readonly depth: number;
  /** Where the item stands in what holds it: `request id`, `args[0]`, `key 1`, the key of a value. */
  readonly label: string;
  /** What the bytes say. Holds no raw control character. */
  readonly meaning: string;
  /** The rule of PROTOCOL.md that describes the item, without brackets. */
  readonly rule: string | undefined;
  /** Whether the bytes are not the input's but lie, inflated, in the PACK before. */
  readonly inflated: boolean;
  /** For kind `fault`: what is wrong, and where. */
  readonly fault: ProtocolError | undefined;
  /** Steps from the frame, or from the value that stands alone, to the item. Made when asked for. */
  readonly path: readonly PathStep[];
}

/** A chain of steps that rows share: a path of its own for each row of a deep value would be quadratic. */
export interface Place {
  readonly parent: Place | undefined;
  readonly steps: readonly PathStep[];
}

/** The steps from the outermost place to this one. */
export function pathOf(place: Place | undefined): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let at = place; at !== undefined; at = at.parent) {
    for (let i = at.steps.length - 1; i >= 0; i--) steps.push(at.steps[i]!);
  }
  return steps.toReversed();
}
