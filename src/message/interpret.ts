/**
 * Runs descriptions: one table per message type, made at its first use, one loop for each way. No code is made at run
 * time. What is written ahead of time instead stands behind the same interface.
 */
import { through } from '../wire/errors.ts';
import { fromKey, toKeys } from './keys.ts';
import type { MessageReader } from './reader.ts';
import type {
  EnumType,
  Field,
  FieldOptions,
  Fields,
  Init,
  MapKey,
  MessageType,
  Scalar,
  Shape,
} from './types.ts';
import { UNKNOWN, type WithUnknown } from './unknown.ts';
import { DELIMITED, END_GROUP, FIXED32, FIXED64, START_GROUP, VARINT } from './wire-types.ts';
import type { MessageWriter } from './writer.ts';

type Bag = Record<string, unknown> & WithUnknown;
type Method = Exclude<Scalar, 'bytes'> | 'delimited';

/** A field, resolved. */
interface Plan {
  readonly key: string;
  readonly field: Field;
  /** Of one value. */
  readonly wire: number;
  /** The reader's and the writer's method; undefined for a message. */
  readonly read: Method | 'looseString' | undefined;
  readonly write: Method | undefined;
  readonly type: MessageType<Bag> | undefined;
  /** A closed enum's numbers. */
  readonly known: ReadonlySet<unknown> | undefined;
  /** The other members of its oneof. */
  readonly others: readonly string[];
  readonly zero: unknown;
  /** Absent and `zero` are the same. */
  readonly implicit: boolean;
  /** A map's entry: the message that it is on the wire. */
  readonly entry: MessageType<Bag> | undefined;
}

interface Table {
  readonly plans: readonly Plan[];
  readonly byNumber: ReadonlyMap<number, Plan>;
  readonly required: readonly Plan[];
  readonly Instance: new () => Bag;
}

const NONE: readonly never[] = /* @__PURE__ */ Object.freeze([]);
const NOTHING: object = /* @__PURE__ */ Object.freeze({});
const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Options of a message as a whole. */
export interface MessageOptions {
  /** The extensions are items of a MessageSet. */
  readonly messageSet?: boolean;
}

/**
 * Describes a message. The static type follows from the fields: `Infer<typeof Chat>`.
 * @param name the full name, without a leading dot
 * @param fields by the key of the property; a getter where a message refers to one that is not there yet, itself included
 */
export function message<const F>(name: string, fields: F, options?: MessageOptions): MessageType<Shape<F>> {
  return new Interpreted(name, fields as Fields, options) as unknown as MessageType<Shape<F>>;
}

class Interpreted implements MessageType<Bag> {
  readonly name: string;
  readonly fields: Fields;
  readonly messageSet: boolean;
  private made: Table | undefined;

  constructor(name: string, fields: Fields, options?: MessageOptions) {
    this.name = name;
    this.fields = fields;
    this.messageSet = options?.messageSet === true;
  }

  /** Made at first use, when every message that a getter refers to is there. */
  private get table(): Table {
    return (this.made ??= makeTable(this.fields));
  }

  create(): Bag {
    return new this.table.Instance();
  }

  merge(reader: MessageReader, into: Bag, group = 0): void {
    const { byNumber, required } = this.table;
    let plan: Plan | undefined;
    try {
      for (;;) {
        plan = undefined;
        if (reader.pos === reader.end) {
          if (group > 0) throw reader.truncated();
          break;
        }
        const tag = reader.tag();
        if ((tag & 7) === END_GROUP) {
          reader.endGroup(tag, group);
          break;
        }
        const { start } = reader;
        plan = byNumber.get(tag >>> 3);
        if (plan === undefined || !fits(plan, tag & 7)) reader.skip(tag);
        else if (readField(reader, into, plan, (tag & 7) !== plan.wire)) continue;
        reader.keep(into, start);
      }
    } catch (error) {
      throw plan ? through(indexed(error, into[plan.key]), plan.key) : error;
    }
    for (const { key } of required) if (into[key] === undefined) reader.expect(into, key, this.name);
  }

