/** Commands whose replies change the connection, or that have more than one. */
import { textIn } from '../exchange/verbs.ts';
import { nameOf } from './values.ts';

export type Parts = readonly (string | Uint8Array)[];

type Role =
  | 'ordinary'
  | 'subscribe'
  | 'unsubscribe'
  | 'monitor'
  | 'hello'
  | 'reset'
  | 'quit'
  | 'multi'
  | 'exec'
  | 'discard'
  | 'replyMode'
  | 'replication';

/** A command that awaits its reply. */
export interface Awaited {
  readonly role: Role;
  /** Of the subscribing ones, how they are spelled in confirmations, and the names. */
  readonly verb: string;
  readonly names: readonly string[];
  /** Of CLIENT REPLY, what it asks for. */
  readonly mode: 'ON' | 'OFF' | 'SKIP' | '';
  /** What is said in the place of the server's refusal, where something was sent that it refuses. */
  instead: string | undefined;
  /** How many confirmations there were, and how many there will be: 0 before the first. */
  confirmed: number;
  due: number;
  /** Of EXEC, what was queued, and how much of it was answered. */
  queued: readonly Awaited[] | undefined;
  answered: number;
}

const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['SUBSCRIBE', 'subscribe'],
  ['PSUBSCRIBE', 'subscribe'],
  ['SSUBSCRIBE', 'subscribe'],
  ['UNSUBSCRIBE', 'unsubscribe'],
  ['PUNSUBSCRIBE', 'unsubscribe'],
  ['SUNSUBSCRIBE', 'unsubscribe'],
  ['MONITOR', 'monitor'],
  ['HELLO', 'hello'],
  ['RESET', 'reset'],
  ['QUIT', 'quit'],
  ['MULTI', 'multi'],
  ['EXEC', 'exec'],
  ['DISCARD', 'discard'],
  ['CLIENT', 'replyMode'],
  ['SYNC', 'replication'],
  ['PSYNC', 'replication'],
  ['REPLCONF', 'replication'],
]);
/** These take no argument: with one they are refused, and change nothing. */
const BARE: ReadonlySet<Role> = new Set<Role>(['monitor', 'reset', 'multi', 'exec', 'discard']);
const LONGEST = 12;

function awaited(
  role: Role,
  verb: string,
  names: readonly string[] = [],
  mode: Awaited['mode'] = '',
): Awaited {
  return {
    role,
    verb,
    names,
    mode,
    instead: undefined,
    confirmed: 0,
    due: 0,
    queued: undefined,
    answered: 0,
  };
}

/** Any other command. It is never changed. */
export const ORDINARY: Awaited = /* @__PURE__ */ Object.freeze(awaited('ordinary', ''));

/** Whether a command of this name, in capital letters, may be one that is not ordinary. */
export function isTracked(name: string): boolean {
  return ROLES.has(name);
}

/** What awaits the reply to a command. */
export function awaitedOf(parts: Parts): Awaited {
  const [first] = parts;
  if (first === undefined || first.length > LONGEST) return ORDINARY;
  const name = textIn(first)?.toUpperCase() ?? '';
  const role = ROLES.get(name);
  if (role === undefined || (BARE.has(role) && parts.length > 1)) return ORDINARY;
  if (role === 'replyMode') return replyMode(parts);
  if (role !== 'subscribe' && role !== 'unsubscribe') return awaited(role, name);
  return awaited(role, name.toLowerCase(), parts.slice(1).map((part) => nameOf(part)!));
} // prettier-ignore

function replyMode(parts: Parts): Awaited {
  const [subcommand, mode] = parts.slice(1).map((part) => textIn(part)?.toUpperCase());
  if (subcommand !== 'REPLY' || parts.length !== 3) return ORDINARY;
  return mode === 'ON' || mode === 'OFF' || mode === 'SKIP' ? awaited('replyMode', '', [], mode) : ORDINARY;
}

/**
 * What any server refuses for its number of arguments: it goes in the place of what may not go, so that there is one reply,
 * in its turn, a transaction fails, and who may not speak yet is told so.
 */
export const REFUSED_BY_ALL: Parts = ['CLIENT'];
/** What is said to MONITOR of who monitors, to which Redis says nothing. [RESP-21] */
export const MONITORS_ALREADY = 'ERR this connection monitors already';
const REFUSAL = /^ERR wrong number of arguments/;

/** A command that is refused with this text. */
export function refusal(text: string): Awaited {
  return { ...ORDINARY, instead: text };
}

export function isRefusal(text: string | undefined): boolean {
  return REFUSAL.test(text ?? '');
}
