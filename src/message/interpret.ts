/**
 * Runs descriptions: one table per message type, made at its first use, one loop for each way. No code is made at run
 * time. What is written ahead of time instead stands behind the same interface.
 */
import { through } from '../wire/errors.ts';
import { NO_BYTES, NO_ENTRIES, NONE } from './absent.ts';
import { toKeys } from './keys.ts';
import type { MessageReader } from './reader.ts';
import type { EnumType, Field, FieldOptions, Fields, MapKey, MessageType, Scalar, Shape } from './types.ts';
import { UNKNOWN, type WithUnknown } from './unknown.ts';
import { DELIMITED, END_GROUP, FIXED32, FIXED64, START_GROUP, VARINT } from './wire-types.ts';
import type { MessageWriter } from './writer.ts';

type Bag = Record<string, unknown> & WithUnknown;
type Method = Exclude<Scalar, 'bytes'> | 'delimited';

/** A field, resolved. */
interface Plan extends Omit<Field, 'type' | 'name'> {
  /** The property that holds it. */
  readonly name: string;
  /** Of one value. */
  readonly wire: number;
  /** The field number of a group, 0 for what is none. */
  readonly group: number;
  /** A repeated number, which comes packed and unpacked. [MESSAGE-6] */
  readonly packable: boolean;
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
  return interpreted(name, fields as Fields, options) as unknown as MessageType<Shape<F>>;
}

function interpreted(
  name: string,
  fields: Fields,
  { messageSet = false }: MessageOptions = {},
): MessageType<Bag> {
  let made: Table | undefined;
  // At first use, when every message that a getter refers to is there.
  const table = (): Table => (made ??= makeTable(fields));
  return {
    name,
    fields,
    messageSet,
    create() {
      return new (table().Instance)();
    },
    merge(reader, into, group = 0) {
      const { byNumber, required } = table();
      let plan: Plan | undefined;
      try {
        while (reader.more(group)) {
          plan = undefined;
          const tag = reader.tag();
          const wire = tag & 7;
          if (wire === END_GROUP) {
            reader.endGroup(tag, group);
            break;
          }
          plan = byNumber.get(tag >>> 3);
          if (wire === plan?.wire) readField(reader, into, plan);
          else if (wire === DELIMITED && plan?.packable) reader.packed(() => readField(reader, into, plan!));
          else {
            const { start } = reader;
            reader.skip(tag);
            reader.keep(into, start);
          }
        }
      } catch (error) {
        throw plan ? through(indexed(error, into[plan.name]), plan.name) : error;
      }
      for (const plan of required) if (into[plan.name] === undefined) reader.expect(into, plan.name, name);
    },
    write(writer, from) {
      const source = from as Bag;
      let at = '';
      try {
        for (const plan of table().plans) {
          at = plan.name;
          const value = own(source, at);
          if (value !== undefined) {
            for (const other of plan.others)
              if (own(source, other) !== undefined) throw new TypeError(`is set together with ${other}`);
            writeField(writer, plan, value);
          } else if (plan.required) throw new TypeError(`is missing, and ${name} requires it`);
        }
      } catch (error) {
        throw through(error, at);
      }
      for (const run of source[UNKNOWN] ?? NONE) writer.raw(run);
    },
  };
}

/** A plain object inherits `constructor` and the like, which are no fields. */
function own(source: Bag, key: string): unknown {
  return key in Object.prototype && !Object.hasOwn(source, key) ? undefined : source[key];
}

/** An error inside the element of a list that comes after those that are there. */
function indexed(error: unknown, list: unknown): unknown {
  return Array.isArray(list) ? through(error, list.length) : error;
}

function makeTable(fields: Fields): Table {
  const prototype = {};
  const plans = Object.keys(fields).map((key) => {
    const plan = makePlan(key, fields);
    const value = plan.repeated ? NONE : plan.entry ? NO_ENTRIES : plan.implicit ? plan.zero : undefined;
    // Defined for every key: a property of the prototype's own is no accessor, whatever its name.
    Object.defineProperty(prototype, key, { value, writable: true });
    return plan;
  });
  const Instance = function () {} as unknown as new () => Bag;
  Instance.prototype = prototype;
  return {
    plans: plans.toSorted((a, b) => a.no - b.no),
    byNumber: new Map(plans.map((plan) => [plan.no, plan])),
    required: plans.filter((plan) => plan.required),
    Instance,
  };
}

function makePlan(name: string, fields: Fields): Plan {
  const field = fields[name]!;
  const { type, oneof, delimited, key } = field;
  const isScalar = typeof type === 'string';
  const nested = !isScalar && 'merge' in type ? (type as MessageType<Bag>) : undefined;
  const numbers = isScalar || nested ? undefined : Object.values((type as EnumType).values);
  const write = isScalar ? (type === 'bytes' ? 'delimited' : type) : nested ? undefined : 'int32';
  const wire = delimited ? START_GROUP : key || !write ? DELIMITED : wireOf(write);
  return {
    ...field,
    name,
    wire,
    group: delimited ? field.no : 0,
    packable: field.repeated === true && !nested && wire !== DELIMITED,
    write,
    read: field.utf8 === false && write === 'string' ? 'looseString' : write,
    type: nested,
    known: numbers && (type as EnumType).closed ? new Set(numbers) : undefined,
    others: oneof ? Object.keys(fields).filter((k) => k !== name && fields[k]!.oneof === oneof) : NONE,
    zero: numbers ? numbers[0] : write && zeroOf(write),
    implicit: !nested && !field.optional && !field.required && !oneof,
    entry: key && entryOf(key, field),
  };
}

