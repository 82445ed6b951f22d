/** Verbs as bytes: which are registered, and which commands are none for a lane. */
import { verbName } from '../../frame/verbs.ts';
import * as Head from '../../value/heads.ts';
import { isTracked } from '../awaited.ts';

interface Registered {
  readonly number: number;
  readonly name: Uint8Array;
  /** `$<length>\r\n<name>\r\n`, undefined where a lane may not carry the command. */
  readonly bulk: Uint8Array | undefined;
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0));

function registered(): (Registered | undefined)[] {
  return Array.from({ length: Head.UINT_BYTES }, (_, number) => {
    const name = verbName(number);
    if (name === undefined) return undefined;
    const bulk = name === 'RESP' || isTracked(name) ? undefined : ascii(`$${name.length}\r\n${name}\r\n`);
    return { number, name: ascii(name), bulk };
  });
}

/** By number. */
export const REGISTERED: readonly (Registered | undefined)[] = /* @__PURE__ */ registered();

/** By length and first byte. */
const BY_LOOK: readonly (readonly Registered[] | undefined)[] = /* @__PURE__ */ byLook();
const LONGEST = 12;

function look(length: number, first: number): number {
  return (length << 8) | first;
}

function byLook(): Registered[][] {
  const table: Registered[][] = [];
  for (const verb of REGISTERED) if (verb !== undefined) (table[look(verb.name.length, verb.name[0]!)] ??= []).push(verb);
  return table;
} // prettier-ignore

/** The number of a registered verb, -1 of another name. */
export function numberOf(bytes: Uint8Array, start: number, length: number): number {
  const found = length > LONGEST ? undefined : BY_LOOK[look(length, bytes[start]!)];
  if (found === undefined) return -1;
  for (const { number, name } of found) {
    let i = 1;
    while (i < length && bytes[start + i] === name[i]) i++;
    if (i === length) return number;
  }
  return -1;
}

/** Whether a name may be one of a command that is tracked, or `RESP`: by its length and its first two letters. */
export function isOdd(bytes: Uint8Array, start: number, length: number): boolean {
  if (length > LONGEST) return false;
  const letters = ((bytes[start]! | 0x20) << 8) | (bytes[start + 1]! | 0x20);
  return length < 2 || ODD.has((length << 16) | letters);
}

const ODD: ReadonlySet<number> = /* @__PURE__ */ new Set(
  ['subscribe', 'psubscribe', 'ssubscribe', 'unsubscribe', 'punsubscribe', 'sunsubscribe', 'monitor', 'hello', 'reset', 'quit']
    .concat(['multi', 'exec', 'discard', 'client', 'sync', 'psync', 'replconf', 'resp'])
    .map((name) => (name.length << 16) | (name.charCodeAt(0) << 8) | name.charCodeAt(1)),
); // prettier-ignore