  write(writer: MessageWriter, from: Init<Bag>): void {
    const source = from as Bag;
    const oneofs = new Map<string, string>();
    for (const plan of this.table.plans) {
      const { key, field } = plan;
      try {
        // A plain object inherits `constructor` and the like.
        const value = key in NOTHING && !Object.hasOwn(source, key) ? undefined : source[key];
        if (value === undefined) {
          if (field.required === true) throw new TypeError(`${this.name} requires it`);
          continue;
        }
        if (field.oneof !== undefined) {
          const other = oneofs.get(field.oneof);
          if (other !== undefined) throw new TypeError(`${other}, of the same oneof, is set too`);
          oneofs.set(field.oneof, key);
        }
        writeField(writer, plan, value);
      } catch (error) {
        throw through(error, key);
      }
    }
    for (const run of source[UNKNOWN] ?? NONE) writer.raw(run);
  }
}

/** An error inside the element of a list that comes after those that are there. */
function indexed(error: unknown, list: unknown): unknown {
  return Array.isArray(list) ? through(error, list.length) : error;
}

function makeTable(fields: Fields): Table {
  const prototype = {};
  const plans = Object.keys(fields).map((key) => {
    const plan = makePlan(key, fields);
    const { field } = plan;
    const value =
      field.repeated === true ? NONE : field.key ? NOTHING : plan.implicit ? plan.zero : undefined;
    // Defined for every key: a property of the prototype's own is no accessor, whatever its name.
    Object.defineProperty(prototype, key, { value, writable: true });
    return plan;
  });
  const Instance = function () {} as unknown as new () => Bag;
  Instance.prototype = prototype;
  return {
    plans: plans.toSorted((a, b) => a.field.no - b.field.no),
    byNumber: new Map(plans.map((plan) => [plan.field.no, plan])),
    required: plans.filter(({ field }) => field.required),
    Instance,
  };
}

function makePlan(key: string, fields: Fields): Plan {
  const field = fields[key]!;
  const { type, oneof } = field;
  const nested = typeof type === 'object' && 'merge' in type ? (type as MessageType<Bag>) : undefined;
  const list = typeof type === 'object' && !nested ? (type as EnumType) : undefined;
  const scalar = nested ? undefined : typeof type === 'string' ? type : 'int32';
  const write = scalar === 'bytes' ? 'delimited' : scalar;
  return {
    key,
    field,
    wire: field.key || !scalar ? (field.delimited === true ? START_GROUP : DELIMITED) : wireOf(scalar),
    write,
    read: field.utf8 === false && scalar === 'string' ? 'looseString' : write,
    type: nested,
    known: list?.closed === true ? new Set(Object.values(list.values)) : undefined,
    others:
      oneof === undefined ? NONE : Object.keys(fields).filter((k) => k !== key && fields[k]!.oneof === oneof),
    zero: list ? Object.values(list.values)[0] : scalar && zeroOf(scalar),
    implicit: !nested && !field.optional && !field.required && oneof === undefined,
    entry: field.key && entryOf(field.key, field),
  };
}

/** A map's entry. What its value lacks when it is absent is judged by the map's field. */
function entryOf(key: MapKey, { type, utf8 }: Field): MessageType<Bag> {
  const options: FieldOptions = { optional: true, ...(utf8 === false && { utf8 }) };
  const open = typeof type === 'object' && !('merge' in type) ? 'int32' : type;
  return new Interpreted('', {
    key: { no: 1, type: key, ...options },
    value: { no: 2, type: open, ...options },
  });
}

function wireOf(scalar: Scalar): number {
  if (scalar === 'string' || scalar === 'bytes') return DELIMITED;
  if (scalar === 'double' || scalar.endsWith('fixed64')) return FIXED64;
  return scalar === 'float' || scalar.endsWith('fixed32') ? FIXED32 : VARINT;
}

function zeroOf(scalar: Scalar): unknown {
  if (scalar === 'string') return '';
  return scalar === 'bytes' ? NO_BYTES : scalar === 'bool' ? false : 0;
}

/** Whether a value of that wire type is one of the field's: repeated numbers come packed and unpacked. [MESSAGE-6] */
function fits({ wire, field }: Plan, found: number): boolean {
  return found === wire || (found === DELIMITED && isPackable(wire, field));
}

function isPackable(wire: number, field: Field): boolean {
  return field.repeated === true && wire !== DELIMITED && wire !== START_GROUP;
}