/** A map's entry. A closed enum's numbers are judged by the map's field. */
function entryOf(key: MapKey, { type, utf8 = true }: Field): MessageType<Bag> {
  const options: FieldOptions = { optional: true, utf8 };
  const open = typeof type === 'object' && !('merge' in type) ? 'int32' : type;
  return interpreted('', {
    key: { no: 1, type: key, ...options },
    value: { no: 2, type: open, ...options },
  });
}

function wireOf(scalar: Method): number {
  if (scalar === 'string' || scalar === 'delimited') return DELIMITED;
  if (scalar === 'double' || scalar.endsWith('fixed64')) return FIXED64;
  return scalar === 'float' || scalar.endsWith('fixed32') ? FIXED32 : VARINT;
}

function zeroOf(scalar: Method): unknown {
  if (scalar === 'string') return '';
  return scalar === 'delimited' ? NO_BYTES : scalar === 'bool' ? false : 0;
}

/** Reads one value of a field into a message; a number that its closed enum, or its map's, lacks is an unknown field. [MESSAGE-9] */
function readField(reader: MessageReader, into: Bag, plan: Plan): void {
  const { name, known, entry, key, no } = plan;
  const { pos } = reader;
  const item = entry && reader.message(entry, entry.create());
  const value = item
    ? (item['value'] ?? plan.zero ?? reader.nothing(plan.type!))
    : readValue(reader, plan, into[name]);
  if (known?.has(value) === false) {
    reader.keep(into, pos, no, plan.wire);
    return;
  }
  for (const other of plan.others) if (into[other] !== undefined) into[other] = undefined;
  if (item) {
    if (into[name] === NO_ENTRIES) into[name] = Object.create(null);
    (into[name] as Bag)[String(item['key'] ?? zeroOf(key as Method))] = value;
  } else if (plan.repeated) listOf(into, name).push(value);
  else into[name] = value;
}

/** One value; a message that is there already is merged with. [MESSAGE-5] */
function readValue(reader: MessageReader, { read, type, group, repeated }: Plan, there: unknown): unknown {
  if (read) return reader[read]();
  return reader.message(type!, repeated || there === undefined ? type!.create() : (there as Bag), group);
}

/** A message's own list of a field; while it has none, the prototype's stands for it. */
function listOf(into: Bag, name: string): unknown[] {
  if (into[name] === NONE) into[name] = [];
  return into[name] as unknown[];
}

/** No callbacks here and below: the stack has to hold a thousand levels. */
function writeField(writer: MessageWriter, plan: Plan, value: unknown): void {
  if (plan.entry) writeMap(writer, plan, plan.entry, value as Bag);
  else if (plan.repeated) writeList(writer, plan, value);
  else if (!plan.implicit || !isZero(value, plan)) writeValue(writer, plan, value);
}

/** In the order of the keys, so that equal maps are equal bytes. [MESSAGE-12] */
function writeMap(writer: MessageWriter, plan: Plan, entry: MessageType<Bag>, map: Bag): void {
  for (const key of toKeys(map, plan.key!)) {
    try {
      const value = map[String(key)];
      judge(plan, value);
      writer.tag(plan.no, DELIMITED);
      writer.message(entry, { key, value: value ?? null });
    } catch (error) {
      throw through(error, String(key));
    }
  }
}

function writeList(writer: MessageWriter, plan: Plan, list: unknown): void {
  if (!Array.isArray(list)) throw new TypeError('must be an array');
  const packed = list.length > 0 && plan.packable && plan.packed !== false;
  if (packed) writer.tag(plan.no, DELIMITED);
  const mark = packed ? writer.fork() : 0;
  let i = 0;
  try {
    for (; i < list.length; i++) writeValue(writer, plan, list[i], packed);
  } catch (error) {
    throw through(error, i);
  }
  if (packed) writer.join(mark);
}

/** One value, behind its tag unless it is packed. */
function writeValue(writer: MessageWriter, plan: Plan, value: unknown, packed = false): void {
  const { no, wire, type, write, group } = plan;
  judge(plan, value);
  if (!packed) writer.tag(no, wire);
  if (write) writer[write](value as never);
  else writer.message(type!, value as Bag, group);
}

/** A number that its closed enum lacks would be an unknown field to every reader. [MESSAGE-9] */
function judge({ known }: Plan, value: unknown): void {
  if (known?.has(value) === false) throw new RangeError(`${String(value)} is no number of its closed enum`);
}

/** Whether a value is its type's default; -0 is none of a float's. Another type's default is left to the writer to refuse. */
function isZero(value: unknown, { zero, write }: Plan): boolean {
  if (zero === NO_BYTES) return value instanceof Uint8Array && value.length === 0;
  if (value === 0n) return write!.endsWith('64');
  return value === zero && !(Object.is(value, -0) && (write === 'float' || write === 'double'));
}
