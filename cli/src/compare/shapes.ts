/** What the values of a document look like, path by path: the ground on which a schema is inferred. */
import { varintLength } from 'petrel/wire';
import { Decimal, Entries, Float, type Encodable } from 'petrel/value';

/** What a value is, to a schema; `exact`: a number that neither 64 bits nor a double hold; `deep`: nested too deep. */
export type Kind = 'bool' | 'int' | 'float' | 'exact' | 'text' | 'object' | 'array' | 'deep';

/** Deeper values are told as text: decoders take a hundred levels of messages, and a level of a Value is up to three. */
const DEEPEST = 30;

const INT64_END = 2n ** 63n;
const UINT64_END = 2n ** 64n;

/** The integer types, each with what all values would take; Infinity where one does not fit. */
export interface IntegerCosts {
  int64: number;
  sint64: number;
  uint64: number;
}

/** All the values at one path, nulls left out. */
export class Shape {
  count = 0;
  readonly kinds: Set<Kind> = new Set();
  readonly costs: IntegerCosts = { int64: 0, sint64: 0, uint64: 0 };
  /** Whether an integer is beyond 2^53. */
  big = false;
  /** Objects: how many, the keys of the largest, and their members in the order in which they first appear. */
  objects = 0;
  largest = 0;
  readonly members: Map<string, Member> = new Map();
  /** Of arrays. */
  element: Shape | undefined;
  /** Whether an array holds a null. */
  hasNull = false;
}

/** A key of objects. */
export interface Member {
  readonly key: string;
  readonly shape: Shape;
}

/** The shape of a whole document. */
export function shapeOf(value: Encodable): Shape {
  const shape = new Shape();
  observe(shape, value, 0);
  return shape;
}

function observe(shape: Shape, value: Encodable, depth: number): void {
  if (value === null) return;
  const kind = kindOf(value, depth);
  shape.count++;
  shape.kinds.add(kind);
  if (kind === 'int') addInteger(shape, BigInt(value as number | bigint));
  else if (kind === 'object') addObject(shape, value as Entries, depth);
  else if (kind === 'array') addArray(shape, value as readonly Encodable[], depth);
}

/** What a value is at that depth. */
export function kindOf(value: Encodable, depth: number): Kind {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'int';
  if (typeof value === 'bigint') return value >= -INT64_END && value < UINT64_END ? 'int' : 'exact';
  if (value instanceof Float) return 'float';
  if (value instanceof Decimal) return 'exact';
  if (depth >= DEEPEST) return 'deep';
  if (value instanceof Entries) return 'object';
  if (Array.isArray(value)) return 'array';
  throw new TypeError('only what JSON can say is priced');
}

function addInteger(shape: Shape, value: bigint): void {
  const { costs } = shape;
  shape.big ||= !Number.isSafeInteger(Number(value));
  costs.int64 += value < INT64_END ? lengthOf(BigInt.asUintN(64, value)) : Infinity;
  costs.sint64 += value < INT64_END ? lengthOf(value < 0n ? -2n * value - 1n : 2n * value) : Infinity;
  costs.uint64 += value >= 0n ? lengthOf(value) : Infinity;
}

/** Bytes of a varint. */
function lengthOf(value: bigint): number {
  return value < 2n ** 53n ? varintLength(Number(value)) : Math.ceil(value.toString(2).length / 7);
}

function addObject(shape: Shape, entries: Entries, depth: number): void {
  shape.objects++;
  shape.largest = Math.max(shape.largest, entries.size);
  for (const [key, value] of entries) observe(memberOf(shape, key as string).shape, value, depth + 1);
}

/** Keys as the map holds them begin with a letter: V8 hashes texts that spell integers without a seed. */
function memberOf({ members }: Shape, key: string): Member {
  let member = members.get(`k${key}`);
  if (member === undefined) members.set(`k${key}`, (member = { key, shape: new Shape() }));
  return member;
}

function addArray(shape: Shape, values: readonly Encodable[], depth: number): void {
  shape.element ??= new Shape();
  for (const value of values) {
    shape.hasNull ||= value === null;
    observe(shape.element, value, depth + 1);
  }
}

/** Adds what `from` saw to `into`. */
export function merge(into: Shape, from: Shape): void {
  into.count += from.count;
  for (const kind of from.kinds) into.kinds.add(kind);
  for (const name of Object.keys(from.costs) as (keyof IntegerCosts)[]) into.costs[name] += from.costs[name];
  into.big ||= from.big;
  into.objects += from.objects;
  into.largest = Math.max(into.largest, from.largest);
  into.hasNull ||= from.hasNull;
  for (const { key, shape } of from.members.values()) merge(memberOf(into, key).shape, shape);
  if (from.element !== undefined) merge((into.element ??= new Shape()), from.element);
}
