/**
 * What a connection with Redis is at, as its replies tell, in order: its version, subscriptions, transaction, and whether it
 * monitors. Both halves of a bridge keep one. [RESP-16]
 */
import { isPush } from '../exchange/replies.ts';
import { Entries, Tagged, type Encodable } from '../value/types.ts';
import { RespTag } from '../resp/tags.ts';
import { ORDINARY, type Awaited } from './awaited.ts';
import { confirmationOf, isMonitored, itemsOf, nameOf, statusOf, type Confirmation } from './values.ts';

/** Messages in RESP2, how many elements they have, and which subscriptions they come from. */
const MESSAGES: ReadonlyMap<unknown, readonly [size: number, verb: string]> = new Map([
  ['message', [3, 'subscribe']],
  ['pmessage', [4, 'psubscribe']],
  ['smessage', [3, 'ssubscribe']],
]);
/** Client tracking in RESP2 says it to whoever is subscribed to anything. */
const INVALIDATE = 't__redis__:invalidate';

export class Conversation {
  version: 2 | 3 = 2;
  monitoring = false;
  /** What was queued in the transaction that is open. */
  transaction: Awaited[] | undefined;
  private readonly names: ReadonlyMap<string, Set<string>> = new Map([
    ['subscribe', new Set()],
    ['psubscribe', new Set()],
    ['ssubscribe', new Set()],
  ]);

  /** How many channels, patterns and shard channels are subscribed to. */
  get subscriptions(): number {
    let count = 0;
    for (const { size } of this.names.values()) count += size;
    return count;
  }

  /** Whether a reply to an ordinary command needs no look at what it says. */
  get plain(): boolean {
    return this.transaction === undefined && !this.monitoring;
  }

  /** Whether a value that came answers nothing: a push, a message, a line of MONITOR, or said when nothing was asked. */
  isUnasked(value: Encodable, awaited: Awaited | undefined): boolean {
    const due = awaited?.queued?.[awaited.answered] ?? awaited;
    if (isPush(value)) return this.confirms(due, value) === undefined;
    if (Array.isArray(value)) return due === undefined || this.isMessage(value) || this.isMoved(value, due);
    return due === undefined || (this.monitoring && isMonitored(value));
  }

  /** Takes a reply to the command that is due. @returns whether it was its last. */
  answer(due: Awaited, value: Encodable): boolean {
    if (due.queued !== undefined) return this.step(due, value);
    const { transaction } = this;
    const status = statusOf(value);
    if (transaction !== undefined && status === 'QUEUED') {
      transaction.push(due);
      return true;
    }
    switch (due.role) {
      case 'subscribe':
      case 'unsubscribe':
        return this.confirm(due, value);
      case 'exec':
        return this.execute(due, value);
      case 'hello':
        if (isMap(value)) this.version = 3;
        else if (Array.isArray(value)) this.version = 2;
        return true;
      case 'reset':
        if (status === 'RESET') this.reset();
        return true;
      case 'monitor':
        this.monitoring ||= status === 'OK';
        return true;
      case 'multi':
        if (status === 'OK') this.transaction = [];
        return true;
      case 'discard':
        if (status === 'OK') this.transaction = undefined;
        return true;
      case 'ordinary':
      case 'quit':
      case 'replyMode':
      case 'replication':
        return true;
      default:
        return due.role; // there is none
    }
  }

  private reset(): void {
    this.version = 2;
    this.monitoring = false;
    this.transaction = undefined;
    for (const set of this.names.values()) set.clear();
  }

  /** Whether it is given to a client that wants no replies. */
  isGivenAlways(value: Encodable): boolean {
    const isMessage = Array.isArray(value) && this.isMessage(value as readonly Encodable[]);
    return isMessage || isPush(value) || confirmationOf(value) !== undefined;
  }

  /** RESP2's messages are arrays like any other. */
  private isMessage(items: readonly Encodable[]): boolean {
    if (this.version !== 2) return false;
    const [size, verb] = MESSAGES.get(items[0]) ?? [];
    if (size !== items.length) return false;
    const name = nameOf(items[1])!;
    return this.names.get(verb!)!.has(name) || (name === INVALIDATE && this.subscriptions > 0);
  }

  /** A shard channel that went to another server, as RESP2 says it. */
  private isMoved(value: Encodable, due: Awaited): boolean {
    const found = this.version === 2 ? confirmationOf(value) : undefined;
    if (found?.verb !== 'sunsubscribe' || this.confirms(due, value) !== undefined) return false;
    return this.names.get('ssubscribe')!.has(found.name ?? '');
  }

  /** The confirmation that a value is, where the command that is due waits for it. */
  private confirms(due: Awaited | undefined, value: Encodable): Confirmation | undefined {
    if (due?.role !== 'subscribe' && due?.role !== 'unsubscribe') return undefined;
    const found = confirmationOf(value);
    if (found?.verb !== due.verb) return undefined;
    return due.names.length === 0 || due.names[due.confirmed] === found.name ? found : undefined;
  }

  private confirm(due: Awaited, value: Encodable): boolean {
    const found = this.confirms(due, value);
    if (found === undefined) return true; // an error
    const set = this.names.get(found.verb.replace('un', ''))!;
    if (due.due === 0) due.due = due.names.length || Math.max(1, set.size);
    this.track(found);
    return ++due.confirmed >= due.due;
  }

  /** What a confirmation says, whoever it is for. */
  track({ verb, name }: Confirmation): void {
    const set = this.names.get(verb.replace('un', ''))!;
    if (verb.includes('un')) set.delete(name ?? '');
    else if (name !== undefined) set.add(name);
  }

  /**
   * The reply to EXEC. Redis counts a command as one element however many confirmations it has, and messages of what the
   * transaction itself does stand among the elements: what does not fit the array follows it.
   */
  private execute(due: Awaited, value: Encodable): boolean {
    const queued = this.transaction ?? [];
    this.transaction = undefined;
    if (!Array.isArray(value) || value.length !== queued.length) return true;
    due.queued = queued;
    for (const item of value as readonly Encodable[]) if (!this.isUnasked(item, due)) this.step(due, item);
    return due.answered >= queued.length;
  }

  private step(exec: Awaited, item: Encodable): boolean {
    const queued = exec.queued!;
    if (this.answer(queued[exec.answered] ?? ORDINARY, item)) exec.answered++;
    return exec.answered >= queued.length;
  }
}

/** A map, however it is carried. */
function isMap(value: Encodable): boolean {
  if (value instanceof Tagged) return value.tag === RespTag.Pairs;
  const isObject = typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
  return value instanceof Entries || value instanceof Map || (isObject && itemsOf(value) === undefined && value.constructor === Object);
} // prettier-ignore
