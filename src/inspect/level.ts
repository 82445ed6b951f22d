/** Where a field of a message stands, and how its row is labelled. */
import type { PathStep } from '../wire/errors.ts';
import { DELIMITED, START_GROUP } from '../message/wire-types.ts';
import type { Guess } from './guess.ts';
import type { Place } from './row.ts';
import { wireType, type Known, type KnownField } from './schema.ts';
import type { Spot } from './sheet.ts';

/** A message whose fields are being read. */
export interface Level {
  readonly known: Known | undefined;
  /** Of its fields' rows. */
  readonly depth: number;
  readonly place: Place | undefined;
  /** The group that it is: its number, 0 for none, and its label. */
  readonly group: number;
  readonly label: string;
  /** Of a guessed message: readings of its length-delimited fields. */
  readonly guesses: Iterator<Guess> | undefined;
  /** Of repeated fields: elements that were read. */
  readonly counts: Map<KnownField, number>;
  /** Of an `Any` whose URL was read: what it holds. */
  held?: Known | undefined;
}

/** A field whose tag was read. */
export interface Tagged {
  readonly no: number;
  readonly wire: number;
  readonly field: KnownField | undefined;
  readonly spot: Spot;
  readonly level: Level;
}

/** Whether the wire type is one of the field's: repeated numbers come packed and unpacked. [MESSAGE-6] */
export function fits({ field }: KnownField, wire: number): boolean {
  const own = wireType(field);
  if (wire === own) return true;
  return field.repeated === true && wire === DELIMITED && own !== START_GROUP;
}

/** What a row of a field says first that the schema does not have, or has with another wire type. */
export function unknownText(found: KnownField | undefined): string {
  return found === undefined ? 'unknown field: ' : `unknown, not of ${found.name}'s wire type: `;
}

/** Where a field stands that has that number; a repeated one counts. */
export function spotOf(level: Level, no: number, known: KnownField | undefined): Spot {
  const { depth, place: parent, counts } = level;
  if (known === undefined) return { label: String(no), depth, place: { parent, steps: [String(no)] } };
  const steps: PathStep[] = [known.step];
  if (known.field.repeated === true) {
    const index = counts.get(known) ?? 0;
    counts.set(known, index + 1);
    steps.push(index);
  }
  return { label: `${no} ${known.name}`, depth, place: { parent, steps } };
}
