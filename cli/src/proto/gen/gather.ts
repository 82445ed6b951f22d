/** Which texts of messages in a row are put off, to be made together. */
import type { MessageType } from 'petrel/message';
import { property } from './names.ts';
import { isMessage } from './schema.ts';
import type { Scope } from './scope.ts';
import { resolve, tagBytes, tagOf, type Resolved } from './wire.ts';

/** What of a module's messages is to be known for it, by their names. */
export interface Gathering {
  /** Those that come in rows, or inside those that do. */
  readonly inRows: ReadonlySet<string>;
  /** Those with texts that may be put off, or inside which such messages are. */
  readonly withTexts: ReadonlySet<string>;
}

type Links = ReadonlyMap<string, readonly string[]>;

/** Whether a field's text may come later: the field is read where it is expected, and nothing else decides about it. */
export function isGathered({ read, wire, field }: Resolved): boolean {
  const plain = !field.repeated && !field.key && field.oneof === undefined;
  return read === 'string' && plain && tagBytes(tagOf(field.no, wire)).length < 3;
}

/** Whether a message's functions are in this module. */
export function isHere(message: MessageType, scope: Scope): boolean {
  return scope.declared(message.name).unit === scope.unit;
}

export function gathering(messages: readonly MessageType[], scope: Scope): Gathering {
  const inside = new Map(messages.map((message) => [message.name, nested(message, scope, false)]));
  const around = new Map<string, string[]>(messages.map(({ name }) => [name, []]));
  for (const [outer, inner] of inside) for (const name of inner) around.get(name)!.push(outer);
  const rows = messages.flatMap((message) => nested(message, scope, true));
  return {
    inRows: reached(rows, inside),
    withTexts: reached(
      messages.filter(hasTexts).map(({ name }) => name),
      around,
    ),
  };
}

/** The messages that are read with one by functions of this module; `row`: of its repeated fields only. */
function nested({ fields }: MessageType, scope: Scope, row: boolean): string[] {
  return Object.values(fields).flatMap(({ type, key, delimited, repeated }) =>
    isMessage(type) && !key && !delimited && (repeated || !row) && isHere(type, scope) ? [type.name] : [],
  );
}

function hasTexts({ fields }: MessageType): boolean {
  return Object.entries(fields).some(([key, field]) => isGathered(resolve(key, field)));
}

function reached(from: readonly string[], links: Links): Set<string> {
  const seen = new Set(from);
  // a set that grows is walked to its end
  for (const name of seen) for (const next of links.get(name)!) seen.add(next);
  return seen;
}

/** A function that puts a text into its message. */
export function putFunction(name: string, key: string): string[] {
  return [`function ${name}(into: Draft, text: string): void {`, `  ${property('into', key)} = text;`, '}'];
}
