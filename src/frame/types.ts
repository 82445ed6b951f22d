/** Frames with their payloads read: one type per kind, told apart by `kind`. */
import type { Encodable } from '../value/types.ts';

/** A request id, counter or code that may need 64 bits: `number` when safe, `bigint` otherwise. */
export type Uint64 = number | bigint;

/** A request. `verb` is the registered name or the text on the wire. [FRAME-8] */
export interface Command {
  readonly kind: 'COMMAND';
  readonly id: Uint64;
  readonly verb: string;
  readonly args: readonly Encodable[];
}

/** The one answer to a command; an error is a value tagged as one. [FRAME-9] */
export interface Reply {
  readonly kind: 'REPLY';
  readonly id: Uint64;
  readonly value: Encodable;
}

/** A part of a long answer, before its REPLY. [FRAME-10] */
export interface Part {
  readonly kind: 'PART';
  readonly id: Uint64;
  readonly value: Encodable;
}

/** What nobody asked for and nobody answers. [FRAME-11] */
export interface Push {
  readonly kind: 'PUSH';
  readonly verb: string;
  readonly args: readonly Encodable[];
}

/** The answer is not wanted any more. [FRAME-12] */
export interface Cancel {
  readonly kind: 'CANCEL';
  readonly id: Uint64;
}

/** How many counted frames were taken. [FRAME-13] */
export interface Ack {
  readonly kind: 'ACK';
  readonly received: Uint64;
}

/** A heartbeat and its answer, with 0 to 8 bytes to echo. [FRAME-14] */
export interface Ping {
  readonly kind: 'PING' | 'PONG';
  readonly echo: Uint8Array;
}

/** The end of a link or of a session. [FRAME-15] */
export interface Close {
  readonly kind: 'CLOSE';
  readonly scope: 'link' | 'session';
  /** Counted frames taken in all. */
  readonly received: Uint64;
  /** A close code of `spec/codes.json`. */
  readonly code: Uint64;
  /** Milliseconds until the peer should come back; 0: when it likes. */
  readonly after: Uint64;
  /** For people; at most 1,024 bytes. */
  readonly text: string;
}

/** Frames, deflated together. [FRAME-16] */
export interface Pack {
  readonly kind: 'PACK';
  /** 0: no dictionary. */
  readonly dictionary: Uint64;
  /** Exact length when inflated. */
  readonly length: number;
  /** Raw deflate, RFC 1951. */
  readonly deflated: Uint8Array;
}

/** What extensions define; unknown types are ignored. [FRAME-18] */
export interface Extension {
  readonly kind: 'EXTENSION';
  readonly type: Uint64;
  readonly bytes: Uint8Array;
}

/** What both sides say of themselves in a HELLO. */
export interface HelloFields {
  /** What this side is ready to receive. [HELLO-7] */
  readonly maxPayload?: number;
  readonly maxDepth?: number;
  readonly maxElements?: number;
  readonly maxExpanded?: number;
  /** Bytes and counted frames that this side buffers. */
  readonly windowBytes?: number;
  readonly windowFrames?: number;
  /** Milliseconds that this side's ACKs may wait. */
  readonly ackDelay?: number;
  readonly capabilities?: readonly string[];
  readonly dictionaries?: readonly number[];
  /** Name and version, for logs. */
  readonly agent?: string;
  /** Keys that this side does not know: found when reading, written back as `unknown` in an answer. [HELLO-5] */
  readonly unknownKeys?: readonly Encodable[];
}

/** The first frame of a new session: what the client speaks, and who it is. [HELLO-2] */
export interface HelloOffer extends HelloFields {
  readonly kind: 'HELLO';
  readonly form: 'offer';
  /** Lowest and highest version. [HELLO-6] */
  readonly versions: readonly [number, number];
  /** As `decode` with `lossless` answers it. Never logged, never echoed; TLS only. */
  readonly credentials?: Encodable;
}

/** The answer to an offer: what both sides will speak, and the token to resume with. [HELLO-2] */
export interface HelloAnswer extends HelloFields {
  readonly kind: 'HELLO';
  readonly form: 'answer';
  readonly version: number;
  /** Names the session in a RESUME: 1 to 255 bytes. */
  readonly token?: Uint8Array;
  /** The offer's keys that were not understood. */
  readonly unknown?: readonly Encodable[];
}

/** Goes on with a session on a new link. [HELLO-8] */
export interface Resume {
  readonly kind: 'RESUME';
  readonly form: 'offer' | 'answer';
  readonly token: Uint8Array;
  /** Rises strictly; the epoch. */
  readonly attempt: Uint64;
  /** Counted frames taken so far. */
  readonly received: Uint64;
  /** Number of the first counted frame that follows on this link. */
  readonly next: Uint64;
}

/** The kinds that open and feed a link: what reads or writes frames knows them where their layouts are passed to it. */
export type LinkKind = 'HELLO' | 'RESUME' | 'PACK';

/** A frame of such a kind where nobody passed its layout: to be forwarded, or read by its own means. */
export type Unread<N extends LinkKind = LinkKind> = N extends LinkKind
  ? { readonly kind: N; readonly payload: Uint8Array }
  : never;

/** What a frame says, the layouts of the kinds `N` being known: a switch over `kind` tells them apart. */
export type FrameBody<N extends LinkKind = never> =
  | Command
  | Reply
  | Part
  | Push
  | Cancel
  | Ack
  | Ping
  | Close
  | Extension
  | Extract<HelloOffer | HelloAnswer | Resume | Pack, { readonly kind: N }>
  | Unread<Exclude<LinkKind, N>>;
