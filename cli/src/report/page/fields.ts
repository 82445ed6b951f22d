/** Which field each row and each byte is of, and its colour. */
import { Grouping, sizedOf, type Group } from '../groups.ts';
import type { Detail, RowTuple } from '../model.ts';
import type { ByteSource, Owner } from './bytes.ts';

const TINTS = 8;

/** Own bytes, and those that a PACK inflates to. */
export type Side = 0 | 1;

export function groupsOf(rows: readonly RowTuple[], top: 0 | 1): readonly Group[] {
  const grouping = new Grouping(top);
  for (const row of rows) grouping.add(sizedOf(row));
  return grouping.groups;
}

/** A class for each row: that of its field; of what is inflated none. */
export function tintsOf(rows: readonly RowTuple[], groups: readonly Group[]): string[] {
  let group = -1;
  return rows.map(([, , , , , , , , , inflated], row) => {
    if (groups[group + 1]?.row === row) group++;
    if (inflated) return 'tint-none';
    return groups[group]?.label === 'head' || group < 0 ? 'tint-head' : `tint-${(group + TINTS - 1) % TINTS}`;
  });
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The bytes of an item, and where it has such, what they inflate to. @param base where the first one lies. */
export function sourcesOf(detail: Detail, tints: readonly string[], base: number): ByteSource[] {
  const { rows, size, inflatedSize } = detail;
  const bytes = decode(detail.bytes);
  const own = { title: 'Bytes', bytes, size, base, owners: ownersOf(rows, tints, bytes.length, 0) };
  if (inflatedSize === 0) return [own];
  const inflated = decode(detail.inflated);
  const owners = ownersOf(rows, tints, inflated.length, 1);
  return [own, { title: 'Inflated', bytes: inflated, size: inflatedSize, base: 0, owners }];
}

function ownersOf(
  rows: readonly RowTuple[],
  tints: readonly string[],
  length: number,
  side: Side,
): (Owner | undefined)[] {
  const owners = Array.from<Owner | undefined>({ length });
  for (const [row, [kind, offset, size, head, , , , , , inflated]] of rows.entries()) {
    if (inflated !== side) continue;
    const hidden = kind === 'hidden';
    // neighbours of one field are told apart by their shade
    const shade = row % 2 === 0 ? '' : ' alt';
    for (let i = offset; i < Math.min(length, offset + size); i++) {
      const part = i === offset && head > 0 ? 'first' : i < offset + head ? 'head' : 'content';
      owners[i] = { row, classes: `${tints[row]!} ${hidden ? 'secret' : part}${shade}`, hidden };
    }
  }
  return owners;
}
