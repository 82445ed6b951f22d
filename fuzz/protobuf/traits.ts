/**
 * What is unusual about some bytes, seen from their schema: where libraries are known to part. A reader of its own, plain
 * rather than fast, which stops where the wire format is broken.
 */
import { messageOf } from './content.ts';
import { isPackable, type FieldModel, type Schema, type TypeModel } from './schema.ts';

/** In this order in the tables of faults. */
export type Trait =
  /** A field that holds one message has the name of a property that every JavaScript object inherits. */
  | 'inherited name'
  /** A known field's tag has a wire type that is not the field's. */
  | 'wire type'
  /** A value goes on past the end of the message, map entry or packed list that holds it. */
  | 'overrun'
  /** A tag is spelled in more than five bytes. */
  | 'long tag'
  /** An unknown field's tag is not spelled in the fewest bytes. */
  | 'overlong tag'
  /** A length is spelled in more than five bytes, or is 2^31 or more. */
  | 'long length'
  /** A number that a closed enum lacks, by where it is. */
  | 'closed field'
  | 'closed list'
  | 'closed map'
  /** Such a number came behind a tag that is not spelled in the fewest bytes. */
  | 'respelled tag'
  /** A map's entry lacks its number of an enum whose first is not 0. */
  | 'enum default'
  /** A tag of the field number 0 is in a message that has no fields. */
  | 'bare zero'
  /** A group is in a message that has no fields. */
  | 'bare group'
  /** A varint has more than ten bytes. */
  | 'endless varint'
  /** A message, where the schema has required fields, comes in parts. */
  | 'parts'
  /** A message, where the schema has required fields, may give way to a later one of its map or oneof. */
  | 'replaced';

class Stop extends Error {}

