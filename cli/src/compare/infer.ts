/**
 * A protobuf schema for a document that has none: keys become fields in the order in which they first appear. An integer
 * field has the type of the fewest bytes, a field that every object has needs no presence of its own, an object of
 * many keys and like values is a map. What protobuf has no type for is a `google.protobuf.Value`.
 */
import { merge, Shape, type IntegerCosts } from './shapes.ts';

/** What a value becomes. */
export type Plan =
  | { readonly kind: 'scalar'; readonly type: 'bool' | 'double' | 'string' | keyof IntegerCosts }
  /** Numbers that no type holds, and what is nested too deep: their JSON as a string. */
  | { readonly kind: 'text' }
  /** Anything: a `google.protobuf.Value`. */
  | { readonly kind: 'any' }
  | MessagePlan
  | { readonly kind: 'map'; readonly value: SinglePlan }
  | { readonly kind: 'list'; readonly element: SinglePlan };

/** What can be an element of a list: a list or a map is not, but for in a message. */
type SinglePlan = Exclude<Plan, { readonly kind: 'map' | 'list' }>;

export interface MessagePlan {
  readonly kind: 'message';
  /** A name of its own among the messages of the schema. */
  readonly name: string;
  readonly fields: readonly FieldPlan[];
  /** It is no object of the document: its one field holds what is not. */
  readonly wraps: boolean;
}

export interface FieldPlan {
  readonly no: number;
  /** The key in the document. */
  readonly key: string;
  /** The name in the schema. */
  readonly name: string;
  readonly plan: Plan;
  /** Every object has it, so that absent and default are the same. */
  readonly always: boolean;
}

/** Larger objects of like values are dictionaries, as for the costs of fields. */
const LARGEST_OBJECT = 32;
/** Field numbers that protobuf keeps for itself. */
const RESERVED = { first: 19_000, count: 1000 };
const LONGEST_NAME = 40;

/** The field of what is no object, in the message that stands around it. */
const ALONE = 'value';

/** The message for documents of that shape: what is no object is its only field. */
export function inferMessage(shape: Shape): MessagePlan {
  const inferrer = new Inferrer();
  const plan = inferrer.plan(shape, 'Document');
  return plan?.kind === 'message' && !plan.wraps ? plan : inferrer.around('Documents', plan);
}

class Inferrer {
  /** Names that are taken. */
  private readonly names = new Set<string>();

  /** Undefined where there are only nulls and empty arrays. */
  plan(shape: Shape, name: string): Plan | undefined {
    const { kinds, big } = shape;
    const [kind, ...others] = kinds;
    const isNumber = kinds.size === 2 && kinds.has('int') && kinds.has('float');
    if (isNumber && !big) return { kind: 'scalar', type: 'double' };
    if (kind === undefined) return undefined;
    if (others.length > 0) return { kind: 'any' };
    switch (kind) {
      case 'bool':
        return { kind: 'scalar', type: 'bool' };
      case 'text':
        return { kind: 'scalar', type: 'string' };
      case 'float':
        return { kind: 'scalar', type: 'double' };
      case 'int':
        return { kind: 'scalar', type: cheapest(shape.costs) };
      case 'exact':
      case 'deep':
        return { kind: 'text' };
      case 'array':
        return this.list(shape, name);
      default:
        return this.map(shape, name) ?? this.message(shape, name);
    }
  }

  /** A message with one field. */
  around(name: string, plan: Plan | undefined): MessagePlan {
    const fields = plan === undefined ? [] : [{ no: 1, key: ALONE, name: ALONE, plan, always: false }];
    return { kind: 'message', name: this.named(name), fields, wraps: true };
  }

  private list({ element, hasNull }: Shape, name: string): Plan | undefined {
    if (hasNull) return { kind: 'list', element: { kind: 'any' } };
    if (element === undefined || element.count === 0) return undefined;
    // Of empty lists alone nothing is known.
    return { kind: 'list', element: this.single(this.plan(element, name) ?? { kind: 'any' }, name) };
  }

  private single(plan: Plan, name: string): SinglePlan {
    if (plan.kind === 'list') return this.around(`${name}List`, plan);
    return plan.kind === 'map' ? this.around(`${name}Map`, plan) : plan;
  }

  /** For objects of many keys whose values are alike. */
  private map({ largest, members }: Shape, name: string): Plan | undefined {
    if (largest <= LARGEST_OBJECT) return undefined;
    const all = new Shape();
    for (const { shape } of members.values()) merge(all, shape);
    const value = this.plan(all, name);
    if (value === undefined || value.kind === 'any') return undefined;
    return { kind: 'map', value: this.single(value, name) };
  }

  private message({ members, objects }: Shape, name: string): MessagePlan {
    const own = this.named(name);
    const taken = new Set(Array.from(members.values(), ({ key }) => key));
    const fields: FieldPlan[] = [];
    for (const { key, shape } of members.values()) {
      const plan = this.plan(shape, camel(key));
      if (plan === undefined) continue;
      const fieldName = isName(key) ? key : unused(identifier(key), taken);
      taken.add(fieldName);
      fields.push({
        no: numberOf(fields.length),
        key,
        name: fieldName,
        plan,
        always: shape.count === objects,
      });
    }
    return { kind: 'message', name: own, fields, wraps: false };
  }

  private named(name: string): string {
    const own = unused(name, this.names);
    this.names.add(own);
    return own;
  }
}

/** int64 where nothing is smaller: it is the usual one. */
function cheapest({ int64, sint64, uint64 }: IntegerCosts): keyof IntegerCosts {
  const least = Math.min(int64, sint64, uint64);
  return int64 === least ? 'int64' : uint64 === least ? 'uint64' : 'sint64';
}

function numberOf(index: number): number {
  return index + 1 < RESERVED.first ? index + 1 : index + 1 + RESERVED.count;
}

function isName(key: string): boolean {
  return /^[A-Za-z]\w*$/.test(key) && key.length <= LONGEST_NAME;
}

function identifier(key: string): string {
  const letters = key
    .slice(0, LONGEST_NAME)
    .replaceAll(/\W+/g, '_')
    .replaceAll(/^[\d_]+|_+$/g, '');
  return letters === '' ? 'field' : letters;
}

/** A message's name after a key's. */
function camel(key: string): string {
  return identifier(key).replaceAll(/(?:^|_+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function unused(name: string, taken: ReadonlySet<string>): string {
  let own = name;
  for (let i = 2; taken.has(own); i++) own = `${name}_${i}`;
  return own;
}
