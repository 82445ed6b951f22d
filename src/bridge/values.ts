/** What a value of RESP is to a bridge. */
import { textIn } from '../exchange/verbs.ts';
import { RespTag, STATUSES } from '../resp/tags.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Encodable } from '../value/types.ts';

/** What SUBSCRIBE and its like are confirmed by. */
export interface Confirmation {
  readonly verb: string;
  /** As `nameOf` spells it; undefined for the null of who unsubscribes from nothing. */
  readonly name: string | undefined;
}

const CONFIRMS = /^[ps]?(?:un)?subscribe$/;
const MONITORED = /^\d+\.\d{6} \[\d+ /;

/** The text of a simple string, where it is one. */
export function statusOf(value: Encodable): string | undefined {
  if (!(value instanceof Tagged) || value.tag !== RespTag.Status) return undefined;
  return typeof value.value === 'number' ? STATUSES[value.value] : textIn(value.value);
}

/** The text of an error, where it is one. */
export function errorOf(value: Encodable): string | undefined {
  if (!(value instanceof Tagged) || value.tag !== Tag.ERROR) return undefined;
  return textIn(Array.isArray(value.value) ? value.value[0] : value.value) ?? '';
}

/** An error as a server says it. */
export function errorValue(text: string): Tagged {
  return new Tagged(Tag.ERROR, text);
}

/** Whether a simple string is a line of MONITOR. */
export function isMonitored(value: Encodable): boolean {
  return MONITORED.test(statusOf(value) ?? '');
}

/** The elements of an array, or of a push. */
export function itemsOf(value: Encodable): readonly Encodable[] | undefined {
  const inner = value instanceof Tagged && value.tag === Tag.PUSH ? value.value : value;
  return Array.isArray(inner) ? (inner as readonly Encodable[]) : undefined;
}

/** A confirmation: an array, in RESP3 a push, of the verb, the name or null, and a count. */
export function confirmationOf(value: Encodable): Confirmation | undefined {
  const items = itemsOf(value);
  if (items?.length !== 3 || typeof items[2] !== 'number') return undefined;
  const [verb, name] = items;
  if (typeof verb !== 'string' || !CONFIRMS.test(verb)) return undefined;
  return { verb, name: nameOf(name) };
}

/** A name as a key of a Set: texts and bytes apart, and no text that spells an integer, whose hash has no seed. */
export function nameOf(name: Encodable | undefined): string | undefined {
  const text = textIn(name);
  if (text !== undefined) return `t${text}`;
  return name instanceof Uint8Array
    ? `b${Array.from(name, (byte) => String.fromCharCode(byte)).join('')}`
    : undefined;
}
