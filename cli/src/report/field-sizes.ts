/** How many bytes fields take, by kind and verb. */
import type { Row } from 'petrel/inspect';
import { Grouping, type Group } from './groups.ts';
import type { FieldInfo } from './model.ts';

/** Verbs come from the wire, and so do the labels of what arrays and maps hold: more than so many are one row. */
const MOST_VERBS = 200;
const MOST_FIELDS = 12;
const OTHERS = 'others';

interface Sizes {
  readonly kind: string;
  readonly verb: string;
  frames: number;
  bytes: number;
  readonly fields: Map<string, number>;
}

export class FieldSizes {
  private readonly byVerb = new Map<string, Sizes>();
  private readonly top: 0 | 1;

  /** @param top the depth of fields. */
  constructor(top: 0 | 1) {
    this.top = top;
  }

  /** @param rows of one item. */
  add(kind: string, verb: string, rows: Iterable<Row>): void {
    const grouping = new Grouping(this.top);
    for (const row of rows) grouping.add(row);
    const sizes = this.sizesOf(kind, verb);
    sizes.frames++;
    for (const group of grouping.groups) count(sizes, group);
  }

  /** The largest first. */
  infos(): FieldInfo[] {
    const all = [...this.byVerb.values()].toSorted((a, b) => b.bytes - a.bytes);
    return all.map(({ fields, ...info }) => ({ ...info, fields: [...fields] }));
  }

  private sizesOf(kind: string, verb: string): Sizes {
    const { byVerb } = this;
    const known = byVerb.get(`${kind} ${verb}`);
    if (known !== undefined) return known;
    const others = byVerb.size >= MOST_VERBS;
    const name = others ? OTHERS : verb;
    const key = others ? `${kind}  ${OTHERS}` : `${kind} ${verb}`;
    let sizes = byVerb.get(key);
    if (sizes === undefined)
      byVerb.set(key, (sizes = { kind, verb: name, frames: 0, bytes: 0, fields: new Map() }));
    return sizes;
  }
}

function count(sizes: Sizes, { label, bytes }: Group): void {
  const { fields } = sizes;
  const name = fields.has(label) || fields.size < MOST_FIELDS ? label : OTHERS;
  fields.set(name, (fields.get(name) ?? 0) + bytes);
  sizes.bytes += bytes;
}
