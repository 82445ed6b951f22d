/** A document in protobuf by a schema that is inferred from it: to a message, and the check that it comes back. */
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'petrel/json';
import {
  decodeMessage,
  encodeMessage,
  field,
  map,
  message,
  repeated,
  type Field,
  type MessageType,
} from 'petrel/message';
import { fromJson, toJson, Value, type JsonValue } from 'petrel/protojson';
import { Entries, Float, type Encodable } from 'petrel/value';
import { inferMessage, type FieldPlan, type MessagePlan, type Plan } from './infer.ts';
import { protoText } from './proto-text.ts';
import { kindOf, shapeOf } from './shapes.ts';

/** A document in protobuf, what it left out, and the schema that its reader needs besides. */
export interface Inferred {
  readonly bytes: Uint8Array;
  /** The schema as a `.proto` file. */
  readonly proto: string;
  /** Members that are null or an empty array, which protobuf leaves out. */
  readonly absent: number;
  /** Numbers and deep parts that are written as texts, their JSON. */
  readonly texts: number;
  /** Values that are a `google.protobuf.Value` because what stands there is of several types. */
  readonly mixed: number;
}

type Bag = { readonly [key: string]: unknown };

/** As deep as messages can be. */
const LIMITS = { maxDepth: 1000, maxElements: 0xffff_ffff };

/**
 * Infers a schema, encodes the document by it, and checks that what is decoded is the document, but for what is counted.
 * @throws Error when it is not, which is a fault of this program.
 */
export function encodeInferred(document: Encodable): Inferred {
  const plan = inferMessage(shapeOf(document));
  const type = new Types().of(plan);
  const writer = new Converter();
  const bytes = encodeMessage(type, writer.message(plan, document, 0));
  const back = decodeMessage(type, bytes, { limits: LIMITS });
  if (!holdsMessage(plan, document, back as Bag, 0))
    throw new Error('the document does not come back from protobuf');
  const { absent, texts, mixed } = writer;
  return { bytes, proto: protoText(plan), absent, texts, mixed };
}

/** The property of a field; keys of documents stay out of objects. */
const propertyOf = ({ no }: FieldPlan): string => `f${no}`;

/** Message types of plans, one each. */
class Types {
  private readonly made = new Map<MessagePlan, MessageType>();

  of(plan: MessagePlan): MessageType {
    let type = this.made.get(plan);
    if (type === undefined) {
      const fields = Object.fromEntries(plan.fields.map((each) => [propertyOf(each), this.field(each)]));
      this.made.set(plan, (type = message(plan.name, fields)));
    }
    return type;
  }

  private field({ no, plan, always }: FieldPlan): Field {
    if (plan.kind === 'list') return repeated(no, this.single(plan.element));
    if (plan.kind === 'map') return map(no, 'string', this.single(plan.value));
    return field(no, this.single(plan), { optional: !always });
  }

  private single(plan: Plan): Field['type'] {
    switch (plan.kind) {
      case 'scalar':
        return plan.type;
      case 'any':
        return Value;
      case 'message':
        return this.of(plan);
      default:
        return 'string';
    }
  }
}

/** Members of an object as the plan's fields have them; of what is no object, itself. */
function membersOf({ wraps, fields }: MessagePlan, value: Encodable): ReadonlyMap<string, Encodable> {
  return new Map(wraps ? fields.map(({ key }) => [key, value]) : pairsOf(value));
}

/** The members of an object, keys and values. */
function pairsOf(value: Encodable): [string, Encodable][] {
  return [...(value as Entries)] as [string, Encodable][];
}

/** What a field need not say. */
function isNothing(value: Encodable | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** A wrapper is no level of the document. */
function inside({ wraps }: MessagePlan, depth: number): number {
  return wraps ? depth : depth + 1;
}

class Converter {
  absent = 0;
  texts = 0;
  mixed = 0;

  message(plan: MessagePlan, value: Encodable, depth: number): Bag {
    const members = membersOf(plan, value);
    const out: Record<string, unknown> = {};
    for (const each of members.values()) if (isNothing(each) && !plan.wraps) this.absent++;
    for (const each of plan.fields) {
      const member = members.get(each.key);
      if (isNothing(member)) continue;
      out[propertyOf(each)] = this.value(each.plan, member!, inside(plan, depth));
    }
    return out;
  }

  private value(plan: Plan, value: Encodable, depth: number): unknown {
    switch (plan.kind) {
      case 'scalar':
        return plan.type === 'double' ? numberOf(value) : value;
      case 'text':
        this.texts++;
        return stringify(value);
      case 'any':
        this.mixed++;
        return fromJson(
          Value,
          anyJson(value, depth, () => this.texts++),
          { maxDepth: LIMITS.maxDepth },
        );
      case 'message':
        return this.message(plan, value, depth);
      case 'list':
        return (value as readonly Encodable[]).map((element) => this.value(plan.element, element, depth + 1));
      default:
        return this.map(plan.value, value, depth + 1);
    }
  }

  private map(plan: Plan, entries: Encodable, depth: number): Bag {
    const out: [string, unknown][] = [];
    for (const [key, value] of pairsOf(entries)) {
      if (isNothing(value)) this.absent++;
      else out.push([key, this.value(plan, value, depth)]);
    }
    return Object.fromEntries(out);
  }
}

function numberOf(value: Encodable): number {
  return value instanceof Float ? value.value : Number(value);
}

/** What a Value says: numbers are doubles, others texts. */
function anyJson(value: Encodable, depth: number, told: () => void): JsonValue {
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

function holdsMessage(plan: MessagePlan, value: Encodable, found: Bag, depth: number): boolean {
  const members = membersOf(plan, value);
  const planned = plan.fields.every((each) => {
    const member = members.get(each.key);
    const there = found[propertyOf(each)];
    return isNothing(member) ? isEmpty(there) : holds(each.plan, member!, there, inside(plan, depth));
  });
  const keys = new Set(plan.fields.map(({ key }) => key));
  return planned && [...members].every(([key, member]) => keys.has(key) || isNothing(member));
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
