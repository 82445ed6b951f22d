/** Whether a message that was decoded is the document that it was made of. */
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'petrel/json';
import { toJson, Value } from 'petrel/protojson';
import type { Encodable } from 'petrel/value';
import type { MessagePlan, Plan } from './infer.ts';
import { anyJson, isNothing, LIMITS, numberOf, pairsOf, partsOf, type Bag } from './members.ts';

/** Whether the message has every value of the document, nulls and empty arrays aside, and no other. */
export function holdsMessage(plan: MessagePlan, value: Encodable, found: Bag, depth: number): boolean {
  const parts = partsOf(plan, value, depth);
  const held = parts.fields.every(({ property, plan: each, value: member }) => {
    const there = found[property];
    return member === undefined ? isEmpty(there) : holds(each, member, there, parts.depth);
  });
  return held && parts.whole;
}

/** Of a field that the document does not have. */
function isEmpty(found: unknown): boolean {
  return found === undefined || (typeof found === 'object' && Object.keys(found!).length === 0);
}

/** Whether a decoded value is what the document has. */
function holds(plan: Plan, value: Encodable, found: unknown, depth: number): boolean {
  switch (plan.kind) {
    case 'scalar':
      return plan.type === 'double' ? Object.is(found, numberOf(value)) : sameScalar(found, value);
    case 'text':
      return found === stringify(value);
    case 'any':
      return isDeepStrictEqual(
        toJson(Value, found as object, { maxDepth: LIMITS.maxDepth }),
        anyJson(value, depth, () => undefined),
      );
    case 'message':
      return holdsMessage(plan, value, found as Bag, depth);
    case 'list':
      return holdsList(plan.element, value as readonly Encodable[], found as readonly unknown[], depth + 1);
    default:
      return holdsMap(plan.value, value, found as Bag, depth + 1);
  }
}

/** Integers are `number` or `bigint`, by their size. */
function sameScalar(found: unknown, value: Encodable): boolean {
  return (
    found === value || (typeof value === 'bigint' && typeof found === 'number' && BigInt(found) === value)
  );
}

function holdsList(
  plan: Plan,
  values: readonly Encodable[],
  found: readonly unknown[],
  depth: number,
): boolean {
  return values.length === found.length && values.every((each, i) => holds(plan, each, found[i], depth));
}

function holdsMap(plan: Plan, entries: Encodable, found: Bag, depth: number): boolean {
  const full = pairsOf(entries).filter(([, value]) => !isNothing(value));
  return (
    full.length === Object.keys(found).length &&
    full.every(([key, value]) => holds(plan, value, found[key], depth))
  );
}
