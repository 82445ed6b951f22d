/** What a session tells the application. */
import type { Encodable } from '../value/types.ts';
import type { HelloAnswer, HelloOffer, Uint64 } from '../frame/types.ts';
import type { ProtocolError } from '../wire/errors.ts';

/**
 * What became of a command that has no REPLY. `notDone`: the peer has certainly not taken it. `unknown`: it may have been
 * done, or be done yet.
 */
export type Outcome = 'notDone' | 'unknown';

/** Why a command has no REPLY. */
export type Failure = 'deadline' | 'closed' | 'lost' | 'unreadable';

/** Why a link has ended. */
export interface Cut {
  /** `lost`: the transport ended. `silent`, `slow`: a deadline has passed. `closed`: by the peer. `replaced`: by a newer link. */
  readonly why: 'lost' | 'silent' | 'slow' | 'closed' | 'replaced' | 'fault';
  readonly error?: ProtocolError;
  /** A CLOSE's code, text, and milliseconds until the peer should come back. */
  readonly code?: Uint64;
  readonly text?: string;
  readonly after?: Uint64;
}

/** A frame's number, for `take`. */
interface Counted {
  readonly number: number;
}

export type SessionEvent =
  /** The handshake of a new session is done. */
  | { readonly type: 'open'; readonly peer: HelloAnswer | HelloOffer }
  /** The session goes on, on a new link. */
  | { readonly type: 'resumed'; readonly attempt: Uint64 }
  | ({ readonly type: 'broken' } & Cut)
  /** The server has lost the session, or contradicts it (`error`); what may be repeated is sent again in the next. */
  | { readonly type: 'lost'; readonly repeated: number; readonly error?: ProtocolError }
  /** The session is over; `error`: for what the peer did. */
  | { readonly type: 'closed'; readonly by: 'us' | 'peer'; readonly code: Uint64; readonly text: string; readonly after: Uint64; readonly error?: ProtocolError }
  | ({ readonly type: 'command'; readonly id: Uint64; readonly verb: string; readonly args: readonly Encodable[] } & Counted)
  /** The peer does not want the answer any more; a REPLY is due all the same. */
  | ({ readonly type: 'cancel'; readonly id: Uint64 } & Counted)
  | ({ readonly type: 'push'; readonly verb: string; readonly args: readonly Encodable[] } & Counted)
  /** To a command of our own, by the ticket that `command` answered. */
  | ({ readonly type: 'part'; readonly ticket: number; readonly value: Encodable } & Counted)
  | ({ readonly type: 'reply'; readonly ticket: number; readonly value: Encodable } & Counted)
  /** The one outcome of a command that gets no REPLY. */
  | { readonly type: 'failed'; readonly ticket: number; readonly outcome: Outcome; readonly why: Failure; readonly error?: ProtocolError }
  /** A PUSH of this side that the session took with it, by the ticket that `push` answered. */
  | { readonly type: 'undelivered'; readonly ticket: number; readonly outcome: Outcome }
  /** A frame that could not be read; the session goes on. */
  | ({ readonly type: 'fault'; readonly error: ProtocolError } & Counted)
  | { readonly type: 'extension'; readonly extension: Uint64; readonly bytes: Uint8Array }
  /** There is room in the outbox again. */
  | { readonly type: 'writable' }; // prettier-ignore
