/** Documents as an inferred schema has them: what both ways share. */
import { stringify } from 'petrel/json';
import type { JsonValue } from 'petrel/protojson';
import { Float, type Encodable, type Entries } from 'petrel/value';
import type { FieldPlan, MessagePlan, Plan } from './infer.ts';
import { kindOf } from './shapes.ts';

/** A message, or a map of one. */
export type Bag = { readonly [key: string]: unknown };

/** As deep as messages can be. */
export const LIMITS: { readonly maxDepth: number; readonly maxElements: number } = {
  maxDepth: 1000,
  maxElements: 0xffff_ffff,
};

/** The property of a field; keys of documents stay out of objects. */
export const propertyOf = ({ no }: FieldPlan): string => `f${no}`;

/** A document's value, taken apart by the plan of a message. */
export interface Parts {
  readonly fields: readonly Part[];
  /** Members that say nothing. */
  readonly absent: number;
  /** Whether every other member has a field. */
  readonly whole: boolean;
  /** How deep the members are. */
  readonly depth: number;
}

interface Part {
  readonly property: string;
  readonly plan: Plan;
  /** Undefined where the document says nothing. */
  readonly value: Encodable | undefined;
}

/** The parts of an object; what is no object is the one field of the message around it, which is no level. */
export function partsOf({ wraps, fields }: MessagePlan, value: Encodable, depth: number): Parts {
  const pairs: [string, Encodable][] = wraps ? fields.map(({ key }) => [key, value]) : pairsOf(value);
  const members = new Map(pairs.map(([key, member]) => [memberKey(key), member]));
  const parts = fields.map((each) => {
    const member = members.get(memberKey(each.key));
    return { property: propertyOf(each), plan: each.plan, value: isNothing(member) ? undefined : member };
  });
  const said = [...members.values()].filter((member) => !isNothing(member)).length;
  return {
    fields: parts,
    absent: wraps ? 0 : members.size - said,
    whole: parts.filter((part) => part.value !== undefined).length === said,
    depth: wraps ? depth : depth + 1,
  };
}

/** Keys as maps hold them begin with a letter: V8 hashes texts that spell integers without a seed. */
function memberKey(key: string): string {
  return `k${key}`;
}

/** The members of an object, keys and values. */
export function pairsOf(value: Encodable): [string, Encodable][] {
  return [...(value as Entries)] as [string, Encodable][];
}

/** What a field need not say. */
export function isNothing(value: Encodable | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** A number as a double. */
export function numberOf(value: Encodable): number {
  return value instanceof Float ? value.value : Number(value);
}

/** What a Value says: numbers are doubles, others texts. */
export function anyJson(value: Encodable, depth: number, told: () => void): JsonValue {
  if (value === null) return null;
  const kind = kindOf(value, depth);
  switch (kind) {
    case 'bool':
    case 'text':
      return value as boolean | string;
    case 'float':
      return numberOf(value);
    case 'int':
      if (Number.isSafeInteger(Number(value))) return Number(value);
      break;
    case 'array':
      return (value as readonly Encodable[]).map((element) => anyJson(element, depth + 1, told));
    case 'object':
      return Object.fromEntries(
        pairsOf(value).map(([key, member]) => [key, anyJson(member, depth + 1, told)]),
      );
    case 'exact':
    case 'deep':
  }
  told();
  return stringify(value);
}
