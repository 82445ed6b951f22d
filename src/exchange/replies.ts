/** Replies of RESP as REPLY frames, pushes as PUSH frames, and back. [RESP-13] */
import type { Push, Reply, Uint64 } from '../frame/types.ts';
import { RespTag } from '../resp/tags.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Encodable } from '../value/types.ts';
import { refused } from './refused.ts';
import { isVerb, RESP_VERB, textIn } from './verbs.ts';

/** As replicas of Redis look for it: what follows is no RESP, or nobody's reply. */
const HAND_OVER = /^(?:CONTINUE|FULLRESYNC)/;

/** Besides pushes, what a server says unasked: lines of MONITOR, and why it ends the connection. */
const UNASKED: ReadonlySet<number | bigint> = new Set([RespTag.Status, Tag.ERROR]);

/**
 * The frame that carries a reply, or a push.
 * @param value as `RespReader` answers it.
 * @param id of the command that is answered, from 1 on; of a push nothing is said.
 */
export function replyFrame(value: Encodable, id: Uint64): Reply | Push {
  return isPush(value) ? pushFrame(value) : { kind: 'REPLY', id, value };
}

/**
 * The frame that carries what answers nothing.
 * @param value a push, attributes before one among them; an array, for RESP2's messages, which goes as a push of its elements;
 *   or a simple string or an error that came unasked.
 */
export function pushFrame(value: Encodable): Push {
  const pushed = value instanceof Tagged && value.tag === Tag.PUSH ? value.value : value;
  if (!Array.isArray(pushed)) return { kind: 'PUSH', verb: RESP_VERB, args: [value] };
  const items = pushed as readonly Encodable[];
  const [first] = items;
  if (typeof first === 'string' && isVerb(first)) return { kind: 'PUSH', verb: first, args: items.slice(1) };
  return { kind: 'PUSH', verb: RESP_VERB, args: [items] };
}

/**
 * The value that a frame carries; what is within it, `RespWriter` judges.
 * @throws ProtocolError RESP_UNSUPPORTED, its offset 0, for what `replyFrame` would have carried otherwise, and for a reply that
 *   hands over to replication. [RESP-14]
 */
export function replyOf(frame: Reply | Push): Encodable {
  if (frame.kind === 'PUSH') return pushOf(frame);
  const { value } = frame;
  const path = ['REPLY', 'value'];
  if (isPush(value)) throw refused(0, 'a push is no reply', path);
  if (isHandOver(value)) throw refused(0, 'a hand-over to replication', path);
  return value;
}

function pushOf({ verb, args }: Push): Encodable {
  if (verb !== RESP_VERB) return new Tagged(Tag.PUSH, [verb, ...args]);
  const [only] = args;
  if (args.length !== 1) throw refused(0, 'the verb RESP has one argument', ['PUSH', 'args']);
  const path = ['PUSH', 'args', 0];
  if (!Array.isArray(only)) {
    if (only instanceof Tagged && only.tag !== Tag.PUSH && (UNASKED.has(only.tag) || isPush(only)))
      return only;
    throw refused(0, 'the verb RESP has an array, attributes of a push, a simple string or an error', path);
  }
  const items = only as readonly Encodable[];
  if (isVerb(items[0])) throw refused(0, 'the first text goes as the verb', [...path, 0]);
  return new Tagged(Tag.PUSH, items);
}

/** Whether a value is a push, or attributes before one. */
export function isPush(value: Encodable | undefined): value is Tagged {
  let inner = value;
  while (inner instanceof Tagged && (inner.tag === Tag.ATTRIBUTE || inner.tag === RespTag.PairsAttribute))
    inner = Array.isArray(inner.value) ? (inner.value as Encodable[])[1] : undefined;
  return inner instanceof Tagged && inner.tag === Tag.PUSH;
}

/** Whether a reply says that the connection now is one of replication. */
export function isHandOver(value: Encodable): boolean {
  return value instanceof Tagged && value.tag === RespTag.Status && HAND_OVER.test(textIn(value.value) ?? '');
}
