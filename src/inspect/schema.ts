/** What a schema says of a field on the wire. */
import { snakeCase } from '../message/names.ts';
import type { Registry } from '../message/registry.ts';
import type { Field, Fields, FieldType, MessageType } from '../message/types.ts';
import { DELIMITED, FIXED32, FIXED64, START_GROUP, VARINT } from '../message/wire-types.ts';

/** A field that a schema has, as rows show it. */
export interface KnownField {
  readonly field: Field;
  /** Its name in the `.proto` file; an extension's full one in brackets. */
  readonly name: string;
  /** Its step in a path: the key of its property. */
  readonly step: string;
  /** The message that it holds; of a map, its entry. Looked up when asked for, since types refer to themselves. */
  readonly nested: () => Known | undefined;
}

/** A message type, its fields by number. */
export interface Known {
  /** Its full name. */
  readonly name: string;
  /** As rows show it. */
  readonly label: string;
  readonly find: (no: number) => KnownField | undefined;
}

/** Looks types up, and remembers them: a type's fields are read once. */
export class Schema {
  private readonly registry: Registry | undefined;
  private readonly types = new Map<MessageType, Known>();

  /** What names of the schema begin with that rows leave out: the package of the message that stands outermost. */
  private readonly prefix: string;

  /** @param registry where extensions are found. */
  constructor(top: MessageType | undefined, registry?: Registry) {
    this.registry = registry;
    this.prefix = top === undefined ? '' : top.name.slice(0, top.name.lastIndexOf('.') + 1);
  }

  /** How a type is called: a scalar as in a `.proto` file, others by their name in the package of the outermost message. */
  typeName(type: FieldType): string {
    const name = typeof type === 'string' ? type : type.name;
    return name.startsWith(this.prefix) ? name.slice(this.prefix.length) : name;
  }

  known(type: MessageType): Known {
    let known = this.types.get(type);
    if (known === undefined) {
      const fields = new Map<number, KnownField>();
      known = {
        name: type.name,
        label: this.typeName(type),
        find: (no) => fields.get(no) ?? this.extension(type, no),
      };
      this.types.set(type, known);
      this.collect(type.fields, fields);
    }
    return known;
  }

  /** The type that an `Any` holds, by its URL. */
  typeAt(url: string): Known | undefined {
    const type = this.registry?.messages.get(url.slice(url.lastIndexOf('/') + 1));
    return type && this.known(type);
  }

  private collect(from: Fields, into: Map<number, KnownField>): void {
    for (const key of Object.keys(from)) {
      const field = from[key]!;
      into.set(field.no, this.knownField(field, field.name ?? snakeCase(key), key));
    }
  }

  private knownField(field: Field, name: string, step: string): KnownField {
    return { field, name, step, nested: () => this.nested(field) };
  }

  private nested(field: Field): Known | undefined {
    if (field.key !== undefined) return this.entry(field);
    return isMessage(field.type) ? this.known(field.type) : undefined;
  }

  private entry(field: Field): Known {
    const { key, type } = field;
    const parts = [
      this.knownField({ no: 1, type: key! }, 'key', 'key'),
      this.knownField({ no: 2, type }, 'value', 'value'),
    ];
    const label = `entry of map<${key!}, ${this.typeName(type)}>`;
    return { name: '', label, find: (no) => parts[no - 1] };
  }

  private extension(type: MessageType, no: number): KnownField | undefined {
    const found = this.registry?.extension(type.name, no);
    if (found === undefined) return undefined;
    const name = `[${found.name}]`;
    return this.knownField(found.field, name, name);
  }
}

function isMessage(type: FieldType): type is MessageType {
  return typeof type === 'object' && 'merge' in type;
}

/** The wire type of one value of a field. */
export function wireType({ type, key, delimited }: Field): number {
  if (key !== undefined) return DELIMITED;
  if (isMessage(type)) return delimited === true ? START_GROUP : DELIMITED;
  if (type === 'string' || type === 'bytes') return DELIMITED;
  if (type === 'double' || type === 'fixed64' || type === 'sfixed64') return FIXED64;
  return type === 'float' || type === 'fixed32' || type === 'sfixed32' ? FIXED32 : VARINT;
}