/** The traits of bytes that are to be a schema's first message. */
export function traitsOf(schema: Schema, bytes: Uint8Array): ReadonlySet<Trait> {
  const walk = new Walk(schema, bytes);
  if (schema.messages.some(({ fields }) => fields.some(isInherited))) walk.traits.add('inherited name');
  try {
    walk.message(0, bytes.length);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return walk.traits;
}

function isInherited({ name, type, oneof, label }: FieldModel): boolean {
  const single = label === 'optional' || label === 'required';
  return name === 'has_own_property' && messageOf(type) !== undefined && oneof === undefined && single;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const START = 3;
const END = 4;
const FIXED32 = 5;

function wireOf(type: TypeModel, delimited: boolean): number {
  if (typeof type === 'object') return 'enum' in type ? VARINT : delimited ? START : DELIMITED;
  if (type === 'string' || type === 'bytes') return DELIMITED;
  if (type === 'double' || type.endsWith('fixed64')) return FIXED64;
  return type === 'float' || type.endsWith('fixed32') ? FIXED32 : VARINT;
}

interface Varint {
  readonly value: bigint;
  readonly length: number;
}

class Walk {
  readonly traits = new Set<Trait>();
  private readonly schema: Schema;
  private readonly bytes: Uint8Array;
  private pos = 0;
  /** Numbers that a closed enum lacks, so far. */
  private lacking = 0;

  constructor(schema: Schema, bytes: Uint8Array) {
    this.schema = schema;
    this.bytes = bytes;
  }

  /** A message up to `end`, or to an end-group tag. */
  message(index: number, end: number, group = false): void {
    const { fields } = this.schema.messages[index]!;
    const byNumber = new Map(fields.map((field) => [field.no, field]));
    const seen = new Set<number>();
    while (this.pos < end) {
      const { no, wire, overlong } = this.tag(end, fields.length === 0);
      const field = byNumber.get(no);
      if (wire === END && group) return;
      if (!field) {
        if (overlong) this.traits.add('overlong tag');
        if (wire === START && fields.length === 0) this.traits.add('bare group');
        this.skip(wire, end);
      } else {
        this.meet(field, fields, seen);
        const { lacking } = this;
        this.field(field, wire, overlong, end);
        if (overlong && this.lacking > lacking) this.traits.add('respelled tag');
      }
    }
    if (!group) return;
    this.traits.add('overrun');
    throw new Stop();
  }

  /** Notes what comes again, or instead of another. */
  private meet(field: FieldModel, fields: readonly FieldModel[], seen: Set<number>): void {
    const { no, type, label, oneof } = field;
    const isOther = (other: FieldModel): boolean =>
      other.oneof === oneof && seen.has(other.no) && this.requires(other.type);
    if (seen.has(no) && this.requires(type)) this.traits.add(label === 'map' ? 'replaced' : 'parts');
    if (oneof !== undefined && fields.some(isOther)) this.traits.add('replaced');
    seen.add(no);
  }

  private requires(type: TypeModel): boolean {
    return (
      messageOf(type) !== undefined &&
      this.schema.messages.some(({ fields }) => fields.some(({ label }) => label === 'required'))
    );
  }

  private field(field: FieldModel, wire: number, overlong: boolean, end: number): void {
    const { type, label, delimited } = field;
    const own = label === 'map' ? DELIMITED : wireOf(type, delimited);
    if (wire === DELIMITED && wire !== own && label === 'repeated' && isPackable(type))
      this.packed(type, end);
    else if (wire !== own) {
      this.traits.add('wire type');
      if (overlong) this.traits.add('overlong tag');
      this.skip(wire, end);
    } else if (label === 'map') this.entry(field, this.length(end));
    else this.value(type, own, end, label === 'repeated' ? 'closed list' : 'closed field');
  }

  private packed(type: TypeModel, outer: number): void {
    const end = this.length(outer);
    while (this.pos < end) this.value(type, wireOf(type, false), end, 'closed list');
  }

  private entry({ key, type }: FieldModel, end: number): void {
    let values = 0;
    while (this.pos < end) {
      const { no, wire } = this.tag(end);
      const part: TypeModel | undefined = no === 1 ? key : no === 2 ? type : undefined;
      if (part !== undefined && wire !== wireOf(part, false)) this.traits.add('wire type');
      if (part === undefined || wire !== wireOf(part, false)) this.skip(wire, end);
      else {
        if (no === 2) values++;
        if (values > 1 && this.requires(type)) this.traits.add('parts');
        this.value(part, wire, end, 'closed map');
      }
    }
    const first = typeof type === 'object' && 'enum' in type ? this.schema.enums[type.enum]!.numbers[0] : 0;
    if (values === 0 && first !== 0) this.traits.add('enum default');
  }

  private value(type: TypeModel, wire: number, end: number, where: Trait): void {
    const index = messageOf(type);
    if (index !== undefined && wire === START) this.message(index, end, true);
    else if (index !== undefined) this.message(index, this.length(end));
    else if (typeof type === 'object' && 'enum' in type) this.enumeration(type.enum, end, where);
    else this.skip(wire, end);
  }

  private enumeration(index: number, end: number, where: Trait): void {
    const { value } = this.varint(end);
    const { closed, numbers } = this.schema.enums[index]!;
    if (!closed || numbers.includes(Number(BigInt.asIntN(32, value)))) return;
    this.traits.add(where);
    this.lacking++;
  }

  private tag(end: number, isBare = false): { no: number; wire: number; overlong: boolean } {
    const { value, length } = this.varint(end);
    if (length > 5) this.traits.add('long tag');
    const wire = Number(value & 7n);
    if (value < 8n && isBare) this.traits.add('bare zero');
    if (value >= 2n ** 32n || value < 8n || wire > FIXED32) throw new Stop();
    return { no: Number(value >> 3n), wire, overlong: length !== spelled(value) };
  }

  private skip(wire: number, end: number): void {
    if (wire === VARINT) this.varint(end);
    else if (wire === FIXED64) this.advance(8, end);
    else if (wire === FIXED32) this.advance(4, end);
    else if (wire === DELIMITED) this.pos = this.length(end);
    else if (wire === START) this.skipGroup(end);
    else throw new Stop();
  }

  private skipGroup(end: number): void {
    for (;;) {
      const { wire } = this.tag(end);
      if (wire === END) return;
      this.skip(wire, end);
    }
  }

  /** Where what follows behind its length ends. */
  private length(end: number): number {
    const { value, length } = this.varint(end);
    if (length > 5 || value >= 2n ** 31n) this.traits.add('long length');
    if (value > BigInt(end - this.pos)) {
      this.traits.add('overrun');
      throw new Stop();
    }
    return this.pos + Number(value);
  }

  private advance(count: number, end: number): void {
    this.pos += count;
    if (this.pos <= end) return;
    this.traits.add('overrun');
    throw new Stop();
  }

  private varint(end: number): Varint {
    let value = 0n;
    for (let length = 1; length <= 10; length++) {
      const byte = this.bytes[this.pos];
      this.advance(1, end);
      value |= BigInt(byte! & 0x7f) << BigInt(7 * (length - 1));
      if (byte! < 0x80) return { value: BigInt.asUintN(64, value), length };
    }
    this.traits.add('endless varint');
    throw new Stop();
  }
}

/** In how many bytes a writer spells a varint. */
function spelled(value: bigint): number {
  return Math.max(1, Math.ceil(value.toString(2).length / 7));
}
