/**
 * What each field of a document costs: every byte of the encoded value belongs to exactly one path, so that the costs add up
 * to its length. Array indices are `[]`; the keys of a map of more than 32 pairs, which is a dictionary rather than an
 * object, are `*`.
 */
import { ValueReader, type Value, type ValueKind, type ValueVisitor } from 'petrel/value';
import { quote } from 'petrel/wire';

/** The cost of all the values at one path. */
export interface FieldCost {
  /** `users[].name`; the empty text for the document itself. */
  readonly path: string;
  /** How many values there are at the path. */
  readonly count: number;
  /** Bytes of the path's own keys. A record has none: the map that defined its shape paid. */
  readonly keys: number;
  /** Bytes of its values: whole ones of scalars, heads alone of arrays, maps and records. */
  readonly values: number;
  /** `keys + values`, and the same of every path beneath. */
  readonly total: number;
}

/** Larger maps are dictionaries: a line for each of their keys would say nothing. */
const LARGEST_OBJECT = 32;

/**
 * The costs of all paths of one encoded value, the most expensive keys and values first.
 * @throws ProtocolError when the bytes are no value.
 */
export function fieldCosts(bytes: Uint8Array): FieldCost[] {
  const limit = 0xffff_ffff;
  const limits = { maxPayload: limit, maxDepth: 1000, maxElements: limit, maxExpanded: limit };
  const reader = new ValueReader({ limits, maps: 'entries' });
  const meter = new Meter();
  reader.visitor = meter;
  reader.reset(bytes);
  reader.readValue();
  const costs: FieldCost[] = [];
  collect(meter.root, '', costs);
  return costs.toSorted((a, b) => b.keys + b.values - (a.keys + a.values));
}

/** A path, and the paths one step beneath. */
class Field {
  count = 0;
  keys = 0;
  values = 0;
  readonly children = new Map<string, Field>();

  child(step: string): Field {
    let field = this.children.get(step);
    if (field === undefined) this.children.set(step, (field = new Field()));
    return field;
  }
}

/** A container whose children are being read. */
interface OpenContainer {
  readonly kind: ValueKind;
  readonly field: Field;
  readonly start: number;
  readonly count: number;
  /** The keys' fields: a map's as they are read, a record's from its shape. */
  readonly keys: Field[];
  /** Children that ended, keys included. */
  done: number;
  /** Bytes of those. */
  inside: number;
}

class Meter implements ValueVisitor {
  readonly root = new Field();
  private readonly open: OpenContainer[] = [];

  enter(kind: ValueKind, start: number, _body: number, count: number, shape?: readonly string[]): void {
    const field = this.field();
    const keys = shape?.map((key) => field.child(stepOf(key, count))) ?? [];
    this.open.push({ kind, field, start, count, keys, done: 0, inside: 0 });
  }

  leave(start: number, end: number, value: Value): void {
    const container = this.open.at(-1)?.start === start ? this.open.pop() : undefined;
    const field = container?.field ?? this.field();
    const parent = this.open.at(-1);
    const bytes = end - start;
    if (parent?.kind === 'map' && parent.done < parent.count) {
      const key = parent.field.child(stepOf(value, parent.count));
      key.keys += bytes;
      parent.keys.push(key);
    } else {
      field.values += bytes - (container?.inside ?? 0);
      if (!isWrapper(parent)) field.count++;
    }
    if (parent === undefined) return;
    parent.done++;
    parent.inside += bytes;
  }

  /** The field of the value that is being read, in the innermost open container. */
  private field(): Field {
    const parent = this.open.at(-1);
    if (parent === undefined) return this.root;
    const { kind, field, keys, done, count } = parent;
    if (kind === 'array') return field.child('[]');
    const index = kind === 'map' ? done - count : done;
    return keys[index] ?? field; // a key, or what a tag or a decimal holds, is part of the field itself
  }
}

/** A tagged value or a decimal counts once, with what it holds. */
function isWrapper(container: OpenContainer | undefined): boolean {
  return container?.kind === 'tagged' || container?.kind === 'decimal';
}

function stepOf(key: Value, count: number): string {
  if (count > LARGEST_OBJECT) return '*';
  if (typeof key !== 'string') return '(key)';
  return /^[\w-]+$/.test(key) ? key : quote(key);
}

/** Adds the costs of a field and of all beneath to `out`; answers their total. */
function collect(field: Field, path: string, out: FieldCost[]): number {
  const { count, keys, values } = field;
  const index = out.length;
  const own = { path, count, keys, values, total: keys + values };
  out.push(own);
  let { total } = own;
  for (const [step, child] of field.children) {
    total += collect(child, path === '' || step === '[]' ? path + step : `${path}.${step}`, out);
  }
  out[index] = { ...own, total };
  return total;
}
