/**
 * What `petrel serve --json` says: a line of JSON for each thing that happens. Of what was said it has verbs, ids and sizes, never arguments or
 * credentials, but for the arguments of pushes, which whoever serves has asked to see.
 */
import type { Encodable } from 'petrel';
import { encodeFrame } from 'petrel/frame/all';
import type { ServedPeer } from 'petrel/link/connect';
import type { SessionEvent } from 'petrel/session';
import { Tag } from 'petrel';
import { Tagged } from 'petrel/value';
import { jsonText } from './shown.ts';

/** Most lines that wait for who reads them: what comes then is counted, and not said. */
const MOST_WAITING = 10_000;

type Fields = { readonly [name: string]: Encodable };

/** A command that waits for its reply. */
interface Asked {
  readonly verb: string;
  readonly at: number;
}

/** A session, by the number in which it began. */
interface Known {
  readonly session: number;
  /** By their ids as texts: the client chooses them. */
  readonly asked: Map<string, Asked>;
}

export class ServeLog {
  private readonly write: (line: string) => Promise<void>;
  /** Which of several processes this is, each with numbers of its own for its sessions. */
  private readonly worker: Fields;
  private readonly known = new WeakMap<ServedPeer, Known>();
  private sessions = 0;
  private waiting = 0;
  private dropped = 0;

  /** @param write a whole line; what it returns resolves when there is room for more. */
  constructor(write: (line: string) => Promise<void>, worker?: number) {
    this.worker = worker === undefined ? {} : { worker };
    this.write = write;
  }

  /** A line. Lines that nobody reads are dropped from some number on, and their count is told. */
  say(event: string, fields: Fields): void {
    if (this.waiting >= MOST_WAITING) return void this.dropped++;
    if (this.dropped > 0) {
      const { dropped } = this;
      this.dropped = 0;
      this.print({ event: 'dropped', lines: dropped });
    }
    this.print({ event, ...fields });
  }

  /** What happens in a session; `listen` tells it. */
  readonly on = (event: SessionEvent, peer: ServedPeer): void => {
    const { session, asked } = this.of(peer);
    switch (event.type) {
      case 'open':
        return this.say('session', { session, agent: peer.offer.agent ?? null });
      case 'resumed':
        return this.say('link', { session, state: 'resumed', attempt: event.attempt });
      case 'broken':
        return this.say('link', { session, state: 'broken', why: event.why });
      case 'command': {
        const { id, verb, args } = event;
        asked.set(String(id), { verb, at: performance.now() });
        const bytes = encodeFrame({ kind: 'COMMAND', id, verb, args }).length;
        return this.say('command', { session, id, verb, args: args.length, bytes });
      }
      case 'cancel':
        return this.say('cancel', { session, id: event.id });
      case 'push':
        return this.say('push', { session, verb: event.verb, args: [...event.args] });
      case 'fault':
        return this.say('fault', { session, code: event.error.code, rule: event.error.rule });
      case 'closed':
        return this.say('closed', { session, by: event.by, code: event.code, text: event.text });
      default:
    }
  };

  /** A reply that a session has taken; `listen` tells it. */
  readonly onReply = (id: number | bigint, value: Encodable, peer: ServedPeer): void => {
    const { session, asked } = this.of(peer);
    const { verb = '', at = performance.now() } = asked.get(String(id)) ?? {};
    asked.delete(String(id));
    const bytes = encodeFrame({ kind: 'REPLY', id, value }).length;
    const error = value instanceof Tagged && value.tag === Tag.ERROR;
    const took = Math.round(performance.now() - at);
    this.say('reply', { session, id, verb, error, bytes, took });
  };

  private of(peer: ServedPeer): Known {
    let known = this.known.get(peer);
    if (known === undefined) this.known.set(peer, (known = { session: ++this.sessions, asked: new Map() }));
    return known;
  }

  private print(fields: Fields): void {
    const { event, ...others } = fields;
    const time = new Date().toISOString();
    this.waiting++;
    void this.write(`${jsonText({ event: event!, time, ...this.worker, ...others })}\n`).finally(
      () => this.waiting--,
    );
  }
}
