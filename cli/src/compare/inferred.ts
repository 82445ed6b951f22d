/** A document in protobuf by a schema that is inferred from it: to a message, and the check that it comes back. */
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
import { fromJson, Value } from 'petrel/protojson';
import type { Encodable, Entries } from 'petrel/value';
import { inferMessage, type FieldPlan, type MessagePlan, type Plan } from './infer.ts';
import { holdsMessage } from './check.ts';
import { protoText } from './proto-text.ts';
import { anyJson, isNothing, LIMITS, numberOf, pairsOf, partsOf, propertyOf, type Bag } from './members.ts';
import { shapeOf } from './shapes.ts';

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

/**
 * Infers a schema, encodes the document by it, and checks that what is decoded is the document, but for what is counted.
 * @throws Error when it is not, which is a fault of this program.
 */
export function encodeInferred(document: Encodable): Inferred {
  const plan = inferMessage(shapeOf(document));
  const writer = new Converter();
  const bytes = encodePlanned(plan, new Types().of(plan), writer, document);
  const { absent, texts, mixed } = writer;
  return { bytes, proto: protoText(plan), absent, texts, mixed };
}

/**
 * Infers one schema for objects, of which there is at least one, and encodes each by it.
 * @returns the length of each.
 * @throws as `encodeInferred`
 */
export function sizesAlike(objects: readonly Entries[]): readonly number[] {
  const plan = inferMessage(shapeOf(objects).element!);
  const type = new Types().of(plan);
  const writer = new Converter();
  return objects.map((each) => encodePlanned(plan, type, writer, each).length);
}

function encodePlanned(plan: MessagePlan, type: MessageType, writer: Converter, value: Encodable): Uint8Array {
  const bytes = encodeMessage(type, writer.message(plan, value, 0));
  const back = decodeMessage(type, bytes, { limits: LIMITS });
  if (!holdsMessage(plan, value, back as Bag, 0)) throw new Error('the document does not come back from protobuf');
  return bytes;
} // prettier-ignore

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

class Converter {
  absent = 0;
  texts = 0;
  mixed = 0;

  message(plan: MessagePlan, value: Encodable, depth: number): Bag {
    const parts = partsOf(plan, value, depth);
    const out: Record<string, unknown> = {};
    this.absent += parts.absent;
    for (const { property, plan: each, value: member } of parts.fields)
      if (member !== undefined) out[property] = this.value(each, member, parts.depth);
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