/** Reads a field's value into a message. @returns false for a number that its closed enum, or its map's, lacks. */
function readField(reader: MessageReader, into: Bag, plan: Plan, packed: boolean): boolean {
  const { key, field, known } = plan;
  if (packed) {
    reader.packed(() => {
      const { pos } = reader;
      const value = reader[plan.read!]();
      if (known?.has(value) === false) reader.keepElement(into, field.no, pos);
      else listOf(into, key).push(value);
    });
    return true;
  }
  if (plan.entry) return readEntry(reader, into, plan, plan.entry);
  const list = field.repeated === true ? listOf(into, key) : undefined;
  const value = readValue(reader, plan, list ? undefined : (into[key] as Bag | undefined));
  if (known?.has(value) === false) return false;
  for (const other of plan.others) if (into[other] !== undefined) into[other] = undefined;
  if (list) list.push(value);
  else into[key] = value;
  return true;
}

/** A message's own list of a field, which the prototype's stands for while it is empty. */
function listOf(into: Bag, key: string): unknown[] {
  if (into[key] === NONE) into[key] = [];
  return into[key] as unknown[];
}

/** One value. A message that is there already is merged with. [MESSAGE-5] */
function readValue(reader: MessageReader, { read, type, wire, field }: Plan, there?: Bag): unknown {
  if (read !== undefined) return reader[read]();
  return reader.message(type!, there ?? type!.create(), wire === START_GROUP ? field.no : 0);
}

function readEntry(reader: MessageReader, into: Bag, plan: Plan, type: MessageType<Bag>): boolean {
  const entry = reader.message(type, type.create());
  const value = entry['value'] ?? plan.zero ?? plan.type!.create();
  if (plan.known?.has(value) === false) return false;
  const { key, field } = plan;
  if (into[key] === NOTHING) into[key] = {};
  fromKey(into[key] as object, entry['key'] ?? zeroOf(field.key!), value);
  return true;
}

function writeField(writer: MessageWriter, plan: Plan, value: unknown): void {
  const { field, wire } = plan;
  if (plan.entry) writeMap(writer, plan, plan.entry, value as Readonly<Record<string, unknown>>);
  else if (field.repeated !== true) {
    if (!plan.implicit || !isZero(value, plan.zero)) writeTagged(writer, plan, value);
  } else if (!Array.isArray(value)) throw new TypeError('must be an array');
  else if (value.length > 0 && field.packed !== false && isPackable(wire, field)) {
    writer.tag(field.no, DELIMITED);
    const mark = writer.fork();
    each(value, (element) => writeScalar(writer, plan, element));
    writer.join(mark);
  } else each(value, (element) => writeTagged(writer, plan, element));
}

function each(list: readonly unknown[], write: (element: unknown) => void): void {
  let i = 0;
  try {
    for (; i < list.length; i++) write(list[i]);
  } catch (error) {
    throw through(error, i);
  }
}

function writeTagged(writer: MessageWriter, plan: Plan, value: unknown): void {
  const { field, wire, type } = plan;
  writer.tag(field.no, wire);
  if (type) writer.message(type, value as Bag, wire === START_GROUP ? field.no : 0);
  else writeScalar(writer, plan, value);
}

function writeScalar(writer: MessageWriter, { write, known }: Plan, value: unknown): void {
  if (known?.has(value) === false) throw new RangeError(`${String(value)} is no number of its closed enum`);
  writer[write!](value as never);
}

/** In the order of the keys, so that equal maps are equal bytes. [MESSAGE-12] */
function writeMap(
  writer: MessageWriter,
  plan: Plan,
  entry: MessageType<Bag>,
  value: Readonly<Record<string, unknown>>,
): void {
  for (const key of toKeys(value, plan.field.key!)) {
    try {
      const item = value[String(key)];
      if (plan.known?.has(item) === false) writeScalar(writer, plan, item);
      writer.tag(plan.field.no, DELIMITED);
      writer.message(entry, { key, value: item ?? null });
    } catch (error) {
      throw through(error, String(key));
    }
  }
}

/** Whether a value is its type's default; -0 is none for a float. */
function isZero(value: unknown, zero: unknown): boolean {
  return value === zero
    ? !Object.is(value, -0)
    : value === 0n || (zero === NO_BYTES && (value as Uint8Array).length === 0);
}
